"""Run every command and Python snippet of the README and the docs; follow every link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.snippets import PAGES, ROOT, fences, matches, run_page

LINKED_PAGES = sorted(
    {
        *PAGES,
        *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("*/*/README.md"),
    }
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_snippets_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    assert "\n\n".join(run_page(page, tmp_path)) == ""


@pytest.mark.parametrize("page", LINKED_PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    missing = []
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", text):
        if "://" in target:
            continue
        path = page.parent / target if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            missing.append(f"{target}#{anchor}")
    assert missing == []


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_readme_runs_commands() -> None:
    languages = [fence.language for fence in fences(ROOT / "README.md")]
    assert languages.count("console") >= 3
    assert "python" in languages


def test_matching_detects_a_difference() -> None:
    assert matches("one\ntwo\nthree\n", "one\n...\nthree")
    assert matches("F1 0.61 of 3\n", "F1 0.61 ...")
    assert not matches("F1 0.62\n", "F1 0.61")
    assert not matches("one\ntwo\n", "one\n")
