"""The boards that come with mebench are what the command writes."""

from __future__ import annotations

from pathlib import Path

from mebench.leaderboard.find_boards import all_boards
from mebench.util import resources
from tests.datasets.licensed.running import CommandLine

ROOT = resources.shared_folder("leaderboards")
README = ROOT.parent / "README.md"


def test_committed_boards_are_in_sync(tmp_path: Path) -> None:
    type_ = CommandLine(tmp_path)
    run = type_("leaderboard", "build", "--check", "--boards", ROOT)
    assert run.status == 0, run.said


def test_every_board_has_rows() -> None:
    boards = all_boards(ROOT)
    assert len(boards) >= 12
    assert all(board.published.exists() or board.names() for board in boards)


def test_the_readme_shows_the_board_of_the_synthetic_set() -> None:
    """All of its rows, but for the column of notes."""
    board = (ROOT / "synthetic-str@1" / "board.md").read_text(encoding="utf-8")
    rows = [line.split("|")[:-2] for line in board.splitlines() if line.startswith("|")]
    assert len(rows) > 8
    assert "\n".join("|".join(row) + "|" for row in rows) in README.read_text(encoding="utf-8")
