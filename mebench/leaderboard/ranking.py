"""The order of a board: which rows are compared with each other, and which value is best.

Values are compared only among rows with the same trust label and the same scope, whose model was
not chosen on the test set. The other rows are in groups of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from mebench.leaderboard.board_rows import BoardColumn, BoardRow
from mebench.models.leaderboard import Scope, TrustLabel

LABELS: dict[TrustLabel, str] = {
    "recomputed": "Recomputed from the predictions",
    "author-reported": "Reported by the authors",
    "literature": "From the literature",
}

SCOPES: dict[Scope | None, str] = {
    "all": "all videos scored",
    "with-target": "only videos with a target scored",
    None: "scope not stated",
}


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Comparable rows, the best first, with row and column of the best values.

    If the models were chosen on the test set, no value is best.
    """

    label: TrustLabel
    scope: Scope | None
    is_chosen_on_test: bool
    scope_text: str
    rows: tuple[BoardRow, ...]
    best: frozenset[tuple[int, int]]

    @property
    def title(self) -> str:
        """The title of the group."""
        chosen = "model chosen on the test set" if self.is_chosen_on_test else ""
        return "; ".join(filter(None, (LABELS[self.label], self.scope_text, chosen)))


def group_rows(
    rows: Sequence[BoardRow], columns: Sequence[BoardColumn], by: BoardColumn, *, spots: bool
) -> list[RowGroup]:
    """Return the groups of a board, the most trusted first; only spotting has a scope."""
    labels, scopes = list(LABELS), list(SCOPES)

    def key(row: BoardRow) -> tuple[bool, int, int]:
        return row.is_chosen_on_test, labels.index(row.label), scopes.index(row.scope)

    groups = []
    for group_key in sorted({key(row) for row in rows}):
        members = [row for row in rows if key(row) == group_key]
        members.sort(key=partial(_order, column=columns.index(by), by=by))
        first = members[0]
        best = frozenset() if first.is_chosen_on_test else _best(members, columns)
        groups.append(
            RowGroup(
                first.label,
                first.scope,
                first.is_chosen_on_test,
                SCOPES[first.scope] if spots else "",
                tuple(members),
                best,
            )
        )
    return groups


def _order(row: BoardRow, column: int, by: BoardColumn) -> tuple[bool, float, str, str]:
    value = row.cells[column].value
    sign = -1 if by.is_higher_better else 1
    return value is None, 0.0 if value is None else sign * value, row.method, row.id


def _best(rows: Sequence[BoardRow], columns: Sequence[BoardColumn]) -> frozenset[tuple[int, int]]:
    """Return row and column of the best values, including ties; nothing for a single row.

    A number that is known to be wrong is never best.
    """
    positions = set()
    for index, column in enumerate(columns):
        cells = [row.cells[index] for row in rows]
        values = [None if cell.is_doubted else cell.value for cell in cells]
        known = [value for value in values if value is not None]
        if len(known) < 2:
            continue
        best = max(known) if column.is_higher_better else min(known)
        positions |= {(row, index) for row, value in enumerate(values) if value == best}
    return frozenset(positions)
