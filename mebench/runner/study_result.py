"""The result of a study: a table, a picture and notes, and the files that hold them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mebench.tables.grid import Grid
from mebench.util.atomic_write import write_text

PICTURES = ("picture.png", "picture.pdf")

Announce = Callable[[str], None]
"""Called with a line for each step of a study."""


@dataclass(frozen=True, slots=True)
class StudyResult:
    """The result of a study.

    Attributes
    ----------
    title : str
        The title of the study.
    grid : Grid
        The table for people.
    exact : Grid
        The table for programs, with full precision.
    draw : callable
        Draws the picture into a file.
    notes : sequence of str
        Notes below the table.
    """

    title: str
    grid: Grid
    exact: Grid
    draw: Callable[[Path], None]
    notes: Sequence[str] = field(default_factory=tuple)

    def as_text(self) -> str:
        """Return the table for a terminal."""
        return "\n".join([self.title, "", *self.grid.as_text(), *self._note_lines()]) + "\n"

    def write(self, folder: Path) -> list[str]:
        """Write tables and pictures into a folder; return the names of the files.

        Raises
        ------
        UsageError
            ``cannot-write``.
        """
        lines = [f"**{self.title}**", "", self.grid.as_markdown(), *self._note_lines()]
        write_text(folder / "table.md", "\n".join(lines) + "\n")
        write_text(folder / "table.tex", self.grid.as_latex() + "\n")
        write_text(folder / "table.csv", self.exact.as_csv())
        for name in PICTURES:
            self.draw(folder / name)
        return ["table.md", "table.tex", "table.csv", *PICTURES]

    def _note_lines(self) -> list[str]:
        return ["", *self.notes] if self.notes else []
