"""``mebench audit``: layouts, exit status, and what the page says."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from mebench.audit.audit_report import update_page
from mebench.audit.run_audit import RULES
from tests.cli.running import FINDINGS, FINE, USAGE, mebench

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"

BAD = "method,protocol,uf1,analysis_f1\nA method,casme2-str@1,.6755,.5927\n"
UNUSUAL = "method,protocol,ap,spotting_recall\nA method,casme-sq-str@1,.31,.2982\n"
GOOD = "method,protocol,uf1,analysis_f1\nA method,casme2-str@1,.5766,.5927\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (("bad", BAD), ("unusual", UNUSUAL), ("good", GOOD), ("none", "x\n")):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


def test_exit_status(folder: Path) -> None:
    assert mebench(folder, "audit", "good.csv").status == FINE
    assert mebench(folder, "audit", "unusual.csv").status == FINE
    assert mebench(folder, "audit", "good.csv", "bad.csv").status == FINDINGS
    assert mebench(folder, "audit", "none.csv").status == FINDINGS
    assert mebench(folder, "audit", "missing.csv").status == USAGE
    assert mebench(folder, "audit").status == USAGE
    assert mebench(folder, "audit", "good.csv", "--format", "latex").status == USAGE


def test_text(folder: Path) -> None:
    lines = mebench(folder, "audit", "bad.csv", "good.csv").out.splitlines()
    assert lines[0].startswith("bad.csv:2: impossible [uf1-above-f1] uf1 is .6755")
    assert lines[-1] == f"2 rows, {len(RULES)} rules: 1 impossible."
    assert mebench(folder, "audit", "good.csv").out.endswith("rules: no findings.\n")


def test_json(folder: Path) -> None:
    document = json.loads(mebench(folder, "audit", "bad.csv", "--format", "json").out)
    assert document["rows"] == 1
    assert document["counts"] == {"impossible": 1, "inconsistent": 0, "unusual": 0}
    [one] = document["findings"]
    assert (one["rule"], one["file"], one["line"]) == ("uf1-above-f1", "bad.csv", 2)
    assert one["metrics"] == ["uf1", "analysis_f1"]


def test_markdown_to_a_file(folder: Path) -> None:
    run = mebench(folder, "audit", "bad.csv", "--format", "markdown", "-o", "found.md")
    assert (run.status, run.out) == (FINDINGS, "")
    text = (folder / "found.md").read_text(encoding="utf-8")
    assert "**A method**, `casme2-str@1`" in text
    assert r"analysis\_f1 is .5927" in text


def test_what_a_file_says_cannot_move_the_cursor(folder: Path) -> None:
    content = BAD.replace("A method", "\x1b[2J\u202eevil")
    (folder / "evil.csv").write_text(content, encoding="utf-8")
    for layout in ("text", "markdown"):
        out = mebench(folder, "audit", "evil.csv", "--format", layout).out
        assert "\x1b" not in out and "\u202e" not in out


def test_everything_that_ships(folder: Path) -> None:
    before = time.perf_counter()
    run = mebench(folder, "audit", "--all", "--format", "json")
    assert time.perf_counter() - before < 6, "about a second on an idle machine"
    assert run.status == FINDINGS
    assert len(json.loads(run.out)["findings"]) == 14


def test_rules_are_listed_and_explained(folder: Path) -> None:
    listed = mebench(folder, "audit", "--rules")
    assert listed.status == FINE
    assert [line.split()[0] for line in listed.out.splitlines()] == [rule.id for rule in RULES]
    told = mebench(folder, "explain", "uf1-above-f1")
    assert told.status == FINE and "concave" in told.out
    slip = mebench(folder, "explain", "uf1-abov-f1")
    assert slip.status == USAGE and "'uf1-above-f1'" in slip.err


def test_the_page_is_in_sync() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert update_page(text) == text, "python -m mebench.audit.audit_report docs/audit.md"
    with pytest.raises(ValueError, match="no marks"):
        update_page("# Nothing\n")
