"""The chart: a point a row that has a year and a value, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as draw

from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.board_rows import MISSING, BoardCell, BoardColumn, BoardRow, group_rows
from mebench.leaderboard.build_board import Board
from mebench.leaderboard.export.html_page import make_chart
from mebench.models.leaderboard import TrustLabel
from mebench.models.submission import ModelSelection
from mebench.protocols.loader import load_shipped_protocol

STRS = BoardColumn("headline", "strs")


def row(
    year: int | None,
    value: float | None,
    label: TrustLabel = "literature",
    selection: ModelSelection = "none",
) -> BoardRow:
    cell = MISSING if value is None else BoardCell(f"{value:.4f}", value)
    return BoardRow(f"{year}/{value}", "m", year, label, "all", selection, (cell,))


def board(*rows: BoardRow) -> Board:
    folder = BoardFolder(Path("nowhere"), load_shipped_protocol("synthetic-str@1"))
    groups = tuple(group_rows(rows, [STRS], STRS, spots=True))
    return Board(folder, (STRS,), STRS, groups, {}, None, False)


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (row(2020, 0.1),),
        (row(2020, 0.1), row(2020, 0.2)),
        (row(2020, 0.1), row(2021, None)),
        (row(2020, 0.1), row(None, 0.2)),
    ],
)
def test_one_year_is_no_course(rows: tuple[BoardRow, ...]) -> None:
    assert make_chart(board(*rows)) is None


def test_shapes_and_what_is_left_out() -> None:
    found = make_chart(
        board(
            row(2020, 0.1),
            row(2021, 0.2, "recomputed"),
            row(2022, 0.3, "recomputed", "test"),
            row(None, 0.4),
            row(2023, None),
        )
    )
    assert found is not None
    assert {(point["shape"], point["title"]) for point in found["points"]} == {
        ("literature", "m, 2020: 0.1000"),
        ("recomputed", "m, 2021: 0.2000"),
        ("test", "m, 2022: 0.3000"),
    }
    assert found["without_year"] == 2
    assert [year for _, year in found["years"]] == [2020, 2021, 2022]


points = draw.tuples(draw.integers(1990, 2100), draw.floats(0, 1))


@given(draw.lists(points, min_size=2, max_size=20, unique_by=lambda pair: pair[0]))
def test_points_lie_within_and_in_order(pairs: list[tuple[int, float]]) -> None:
    found = make_chart(board(*(row(year, value) for year, value in pairs)))
    assert found is not None
    assert 1 <= len(found["years"]) <= 8
    places = {point["title"]: point for point in found["points"]}
    ordered = sorted(pairs)
    across = [places[f"m, {year}: {value:.4f}"]["x"] for year, value in ordered]
    assert across == sorted(across)
    for point in found["points"]:
        assert found["left"] <= point["x"] <= found["right"]
        assert 0 <= point["y"] <= found["bottom"]
    ups = [
        places[f"m, {year}: {value:.4f}"]["y"] for year, value in sorted(pairs, key=lambda p: p[1])
    ]
    assert ups == sorted(ups, reverse=True)
