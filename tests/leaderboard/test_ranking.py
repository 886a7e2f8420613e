"""Who is compared with whom, in which order, and who is best."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as draw

from mebench.leaderboard.board_rows import (
    MISSING,
    BoardCell,
    BoardColumn,
    BoardRow,
    RowGroup,
    board_columns,
    group_rows,
    printed_cell,
    ranking_column,
)
from mebench.models.leaderboard import Scope, TrustLabel
from mebench.models.submission import ModelSelection
from mebench.protocols.loader import load_shipped_protocol, shipped_protocol_ids

HIGH, LOW = BoardColumn("headline", "strs"), BoardColumn("headline", "apex_mae")


def row(
    name: str,
    *values: float | None,
    label: TrustLabel = "literature",
    scope: Scope | None = None,
    selection: ModelSelection = "unknown",
    differs: str = "",
) -> BoardRow:
    cells = [MISSING if one is None else BoardCell(f"{one:.4f}", one) for one in values]
    row = BoardRow(name, name, None, label, scope, selection, tuple(cells))
    return replace(row, differs=differs)


def groups(*rows: BoardRow) -> list[RowGroup]:
    return group_rows(rows, [HIGH, LOW], HIGH, spots=True)


def best(group: RowGroup) -> set[tuple[str, int]]:
    return {(group.rows[place].id, column) for place, column in group.best}


def test_golden_board() -> None:
    """Rows of one scope, one label, and one way to choose a model stand together."""
    found = groups(
        row("c", 0.30, 5.0),
        row("a", 0.50, 9.0),
        row("b", 0.50, None),
        row("none", None, 1.0),
        row("test", 0.99, 0.1, selection="test"),
        row("four", 0.99, 0.1, differs="four classes"),
        row("four too", 0.98, 0.1, differs="four classes"),
        row("narrow", 0.80, 2.0, scope="with-target"),
        row("narrow too", 0.70, 3.0, scope="with-target"),
        row("ours", 0.10, 4.0, label="recomputed", scope="all"),
        row("theirs", 0.95, 4.0, label="author-reported"),
        row("theirs too", 0.95, 4.0, label="author-reported", selection="validation"),
    )
    assert [(one.title, [row.id for row in one.rows]) for one in found] == [
        ("Recomputed from the predictions; all videos scored", ["ours"]),
        ("Reported by the authors; scope not stated", ["theirs", "theirs too"]),
        ("From the literature; only videos with a target scored", ["narrow", "narrow too"]),
        ("From the literature; scope not stated", ["a", "b", "c", "none"]),
        ("From the literature; scope not stated; four classes", ["four", "four too"]),
        ("From the literature; scope not stated; model chosen on the test set", ["test"]),
    ]
    assert [best(one) for one in found] == [
        set(),
        {("theirs", 0), ("theirs too", 0), ("theirs", 1), ("theirs too", 1)},
        {("narrow", 0), ("narrow", 1)},
        {("a", 0), ("b", 0), ("none", 1)},
        {("four", 0), ("four", 1), ("four too", 1)},
        set(),
    ]


def test_what_is_known_to_be_wrong_is_never_best() -> None:
    wrong = BoardRow(
        "w", "w", None, "literature", None, "none", (BoardCell(".9", 0.9, is_doubted=True), MISSING)
    )
    [group] = groups(wrong, row("a", 0.2, None), row("b", 0.1, None))
    assert [one.id for one in group.rows] == ["w", "a", "b"]
    assert best(group) == {("a", 0)}


values = draw.none() | draw.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0])
rows = draw.lists(
    draw.builds(
        row,
        draw.uuids().map(str),
        values,
        values,
        label=draw.sampled_from(["recomputed", "author-reported", "literature"]),
        scope=draw.sampled_from(["all", "with-target", None]),
        selection=draw.sampled_from(["none", "validation", "test", "unknown"]),
    ),
    max_size=12,
)


@given(rows, draw.randoms())
def test_order_and_best(given_rows: list[BoardRow], random: object) -> None:
    found = groups(*given_rows)
    assert sorted(row.id for group in found for row in group.rows) == sorted(
        row.id for row in given_rows
    )
    for group in found:
        kinds = {(row.label, row.scope, row.is_chosen_on_test) for row in group.rows}
        assert len(kinds) == 1
        numbers = [row.cells[0].value for row in group.rows]
        known = [one for one in numbers if one is not None]
        assert numbers == [*sorted(known, reverse=True), *[None] * (len(numbers) - len(known))]
        for place, choose in ((0, max), (1, min)):
            column = [row.cells[place].value for row in group.rows]
            there = [one for one in column if one is not None]
            marked = {at for at, where in group.best if where == place}
            if group.is_chosen_on_test or len(there) < 2:
                assert not marked
            else:
                assert marked == {at for at, one in enumerate(column) if one == choose(there)}
    shuffled = list(given_rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert groups(*shuffled) == found


@given(rows)
def test_a_better_row_elsewhere_changes_no_bold(given_rows: list[BoardRow]) -> None:
    """The best among comparable rows does not depend on those that do not compare."""
    cheater = row("cheater", 2.0, -1.0, selection="test")
    before = [group for group in groups(*given_rows) if not group.is_chosen_on_test]
    after = [group for group in groups(*given_rows, cheater) if not group.is_chosen_on_test]
    assert before == after


@pytest.mark.parametrize(
    ("text", "shown", "value"),
    [
        (".6516", "0.6516", 0.6516),
        ("65.16 %", "0.6516", 0.6516),
        ("53.5%", "0.535", 0.535),
        ("0,59", "0.59", 0.59),
        ("1", "1", 1.0),
        (None, None, None),
    ],
)
def test_printed_numbers_keep_their_digits(
    text: str | None, shown: str | None, value: float | None
) -> None:
    assert printed_cell(text) == BoardCell(shown, value)


@pytest.mark.parametrize("protocol", shipped_protocol_ids())
def test_every_board_is_ranked_by_one_of_its_columns(protocol: str) -> None:
    rules = load_shipped_protocol(protocol)
    columns, by = board_columns(rules), ranking_column(rules)
    assert by in columns and by.is_higher_better
    assert len({one.id for one in columns}) == len({one.title for one in columns}) == len(columns)
    assert all(pair[0] != pair[1] for pair in pairwise(columns))
