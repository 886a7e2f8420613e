"""Build a board from its submissions and the rows of the literature.

Submissions are scored again where the ground truth is available.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.board_rows import (
    BoardColumn,
    board_columns,
    ranking_column,
    row_of_entry,
    rows_of_literature,
)
from mebench.leaderboard.entry_checks import (
    board_truth_hash,
    check_comparable,
    check_log,
    check_reproducible,
    check_unchanged,
)
from mebench.leaderboard.entry_storage import latest_lines, read_entry, read_log
from mebench.leaderboard.ranking import RowGroup, group_rows
from mebench.leaderboard.scoring import find_truth

ProgressCallback = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """An entry that is not shown, and why.

    Attributes
    ----------
    name : str
        The entry.
    reasons : tuple of Diagnostic
        What is wrong with it.
    """

    name: str
    reasons: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A board, ready to be written.

    Attributes
    ----------
    folder : BoardFolder
        Where it lies, and its protocol.
    columns : tuple of BoardColumn
        Its numbers.
    by : BoardColumn
        What it is sorted by.
    groups : tuple of RowGroup
        Its rows.
    refused : tuple of RefusedEntry
        Entries that are not shown.
    truth : str or None
        The hash of the truth that its entries were scored against; None if it has none.
    is_recomputed : bool
        Whether the truth was at hand, so that every entry was scored again.
    """

    folder: BoardFolder
    columns: tuple[BoardColumn, ...]
    by: BoardColumn
    groups: tuple[RowGroup, ...]
    refused: tuple[RefusedEntry, ...]
    truth: str | None
    is_recomputed: bool

    @property
    def visible_columns(self) -> list[int]:
        """The places of the columns for people: those in which any row has a number."""
        rows = [row for group in self.groups for row in group.rows]
        return [
            place
            for place, column in enumerate(self.columns)
            if column == self.by or any(row.cells[place].text is not None for row in rows)
        ]


def build_board(
    folder: BoardFolder,
    truths: Mapping[str, Path],
    advance: ProgressCallback = lambda _: None,
) -> Board:
    """Build a board.

    Parameters
    ----------
    folder : BoardFolder
        Its folder.
    truths : mapping of str to Path
        Truth files by protocol, where the user named some.
    advance : callable
        Told how many entries got done.

    Raises
    ------
    MebenchError
        If the rows of the literature, the log or the truth cannot be read. What is wrong with an
        entry keeps that entry off the board alone.
    """
    protocol = folder.protocol
    columns, by = board_columns(protocol), ranking_column(protocol)
    rows = rows_of_literature(folder, columns)
    names, last = folder.names(), latest_lines(read_log(folder))
    expected = board_truth_hash(last)
    truth = find_truth(folder.protocol, truths) if names else None
    refused = [_vanished(folder, name) for name in last if name not in names]
    for name in names:
        try:
            entry, kept = read_entry(folder, name)
            check_log(folder, entry, last.get(name))
            check_comparable(folder, name, kept, expected)
            check_unchanged(folder, entry)
            if truth is not None:
                check_reproducible(folder, entry, kept, truth)
            rows.append(row_of_entry(entry, kept, protocol, columns))
        except MebenchError as error:
            refused.append(RefusedEntry(name, tuple(error.diagnostics)))
        advance(1)
    return Board(
        folder,
        tuple(columns),
        by,
        tuple(group_rows(rows, columns, by, spots=protocol.spots)),
        tuple(sorted(refused, key=lambda one: one.name)),
        expected,
        truth is not None,
    )


def _vanished(folder: BoardFolder, name: str) -> RefusedEntry:
    error = MebenchError.of(
        "log-differs",
        f"{name}: The log has it on the board, and its files are gone.",
        "Take them from the version control, or say why they went: mebench leaderboard remove "
        f"{name} --protocol {folder.id} --reason WHY.",
        Place(file=str(folder.log)),
    )
    return RefusedEntry(name, tuple(error.diagnostics))
