"""How the page looks: on a phone, in the light and the dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.leaderboard.browsing import needs_chromium, visit
from tests.leaderboard.made import SYNTHETIC

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = needs_chromium


WIDTHS = (390, 320)


def test_a_phone(chromium: Browser, page: Path) -> None:
    with visit(chromium, page, width=WIDTHS[0], height=800, phone=True) as seen:
        for width in WIDTHS:
            seen.page.set_viewport_size({"width": width, "height": 800})
            assert seen.width <= width
            cells = seen.board(SYNTHETIC).locator(":is(tr.row, thead tr) > :nth-child(4)")
            right = cells.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
            assert len(right) > 6 and max(right) <= width, "STRS is visible"
        head = seen.board(SYNTHETIC).locator("thead th:nth-child(4)")
        assert head.inner_text().strip(" ▲▼\n") == "STRS"
        for button in seen.page.locator(".more").all():
            button.tap()
        for width in reversed(WIDTHS):
            seen.page.set_viewport_size({"width": width, "height": 800})
            assert seen.width <= width, "wide tables scroll in a place of their own"
            box = seen.board(SYNTHETIC).locator(".open .inside").first.bounding_box()
            assert box is not None and box["width"] <= width


CONTRAST = """() => {
  const numbers = text => text.match(/[0-9.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [.2126, .7152, .0722][place], 0);
  const behind = one => {
    for (; one; one = one.parentElement) {
      const found = numbers(getComputedStyle(one).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const worst = {};
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!own || !one.getClientRects().length || one.closest(".unseen, .skip, option")) continue;
    const style = getComputedStyle(one);
    const svg = one.namespaceURI.endsWith("svg");
    const pair = [luminance(numbers(svg ? style.fill : style.color)), luminance(behind(one))];
    const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
    const name = one.tagName + "." + (one.getAttribute("class") || "");
    worst[name] = Math.min(ratio, worst[name] || 99);
  }
  return worst;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_schemes_and_contrast(chromium: Browser, page: Path, scheme: Any) -> None:
    with visit(chromium, page, scheme=scheme) as seen:
        seen.board(SYNTHETIC).get_by_role("button", name="best", exact=True).click()
        paper = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        [red, _, _] = re.findall(r"\d+", paper)
        assert (int(red) < 60) == (scheme == "dark")
        found = seen.page.evaluate(CONTRAST)
        assert len(found) > 10
        assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}
        parts = ("point recomputed", "point literature", "point test")
        for name in parts:
            stroke = f"getComputedStyle(document.querySelector('.{name.replace(' ', '.')}')).stroke"
            assert seen.page.evaluate(stroke) not in {"none", paper}
