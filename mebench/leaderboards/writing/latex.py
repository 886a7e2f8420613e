"""Boards in LaTeX: a booktabs table a group, for papers."""

from __future__ import annotations

from mebench.leaderboards.building import Board
from mebench.leaderboards.writing.grids import group_grid


def board_latex(board: Board) -> str:
    """Return the tables of a board; every number's signature stands beside it as a comment."""
    lines = [
        "% Written by `mebench leaderboard build`.",
        f"% {board.folder.id}, by {board.by.title}; needs \\usepackage{{booktabs}}",
    ]
    for group in board.groups:
        grid = group_grid(board, group)
        lines += ["", f"% {group.title}"]
        lines += [f"% {row.id}: {row.signature}" for row in group.rows if row.signature]
        lines.append(grid.as_latex())
    return "\n".join(lines) + "\n"
