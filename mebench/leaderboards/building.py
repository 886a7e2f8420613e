"""A board built: submissions scored again where the truth is at hand, beside the literature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.leaderboards.checking import (
    check_comparable,
    check_logged,
    check_same,
    check_unchanged,
    truth_of_board,
)
from mebench.leaderboards.columns import Column, columns_of, ranked_by
from mebench.leaderboards.entries import read_entry
from mebench.leaderboards.folders import BoardFolder
from mebench.leaderboards.log import read_log, standing
from mebench.leaderboards.ranking import Group, grouped
from mebench.leaderboards.rows import row_of_entry, rows_of_literature
from mebench.leaderboards.truths import truth_at_hand

ADVANCE = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Refused:
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
    columns : tuple of Column
        Its numbers.
    by : Column
        What it is sorted by.
    groups : tuple of Group
        Its rows.
    refused : tuple of Refused
        Entries that are not shown.
    truth : str or None
        The hash of the truth that its entries were scored against; None if it has none.
    is_recomputed : bool
        Whether the truth was at hand, so that every entry was scored again.
    """

    folder: BoardFolder
    columns: tuple[Column, ...]
    by: Column
    groups: tuple[Group, ...]
    refused: tuple[Refused, ...]
    truth: str | None
    is_recomputed: bool

    @property
    def shown(self) -> list[int]:
        """The places of the columns for people: those in which any row has a number."""
        rows = [row for group in self.groups for row in group.rows]
        return [
            place
            for place, column in enumerate(self.columns)
            if column == self.by or any(row.cells[place].text is not None for row in rows)
        ]


def build(
    folder: BoardFolder,
    truths: Mapping[str, Path],
    advance: ADVANCE = lambda _: None,
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
    columns, by = columns_of(protocol), ranked_by(protocol)
    rows = rows_of_literature(folder, columns)
    names, last = folder.names(), standing(read_log(folder))
    expected = truth_of_board(last)
    truth = truth_at_hand(folder.protocol, truths) if names else None
    refused = [_vanished(folder, name) for name in last if name not in names]
    for name in names:
        try:
            entry, kept = read_entry(folder, name)
            check_logged(folder, entry, last.get(name))
            check_comparable(folder, name, kept, expected)
            check_unchanged(folder, entry)
            if truth is not None:
                check_same(folder, entry, kept, truth)
            rows.append(row_of_entry(entry, kept, protocol, columns))
        except MebenchError as error:
            refused.append(Refused(name, tuple(error.diagnostics)))
        advance(1)
    return Board(
        folder,
        tuple(columns),
        by,
        tuple(grouped(rows, columns, by, spots=protocol.spots)),
        tuple(sorted(refused, key=lambda one: one.name)),
        expected,
        truth is not None,
    )


def _vanished(folder: BoardFolder, name: str) -> Refused:
    error = MebenchError.of(
        "log-differs",
        f"{name}: The log has it on the board, and its files are gone.",
        "Take them from the version control, or say why they went: mebench leaderboard remove "
        f"{name} --protocol {folder.id} --reason WHY.",
        Place(file=str(folder.log)),
    )
    return Refused(name, tuple(error.diagnostics))
