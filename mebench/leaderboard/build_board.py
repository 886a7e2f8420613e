"""Build a board from its submissions and the rows of the literature.

Submissions are scored again where the ground truth is available.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.board_rows import (
    BoardColumn,
    BoardRow,
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
from mebench.leaderboard.score_entry import find_truth


@dataclass(frozen=True, slots=True)
class Board:
    """A board, ready to be exported.

    Rows are sorted by the column ``by``. ``refused`` has the problems of entries that are not
    shown, and ``truth`` the hash of the truth on which entries were scored. ``is_recomputed``
    states whether the truth was available, so that all entries were scored again.
    """

    folder: BoardFolder
    columns: Sequence[BoardColumn]
    by: BoardColumn
    groups: Sequence[RowGroup]
    refused: Mapping[str, Sequence[Diagnostic]]
    truth: str | None
    is_recomputed: bool

    @property
    def rows(self) -> list[BoardRow]:
        """The rows of all groups."""
        return [row for group in self.groups for row in group.rows]

    @property
    def visible_columns(self) -> list[int]:
        """The indices of the columns that tables show: those with any number."""
        return [
            index
            for index, column in enumerate(self.columns)
            if column == self.by or any(row.cells[index].text is not None for row in self.rows)
        ]


def build_board(
    folder: BoardFolder,
    truths: Mapping[str, Path],
    advance: Callable[[int], None],
) -> Board:
    """Build a board; ``advance`` is called with the number of entries just processed.

    Problems of an entry exclude only that entry. Those of the rows of the literature, the log and
    the truth are raised.
    """
    protocol = folder.protocol
    columns, by = board_columns(protocol), ranking_column(protocol)
    rows = rows_of_literature(folder, columns)
    names, latest = folder.names(), latest_lines(read_log(folder))
    expected = board_truth_hash(latest)
    truth = find_truth(folder.protocol, truths) if names else None
    missing = [name for name in latest if name not in names]
    refused = {name: _files_missing(folder, name).diagnostics for name in missing}
    for name in names:
        try:
            entry, stored = read_entry(folder, name)
            check_log(folder, entry, latest.get(name))
            check_comparable(folder, name, stored, expected)
            check_unchanged(folder, entry)
            if truth is not None:
                check_reproducible(folder, entry, stored, truth)
            rows.append(row_of_entry(entry, stored, protocol, columns))
        except MebenchError as error:
            refused[name] = error.diagnostics
        advance(1)
    return Board(
        folder,
        columns,
        by,
        group_rows(rows, columns, by, spots=protocol.spots),
        dict(sorted(refused.items())),
        expected,
        truth is not None,
    )


def _files_missing(folder: BoardFolder, name: str) -> MebenchError:
    return MebenchError.of(
        "log-differs",
        f"{name}: According to the log it is on the board, but its files are missing.",
        "Restore the files from version control, or remove the entry: mebench leaderboard remove "
        f"{name} --protocol {folder.id} --reason WHY.",
        Place(file=str(folder.log)),
    )
