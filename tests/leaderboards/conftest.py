"""A folder of boards, and commands typed beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.datasets.licensed.running import CommandLine
from tests.leaderboards.made import Boards


@pytest.fixture
def boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Boards:
    """Make an empty folder of boards in the test's own folder."""
    (tmp_path / "leaderboards").mkdir()
    return Boards(CommandLine(tmp_path, monkeypatch))
