"""A chart of a board over the years: one point a row, as an SVG that stands in the page."""

from __future__ import annotations

from dataclasses import dataclass

from mebench.leaderboards.building import Board
from mebench.leaderboards.rows import BoardRow

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 32
MAX_YEAR_LABELS = 8
"""At most so many years are named: more would touch each other on a phone."""

GRIDLINES = 5
"""Gridlines, the axis among them."""


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """A row on the chart: its place in the SVG, and what it is.

    Attributes
    ----------
    x, y : float
        In the SVG's units.
    shape : {"recomputed", "literature", "test"}
        Filled for recomputed rows, hollow for others, a cross where the test set chose the model.
    title : str
        For those who point at it, and for screen readers.
    """

    x: float
    y: float
    shape: str
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws.

    Attributes
    ----------
    points : tuple of ChartPoint
        The rows that have a year and a value.
    years : tuple of (float, int)
        Places and names of the marks below.
    lines : tuple of (float, str)
        Places and names of the gridlines.
    without_year : int
        Rows that are left out.
    """

    points: tuple[ChartPoint, ...]
    years: tuple[tuple[float, int], ...]
    lines: tuple[tuple[float, str], ...]
    without_year: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def make_chart(board: Board) -> Chart | None:
    """Return the chart of a board, or None if its rows are all of one year."""
    at = board.columns.index(board.by)
    rows = [row for group in board.groups for row in group.rows]
    known = [row for row in rows if row.year is not None and row.cells[at].value is not None]
    years = [row.year for row in known if row.year is not None]
    if len(set(years)) < 2:
        return None
    first, last = min(years), max(years)
    top = _ceiling(max(row.cells[at].value or 0.0 for row in known))

    def across(year: int) -> float:
        share = (year - first + 0.5) / (last - first + 1)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    step = -(-(last - first + 1) // MAX_YEAR_LABELS)
    return Chart(
        tuple(
            ChartPoint(
                across(row.year or 0), up(row.cells[at].value or 0.0), _shape(row), _title(row, at)
            )
            for row in known
        ),
        tuple((across(year), year) for year in range(first, last + 1, step)),
        tuple(
            (up(top * line / (GRIDLINES - 1)), f"{top * line / (GRIDLINES - 1):.2f}")
            for line in range(GRIDLINES)
        ),
        len(rows) - len(known),
    )


def _ceiling(value: float) -> float:
    """Return the least round number above a value: .2, .4, .6, .8 or 1."""
    return next((one / 10 for one in (2, 4, 6, 8) if value <= one / 10), max(1.0, value))


def _shape(row: BoardRow) -> str:
    if row.is_chosen_on_test:
        return "test"
    return "recomputed" if row.label == "recomputed" else "literature"


def _title(row: BoardRow, at: int) -> str:
    return f"{row.method}, {row.year}: {row.cells[at].text}"
