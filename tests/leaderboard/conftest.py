"""A folder of boards, and commands typed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.datasets.licensed.running import CommandLine
from tests.leaderboard.browsing import browser
from tests.leaderboard.hostile import hostile_boards
from tests.leaderboard.made import Boards, submission
from tests.sharing import shared_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser


PUBLISHED = """
format = "mebench-published/1"
protocol = "synthetic-str@1"

[[rows]]
id = "old"
method = "An old method"
year = 2016
source = "A paper of 2016, Table 1"
link_text = "Somebody (2016)"
caveats = ["Read from a figure."]
[rows.values.headline]
strs = ".1000"
uf1 = ".3000"

[[rows]]
id = "older"
method = "Beforehand"
year = 2011
source = "A paper of 2011"
link_text = "Nobody (2011)"
[rows.values.headline]
strs = ".2000"

[[rows]]
id = "cheat"
method = "Chosen on test"
year = 2020
source = "A paper of 2020"
link_text = "Cheater (2020)"
model_selection = "test"
[rows.values.headline]
strs = ".9000"
"""


@pytest.fixture
def boards(tmp_path: Path) -> Boards:
    """Make an empty folder of boards in the test's own folder."""
    (tmp_path / "leaderboards").mkdir()
    return Boards(CommandLine(tmp_path))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Start one browser for all tests of this folder."""
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def hostile() -> Boards:
    """Build boards and a page with rows of all kinds, and hostile ones; nobody changes them."""

    def make(folder: Path) -> None:
        (folder / "leaderboards").mkdir()
        boards = Boards(CommandLine(folder))
        boards.board().mkdir()
        (boards.board() / "published.toml").write_text(PUBLISHED)
        boards.added(submission("best", 12, code="https://example.org"), "--year", "2024")
        boards.added(submission("middle", 8, scored=False))
        boards.added(submission("last", 3), "--year", "2022")
        hostile_boards(boards)

    return Boards(CommandLine(shared_folder("hostile-boards", make)))


@pytest.fixture(scope="session")
def page(hostile: Boards) -> Path:
    """Return the page of these boards."""
    return hostile.root / "index.html"
