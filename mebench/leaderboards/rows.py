"""Rows of a board, from the literature and from scored submissions, with cells of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mebench.leaderboards.columns import HEADLINE, BoardColumn
from mebench.leaderboards.folders import BoardFolder
from mebench.leaderboards.printed import parse_rounded_number
from mebench.leaderboards.published import read_published
from mebench.metrics.registry import METRICS_BY_ID
from mebench.records.board import LeaderboardEntry, Scope, SubjectCounts, TrustLabel
from mebench.records.protocol import Protocol
from mebench.records.published import Correction, PublishedRow
from mebench.records.report import MetricMap, Report
from mebench.records.submission import ModelSelection
from mebench.tables.numbers import format_number


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A number.

    Attributes
    ----------
    text : str or None
        As tables show it; of the literature with the digits that were printed. None is missing.
    value : float or None
        What it is compared and sorted by.
    is_doubted : bool
        Whether it is known to be wrong; it stands as printed, and is never the best.
    """

    text: str | None
    value: float | None
    is_doubted: bool = False


MISSING = BoardCell(None, None)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of a board.

    Attributes
    ----------
    id : str
        Unique on its board.
    method : str
        What it is.
    year : int or None
        Of the method.
    label : {"recomputed", "author-reported", "literature"}
        How far its numbers can be trusted.
    scope : {"all", "with-target"} or None
        Which videos were scored; None where it is not known.
    selection : str
        On what its model was chosen.
    cells : tuple of BoardCell
        In the order of the board's columns.
    source : str or None
        Where the numbers, or the method, are from.
    caveats : tuple of str
        What a reader has to know.
    signature : str or None
        What fixes a recomputed row.
    link : str or None
        The source in a few words.
    report : Report or None
        Of a recomputed row.
    subjects : tuple of SubjectCounts
        The counts of a recomputed row.
    """

    id: str
    method: str
    year: int | None
    label: TrustLabel
    scope: Scope | None
    selection: ModelSelection
    cells: tuple[BoardCell, ...]
    source: str | None = None
    caveats: tuple[str, ...] = ()
    signature: str | None = None
    link: str | None = None
    report: Report | None = field(default=None, repr=False)
    subjects: tuple[SubjectCounts, ...] = field(default=(), repr=False)

    @property
    def is_chosen_on_test(self) -> bool:
        """Whether its model was chosen on the data it is scored on."""
        return self.selection == "test"


def row_of_entry(
    entry: LeaderboardEntry, report: Report, protocol: Protocol, columns: Sequence[BoardColumn]
) -> BoardRow:
    """Return the row of a scored submission."""
    system = report.system
    maps: dict[str, MetricMap] = {HEADLINE: report.metrics, **report.groups}
    cells = []
    for column in columns:
        value = maps.get(column.group, {}).get(column.metric)
        text = format_number(column.metric, value)
        cells.append(MISSING if value is None else BoardCell(text, value.value))
    caveats = list(entry.caveats)
    if not report.folds.verified:
        caveats.append(report.folds.text)
    return BoardRow(
        entry.name,
        entry.method,
        entry.year,
        "recomputed",
        protocol.video_scope if protocol.spots else None,
        report.model_selection,
        tuple(cells),
        entry.source or (system.paper if system else None),
        tuple(caveats),
        report.signature,
        report=report,
        subjects=tuple(entry.subjects),
    )


def rows_of_literature(board: BoardFolder, columns: Sequence[BoardColumn]) -> list[BoardRow]:
    """Return the rows of the publications on a board.

    Raises
    ------
    MebenchError
        If their file cannot be read.
    """
    published = read_published(board.published).rows if board.published.exists() else []
    return [row_of_published(row, board.protocol, columns) for row in published]


def row_of_published(
    row: PublishedRow, protocol: Protocol, columns: Sequence[BoardColumn]
) -> BoardRow:
    """Return the row of a publication; its numbers keep the digits that were printed."""
    only = protocol.targets[0] if len(protocol.targets) == 1 else "overall"
    cells = []
    for column in columns:
        groups = [column.group, only] if column.group == HEADLINE else [column.group]
        texts = (row.values.get(group, {}).get(column.metric) for group in groups)
        doubted = column.metric in row.corrections and HEADLINE in groups
        cells.append(printed_cell(next(filter(None, texts), None), is_doubted=doubted))
    return BoardRow(
        row.id,
        row.method,
        row.year,
        row.label,
        row.scope,
        row.model_selection,
        tuple(cells),
        row.source,
        (*row.caveats, *(_correction(metric, one) for metric, one in row.corrections.items())),
        link=row.link_text,
    )


def _correction(metric: str, one: Correction) -> str:
    title = METRICS_BY_ID[metric].title if metric in METRICS_BY_ID else metric
    return f"{title} would be right with {one.value}: {one.reason}"


def printed_cell(text: str | None, *, is_doubted: bool = False) -> BoardCell:
    """Return a printed number as a cell: ``.6516`` and ``65.16 %`` are 0.6516."""
    found = None if text is None else parse_rounded_number(text)
    if found is None:
        return MISSING
    value = float(found.midpoint)
    return BoardCell(f"{value:.{found.decimals}f}", value, is_doubted)
