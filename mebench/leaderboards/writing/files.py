"""All files of a folder of boards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.files import to_json_text, write_text
from mebench.leaderboards.building import Board
from mebench.leaderboards.writing.data import board_data
from mebench.leaderboards.writing.grids import flat_grid
from mebench.leaderboards.writing.latex import board_latex
from mebench.leaderboards.writing.markdown import board_markdown, index_markdown
from mebench.leaderboards.writing.page import render_html


def board_files(boards: Sequence[Board], *, with_index: bool) -> dict[str, str]:
    """Return the content of every file, by its path below the folder of boards.

    Parameters
    ----------
    boards : sequence of Board
        Built.
    with_index : bool
        Whether they are all boards there are, so that the list and the page are written too.
    """
    found: dict[str, str] = {}
    for board in boards:
        name = board.folder.id
        found[f"{name}/board.md"] = board_markdown(board)
        found[f"{name}/board.csv"] = flat_grid([board]).as_csv()
        found[f"{name}/board.tex"] = board_latex(board)
        found[f"{name}/board.json"] = to_json_text(board_data(board))
    if with_index:
        found["README.md"] = index_markdown(boards)
        found["index.html"] = render_html(boards)
    return found


def write_files(root: Path, files: dict[str, str]) -> list[Path]:
    """Write files that are not there yet, or differ; return their paths."""
    written = []
    for name, text in files.items():
        path = root / name
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        written.append(path)
    return written
