"""How the page looks: on a phone, in the light and the dark, to a screen reader, in print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.leaderboard.browsing import needs_chromium, visit
from tests.leaderboard.test_page_looks import CONTRAST

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_chromium


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone(chromium: Browser, page: Path, width: int) -> None:
    with visit(chromium, page, width=width, height=800, phone=True) as seen:
        assert seen.width <= width
        seen.page.locator(".timeline").first.scroll_into_view_if_needed()
        seen.page.locator(".timeline .interval").first.tap()
        box = seen.page.locator("#tip").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert seen.width <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_schemes_and_contrast(chromium: Browser, page: Path, scheme: Any) -> None:
    with visit(chromium, page, scheme=scheme) as seen:
        seen.page.locator(".timeline").first.focus()
        seen.page.locator(".timeline .interval").first.wait_for()
        seen.page.keyboard.press("ArrowRight")
        [red, *_] = re.findall(
            r"\d+", seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        )
        assert (int(red) < 60) == (scheme == "dark")
        found = seen.page.evaluate(CONTRAST)
        assert {"text.row-name", "text.tick", "DT."} <= set(found)
        assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


def test_names_for_a_screen_reader(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        seen.page.locator(".timeline").first.scroll_into_view_if_needed()
        seen.page.locator(".timeline .interval").first.wait_for()
        tree = seen.page.locator("body").aria_snapshot()
        assert 'group "Timeline of p1/clip1"' in tree
        assert re.search(r'img "true expression, frames 91 to 98 .* IoU 0.500', tree)
        assert 'search "Filter the videos"' in tree and 'group "Show"' in tree
        assert 'columnheader "misses"' in tree and 'rowheader "p1"' in tree
        unnamed = seen.page.evaluate(
            """() => [...document.querySelectorAll("button, a, input, select, [role], table")]
            .filter(one => !(one.textContent.trim() || one.getAttribute("aria-label")
              || (one.labels || []).length)).length"""
        )
        assert unnamed == 0
        ids = seen.page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(ids) == len(set(ids))


def test_a_print_has_all_timelines(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        assert seen.page.locator(".timeline > svg").count() < 16
        assert len(seen.page.pdf()) > 10_000
        assert seen.page.locator(".timeline > svg").count() == 16
