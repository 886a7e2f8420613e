"""The complete way of docs/challenge.md, from the call to the page in a browser."""

from __future__ import annotations

import json
from pathlib import Path

from tests.challenge.codabench import read_bundle
from tests.docs.snippets import ROOT, run_page
from tests.leaderboard.browsing import browser, needs_chromium, visit


@needs_chromium
def test_from_the_call_to_the_page(tmp_path: Path) -> None:
    assert "\n\n".join(run_page(ROOT / "docs" / "challenge.md", tmp_path)) == ""
    made = tmp_path / "faces-2026"
    board = json.loads((made / "boards" / "faces-str@1" / "board.json").read_text())
    ranked = [(row["id"], row["rank"]) for group in board["groups"] for row in group["rows"]]
    assert ranked == [("north", 1), ("east", None), ("west", None)]
    read_bundle((made / "secret" / "codabench.zip").read_bytes(), tmp_path / "bundle")
    with browser() as chromium, visit(chromium, made / "boards" / "index.html") as page:
        assert page.page.title() == "Faces 2026"
        assert page.methods("faces-str@1") == ["north", "East", "West"]
        text = page.board("faces-str@1").inner_text()
        assert "received 2026-07-02, after the deadline 2026-06-30" in text
        assert "no predictions for 1 subject: s3" in text
        bold = page.board("faces-str@1").locator("td strong").all_inner_texts()
        assert bold == [], "a late row and one without a subject are never best"
        page.page.screenshot(path=tmp_path / "page.png", full_page=True)
