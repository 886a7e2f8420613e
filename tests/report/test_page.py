"""The page in a real browser: timelines, keys, filters, tables, hostile names, many videos."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cli.running import mebench
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write
from tests.leaderboard.browsing import needs_chromium, visit
from tests.leaderboard.hostile import NAMES
from tests.report.making import DEMO, report, scored

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_chromium


def focused(page: Page) -> str:
    """Return the accessible name of what has the focus."""
    name: str = page.evaluate("document.activeElement.getAttribute('aria-label') || ''")
    return name


def ticks(page: Page, timeline: int) -> list[int]:
    """Return the frames on the axis of a timeline."""
    axis = page.locator(".timeline").nth(timeline).locator(".tick")
    axis.first.wait_for()
    return list(map(int, axis.all_text_contents()))


def videos(page: Page) -> list[str]:
    """Return the names of the videos that are to be seen, in their order."""
    return page.locator(".video:not([hidden]) h3").all_text_contents()


def test_the_keyboard(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        keys, first = seen.page.keyboard, seen.page.locator(".timeline").first
        first.focus()
        assert focused(seen.page) == "Timeline of p1/clip1"
        keys.press("ArrowRight")
        assert focused(seen.page).startswith("prediction, frames 30 to 41 (12 frames, 0.400 s)")
        assert "background" in focused(seen.page)
        keys.press("ArrowRight")
        name = focused(seen.page)
        assert name.startswith("true expression, frames 91 to 98") and "IoU 0.500 with" in name
        tip = seen.page.locator("#tip")
        assert tip.is_visible() and "hit, wrong emotion" in tip.inner_text()
        assert first.locator(".marked").count() == 1, "the other interval of the pair"
        whole = ticks(seen.page, 0)
        keys.press("+")
        assert focused(seen.page) == name, "the focus stays"
        closer = ticks(seen.page, 0)
        assert closer[-1] - closer[0] < whole[-1] - whole[0]
        keys.press("Shift+ArrowRight")
        assert ticks(seen.page, 0)[0] > closer[0]
        keys.press("Enter")
        assert ticks(seen.page, 0)[0] >= 91 - 2 * 8 and ticks(seen.page, 0)[-1] <= 99 + 2 * 8
        keys.press("0")
        assert ticks(seen.page, 0) == whole
        keys.press("ArrowLeft")
        assert focused(seen.page).startswith("prediction, frames 30")
        keys.press("Escape")
        assert focused(seen.page) == "Timeline of p1/clip1" and tip.is_hidden()
        keys.press("ArrowDown")
        assert focused(seen.page) == "Timeline of p1/clip2"
        keys.press("ArrowUp")
        assert focused(seen.page) == "Timeline of p1/clip1"


def test_the_pointer(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        first, tip = seen.page.locator(".timeline").first, seen.page.locator("#tip")
        first.scroll_into_view_if_needed()
        first.locator(".interval").nth(1).hover()
        assert "true expression" in tip.inner_text() and "negative" in tip.inner_text()
        box = first.bounding_box()
        assert box is not None
        middle = box["x"] + 500, box["y"] + 10
        whole = ticks(seen.page, 0)
        seen.page.mouse.move(*middle)
        seen.page.keyboard.down("Control")
        seen.page.mouse.wheel(0, -200)
        seen.page.keyboard.up("Control")
        closer = ticks(seen.page, 0)
        assert len(closer) > 1 and closer[-1] - closer[0] < whole[-1] - whole[0]
        seen.page.mouse.down()
        seen.page.mouse.move(middle[0] + 300, middle[1])
        seen.page.mouse.up()
        assert ticks(seen.page, 0)[0] < closer[0], "dragged to the right: earlier frames"
        seen.page.get_by_role("button", name="Whole video, p1/clip1").click()
        assert ticks(seen.page, 0) == whole


def test_filters_order_and_tables(chromium: Browser, page: Path) -> None:
    with visit(chromium, page) as seen:
        count = seen.page.locator("#count")
        everything = videos(seen.page)
        assert count.inner_text() == "16 of 16 videos" and everything[0] == "p1/clip1"
        seen.page.get_by_label("Search").fill("P3")
        assert videos(seen.page) == ["p3/clip1", "p3/clip2"]
        seen.page.get_by_label("Search").fill("")
        for title in ("hit", "hit, wrong emotion", "wrong kind", "background", "missed"):
            seen.page.get_by_label(re.compile(rf"^ *{title} *\d+ *$")).uncheck()
        assert videos(seen.page) == ["p1/clip2"] and count.inner_text() == "1 of 16 videos"
        shown = seen.page.locator(".video:visible .interval:not(.faded)")
        assert ["duplicate" in (one.get_attribute("aria-label") or "") for one in shown.all()] == [
            True
        ]
        seen.page.get_by_role("button", name="Errors only").click()
        assert 1 < len(videos(seen.page)) < 16
        seen.page.get_by_role("button", name="All outcomes").click()
        # A timeline is drawn when it comes into view, which is not at once.
        seen.page.locator("text.row-name", has_text="candidates").first.wait_for(timeout=10_000)
        seen.page.get_by_label("Order").select_option("errors")
        assert sorted(videos(seen.page)) == sorted(everything) != videos(seen.page)
        table = seen.page.locator("#subjects-A")
        for title, place in (("F1", 7), ("truths", 2)):
            for order in ("descending", "ascending"):
                table.get_by_role("button", name=title, exact=True).click()
                assert [
                    head.get_attribute("aria-sort") for head in table.locator("th[aria-sort]").all()
                ].count(order) == 1
                cells = table.locator(f"tbody tr > :nth-child({place}) bdi").all_inner_texts()
                assert cells == sorted(cells, reverse=order == "descending")


def test_the_saved_report_and_its_verification(
    chromium: Browser, page: Path, tmp_path: Path
) -> None:
    with visit(chromium, page) as seen:
        with seen.page.expect_download() as download:
            seen.page.get_by_role("button", name="Save report-A.json").click()
        command = seen.page.locator("#signature p code").nth(1).inner_text()
        download.value.save_as(tmp_path / "report-A.json")
        seen.requests[:] = [one for one in seen.requests if not one.startswith("blob:")]
    folder = page.parent
    assert json.loads((tmp_path / "report-A.json").read_text()) == scored(
        folder, "demo/predictions.json", *DEMO
    )
    words = shlex.split(command)
    assert words[:3] == ["mebench", "verify", "report-A.json"]
    names = {"report-A.json": str(tmp_path / "report-A.json"), "PROTOCOL.toml": "protocol.toml"}
    run = mebench(folder / "demo", *(names.get(word, word) for word in words[1:]))
    assert run.status == 0 and "Verified: mebench:1|p:demo-str@1" in run.said


def test_hostile_names_are_text(chromium: Browser, hostile: Path) -> None:
    with visit(chromium, hostile) as seen:
        first = seen.page.locator(".timeline").first
        first.focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert seen.page.title().startswith("</script><script>document.title = 'broken'")
        assert seen.page.locator("main script, main i, main img, iframe, [onload]").count() == 0
        text = seen.page.locator("main").inner_text()
        for name in (NAMES[0], NAMES[1], NAMES[10], NAMES[3]):
            assert name in text
        for character in "\u202e\u2066\u2028\x1b\x07\x00":
            assert character not in seen.page.content()
        assert "\\u202eevil\\u2066" in text and "\\x1b[31mred" in text
        loose = """() => [...document.querySelectorAll(".video h3, tbody th, #tip dd, .facts dd")]
            .filter(one => one.firstElementChild.tagName !== "BDI").length"""
        assert seen.page.evaluate(loose) == 0
        assert seen.width <= 1280
    with visit(chromium, hostile, width=390, height=800) as seen:
        seen.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert seen.width <= 390


def test_five_thousand_videos(chromium: Browser, tmp_path: Path) -> None:
    rows: dict[str, list[Any]] = {
        f"{number // 50}/v{number}": [interval(10, 20), interval(50, 60, "positive")]
        for number in range(5000)
    }
    write(tmp_path, "toy.toml", TOY_TOML)
    write(tmp_path, "t.json", truth(rows))
    write(tmp_path, "p.json", submission(rows))
    page = report(tmp_path, "p.json", "--truth", "t.json", "--protocol", "toy.toml")
    with visit(chromium, page) as seen:
        assert seen.page.locator("#count").inner_text() == "5000 of 5000 videos"
        assert seen.page.locator(".timeline > svg").count() < 100
        seen.page.locator(".timeline").last.scroll_into_view_if_needed()
        last = seen.page.locator(".timeline").last.locator(".interval")
        last.first.wait_for()
        assert last.count() == 4
        assert seen.page.locator(".timeline > svg").count() < 200
        seen.page.get_by_label("Search").fill("v4999")
        assert videos(seen.page) == ["99/v4999"]
