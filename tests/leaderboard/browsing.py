"""The page in a real browser, from a disk, with nothing else to be reached."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


@contextmanager
def visit(browser: Browser, file: Path, **options: Any) -> Iterator[Visit]:
    """Open a page from the disk; nothing but the file itself may be asked for."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(5_000)
    found = Visit(page, file)
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda request: found.requests.append(request.url))
    page.goto(file.as_uri())
    try:
        yield found
        assert found.complaints == []
        assert [one for one in found.requests if not one.startswith("data:")] == [file.as_uri()]
    finally:
        context.close()
