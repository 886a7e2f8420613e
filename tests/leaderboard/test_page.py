"""The page in a real browser: sorting, filters, details, the keyboard, a phone, the dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.leaderboard.browsing import needs_chromium, visit
from tests.leaderboard.hostile import NAMES
from tests.leaderboard.made import SYNTHETIC, VIS, Boards

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = needs_chromium


def heads(section: Any) -> dict[str, str | None]:
    """Return what each column title says of its order."""
    found = section.locator("thead th[aria-sort]").evaluate_all(
        "heads => heads.map(head => [head.innerText, head.getAttribute('aria-sort')])"
    )
    return {text.strip(" ▲▼\n"): order for text, order in found}


def test_sorting_by_each_column_both_ways(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        section = seen.board(SYNTHETIC)
        before = heads(section)
        assert before.pop("STRS") == "descending"
        assert set(before.values()) == {"none"}
        group = "tbody[data-label=recomputed]"
        for place, title in enumerate(heads(section), start=1):  # after the ranks
            button = section.get_by_role("button", name=title, exact=True)
            for _ in range(2):
                button.click()
                orders = heads(section)
                order = orders[title]
                assert [one for one in orders.values() if one != "none"] == [order]
                cells = section.locator(f"{group} tr.row > :nth-child({place + 1})")
                texts = [text.split()[0] for text in cells.all_inner_texts()]
                if title == "Method":
                    texts = [text.lstrip("▸ ") for text in texts]
                known = [text for text in texts if text != "–"]
                assert known == sorted(known, reverse=order == "descending"), title
                assert texts == known + ["–"] * (len(texts) - len(known)), "missing ones are last"


def test_filters_and_their_count(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        count, find = seen.page.locator("#count"), seen.page.get_by_label("Search")
        everything = 6 + len(NAMES)
        assert count.inner_text() == f"{everything} of {everything} rows"
        assert count.get_attribute("aria-live") == "polite"
        find.fill("OLD METHOD")
        assert count.inner_text() == f"1 of {everything} rows"
        assert seen.methods(SYNTHETIC) == ["An old method"]
        find.fill("2011")
        assert seen.methods(SYNTHETIC) == ["Beforehand"]
        find.fill("somebody")
        assert seen.methods(SYNTHETIC) == ["An old method"]
        find.fill("")
        seen.page.get_by_label("From the literature").uncheck()
        assert seen.methods(SYNTHETIC) == ["best", "middle", "last"]
        assert count.inner_text() == f"{everything - 3} of {everything} rows"
        seen.page.get_by_label("From the literature").check()
        seen.page.get_by_label("Recomputed").uncheck()
        assert seen.methods(SYNTHETIC) == ["Beforehand", "An old method", "Chosen on test"]
        seen.page.get_by_label("Model chosen on the test set").uncheck()
        assert seen.methods(SYNTHETIC) == ["Beforehand", "An old method"]


def test_boards_without_a_found_row_are_hidden(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        links = seen.page.locator("nav a:visible")
        assert links.count() == 2
        seen.page.get_by_label("Search").fill("old method")
        assert seen.board(SYNTHETIC).is_visible() and seen.board(VIS).is_hidden()
        assert links.all_inner_texts() == ["Synthetic faces"]
        seen.page.get_by_label("Search").fill("nobody has this name")
        assert seen.page.locator(".board:visible, nav dt:visible").count() == 0
        seen.page.get_by_label("Search").fill("")
        assert seen.board(VIS).is_visible() and links.count() == 2


def test_ranks_are_those_of_the_headline(chromium: Browser, page: Path) -> None:
    """Whatever the rows are sorted by; a model chosen on the test set has none."""
    with visit(chromium, page) as seen:
        section = seen.board(SYNTHETIC)

        def ranks() -> dict[str, str]:
            cells = section.locator("tr.row > td.rank").all_inner_texts()
            return dict(zip(seen.methods(SYNTHETIC), (cell[:1] for cell in cells), strict=True))

        expected = {"best": "1", "middle": "2", "last": "3"}
        expected |= {"Beforehand": "1", "An old method": "2", "Chosen on test": "–"}
        assert ranks() == expected
        section.get_by_role("button", name="UF1", exact=True).click()
        section.get_by_role("button", name="Method", exact=True).click()
        assert ranks() == expected
        assert 'columnheader "Rank by STRS"' in section.aria_snapshot()


def test_details_of_a_recomputed_row(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        section = seen.board(SYNTHETIC)
        button = section.get_by_role("button", name="best", exact=True)
        assert button.get_attribute("aria-expanded") == "false"
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        details = section.locator(f"#{button.get_attribute('aria-controls')}")
        text = details.inner_text()
        assert "mebench:1|p:synthetic-str@1|" in text
        assert (
            "https://example.org" in text and "The stated folds are leave-one-subject-out" in text
        )
        by_class, confusion, by_subject = details.get_by_role("table").all()
        assert by_class.locator("caption").inner_text() == "Per class, over the spotted expressions"
        assert [one.inner_text() for one in confusion.locator("tbody th").all()] == [
            "negative",
            "positive",
            "surprise",
        ]
        rows = by_subject.locator("tbody tr").all_inner_texts()
        assert len(rows) == 8
        assert rows[0].split()[0] == "s01" and rows[0].split()[2] == "0"
        button.click()
        assert section.locator("tr.open").count() == 0


def test_details_of_a_row_from_the_literature(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        section = seen.board(SYNTHETIC)
        section.get_by_role("button", name="An old method").click()
        text = section.locator("tr.open").inner_text()
        assert "A paper of 2016, Table 1" in text and "Read from a figure." in text
        assert section.locator("tr.open table").count() == 0


def test_the_keyboard_alone(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        keys, focus = seen.page.keyboard, "document.activeElement.textContent.trim()"
        board = "document.activeElement.closest('.board')?.id"
        keys.press("Tab")
        assert seen.page.evaluate(focus) == "Skip to the boards"
        for wanted in ("Method", "best"):
            for _ in range(200):
                keys.press("Tab")
                if seen.page.evaluate(f"[{focus}, {board}]") == [wanted, "synthetic-str-1"]:
                    break
            else:
                pytest.fail(f"{wanted} cannot be reached")
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert seen.page.evaluate(outline) != "none", "where the focus is can be seen"
            keys.press("Enter")
        assert heads(seen.board(SYNTHETIC))["Method"] == "ascending"
        assert seen.board(SYNTHETIC).locator("tr.open").count() == 1
        keys.press("Space")
        assert seen.board(SYNTHETIC).locator("tr.open").count() == 0


def test_hostile_names_are_text(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        for button in seen.board(VIS).locator(".more").all():
            button.click()
        assert seen.page.title() == "mebench leaderboards"
        assert seen.board(VIS).locator("tr.open").count() == len(NAMES)
        assert seen.board(VIS).locator("script, i, [onload], a, img, iframe").count() == 0
        shown = seen.board(VIS).inner_text()
        assert "<script>document.title = 'broken'</script>" in shown
        assert "{{ 7 * 7 }}{% raw %}" in shown
        assert "&lt;b&gt; &amp; &#60;" in shown
        loose = """() => [...document.querySelectorAll("#smic-vis-str-1 .more, .open dd, .open li")]
            .filter(one => (one.firstElementChild || one).tagName !== "BDI").length"""
        assert seen.page.evaluate(loose) == 0
        assert seen.width <= 1280


def test_what_a_screen_reader_is_told(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        section = seen.board(SYNTHETIC)
        tree = section.aria_snapshot()
        assert 'heading "Synthetic faces, spot-then-recognize, three classes" [level=2]' in tree
        assert re.search(r'img "STRS by year of publication, \d+ rows"', tree)
        assert 'columnheader "Method"' in tree and 'rowheader "best"' in tree
        assert re.search(r'cell "0\.\d{4} best"', tree), "what is bold is said"
        assert 'cell "missing"' in tree, "a dash is said"
        whole = seen.page.locator("body").aria_snapshot()
        assert 'navigation "Boards"' in whole and 'search "Filter the rows"' in whole
        assert "main:" in whole and 'group "Show rows"' in whole
        unnamed = seen.page.evaluate(
            """() => [...document.querySelectorAll("button, a, input, [role=region], table")]
            .filter(one => !(one.textContent.trim() || one.getAttribute("aria-label")
              || one.getAttribute("aria-labelledby") || (one.labels || []).length)).length"""
        )
        assert unnamed == 0
        ids = seen.page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(ids) == len(set(ids))


def test_a_long_board_shows_its_first_rows(chromium: Browser, boards: Boards) -> None:
    boards.board().mkdir()
    rows = "".join(
        f'[[rows]]\nid = "r{place}"\nmethod = "method {place:03d}"\nsource = "s"\n'
        f'link_text = "s"\n[rows.values.headline]\nstrs = "0.{place:03d}"\n'
        for place in range(120)
    )
    text = f'format = "mebench-published/1"\nprotocol = "{SYNTHETIC}"\n{rows}'
    (boards.board() / "published.toml").write_text(text)
    assert boards.build().status == 0
    with visit(chromium, boards.root / "index.html") as seen:
        shown = seen.methods(SYNTHETIC)
        assert (len(shown), shown[0], shown[-1]) == (50, "method 119", "method 070")
        assert seen.page.locator("#count").inner_text() == "120 of 120 rows"
        seen.page.get_by_label("Search").fill("method 00")
        assert len(seen.methods(SYNTHETIC)) == 10
        seen.page.get_by_label("Search").fill("")
        seen.page.get_by_role("button", name="Method", exact=True).click()
        assert seen.methods(SYNTHETIC)[0] == "method 000"
        seen.page.get_by_role("button", name="Show all 120 rows").click()
        assert len(seen.methods(SYNTHETIC)) == 120
        assert seen.page.evaluate("document.activeElement.textContent") == "method 050"
