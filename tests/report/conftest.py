"""One browser, and one page of each kind, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.leaderboard.browsing import browser
from tests.report.hostile import hostile_report
from tests.report.making import demo_report
from tests.sharing import shared_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests of this folder."""
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def page() -> Path:
    """Return the page of the demonstration; nobody changes it."""
    return shared_folder("demo-report", demo_report) / "report.html"


@pytest.fixture(scope="session")
def hostile() -> Path:
    """Return a page of two systems with hostile names everywhere."""
    return shared_folder("hostile-report", hostile_report) / "report.html"
