"""The page in a real browser, from a disk, with nothing else to be reached."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


CHROMIUM = shutil.which("chromium")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None,
    reason="there is no chromium on PATH: Debian's package `chromium` has it",
)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Debian's browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        try:
            yield found
        finally:
            found.close()


@dataclass
class Visit:
    """An open page, and everything it did that it should not."""

    page: Page
    file: Path
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        """How wide the page is, what lies outside of the window with it."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth")
        return found

    def board(self, protocol: str) -> Any:
        """Return the section of a board."""
        anchor = "".join(one if one.isalnum() else "-" for one in protocol)
        return self.page.locator(f"#{anchor}")

    def methods(self, protocol: str) -> list[str]:
        """Return the names that are to be seen on a board, in their order."""
        rows = self.board(protocol).locator("tr.row:visible .more")
        return [text.strip() for text in rows.all_inner_texts()]


_open: WeakKeyDictionary[Browser, dict[bool, Page]] = WeakKeyDictionary()
"""The tab of each browser without and with touch: another one takes half a second."""


@contextmanager
def visit(
    browser: Browser,
    file: Path,
    *,
    width: int = 1280,
    height: int = 900,
    phone: bool = False,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Visit]:
    """Open a page from the disk; nothing but the file itself may be asked for."""
    tabs = _open.setdefault(browser, {})
    if phone not in tabs:
        tabs[phone] = browser.new_context(is_mobile=phone, has_touch=phone).new_page()
        tabs[phone].set_default_timeout(5_000)
    page = tabs[phone]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    found = Visit(page, file)
    listeners: dict[Any, Callable[[Any], None]] = {
        "console": lambda message: found.complaints.append(message.text),
        "pageerror": lambda error: found.complaints.append(str(error)),
        "request": lambda request: found.requests.append(request.url),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    page.goto(file.as_uri())
    try:
        yield found
        assert found.complaints == []
        assert [one for one in found.requests if not one.startswith("data:")] == [file.as_uri()]
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
