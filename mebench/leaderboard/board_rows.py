"""Columns and rows of a board.

Rows from the literature and from scored submissions have the same kind of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mebench.evaluation.fold_checks import fold_text
from mebench.leaderboard.board_folder import BoardFolder
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.leaderboard import LeaderboardEntry, Scope, SubjectCounts, TrustLabel
from mebench.models.protocol import Protocol
from mebench.models.published_rows import Correction, PublishedRow
from mebench.models.report import MetricMap, Report
from mebench.models.submission import ModelSelection
from mebench.published.loader import read_published
from mebench.published.rounded_numbers import parse_rounded_number
from mebench.published.row_claims import HEADLINE
from mebench.tables.report_grids import format_number, short_title

TITLES = {"analysis_all_f1": "F1 analysis, all"}
"""Titles that replace those which are ambiguous outside their table."""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column of numbers.

    Attributes
    ----------
    group : str
        ``headline``, a kind, ``overall``, or a data set of a composite.
    metric : str
        The metric's id.
    """

    group: str
    metric: str

    @property
    def title(self) -> str:
        """The title of the column."""
        name = TITLES.get(self.metric) or short_title(self.metric)
        return name if self.group == HEADLINE else f"{name}, {self.group}"

    @property
    def id(self) -> str:
        """The name of the column in data files: ``strs``, ``macro.spotting_f1``."""
        return self.metric if self.group == HEADLINE else f"{self.group}.{self.metric}"

    @property
    def is_higher_better(self) -> bool:
        """Whether a larger number is better."""
        return METRICS_BY_ID[self.metric].better == "higher"


def board_columns(protocol: Protocol) -> list[BoardColumn]:
    """Return the columns of a board."""
    if protocol.task == "recognize":
        groups = [HEADLINE, *(dataset.id for dataset in protocol.datasets if protocol.is_composite)]
        return [BoardColumn(group, metric) for group in groups for metric in ("uf1", "uar")]
    if protocol.task == "spot":
        kinds = [*protocol.targets, "overall"] if len(protocol.targets) > 1 else [HEADLINE]
        return [*(BoardColumn(kind, "spotting_f1") for kind in kinds), BoardColumn(kinds[-1], "ap")]
    metrics = ["spotting_f1", "ap", "analysis_f1", "uf1", "uar"]
    if protocol.one_per_video:
        metrics = ["asr", *metrics, "analysis_all_f1"]
    return [BoardColumn(HEADLINE, metric) for metric in (*metrics, "strs")]


def ranking_column(protocol: Protocol) -> BoardColumn:
    """Return the column by which a board is sorted."""
    if protocol.task == "recognize":
        return BoardColumn(HEADLINE, "uf1")
    if protocol.task == "spot":
        return BoardColumn("overall" if len(protocol.targets) > 1 else HEADLINE, "spotting_f1")
    return BoardColumn(HEADLINE, "strs")


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A number in a table.

    Attributes
    ----------
    text : str or None
        As tables show it; numbers from the literature with the printed digits. None if missing.
    value : float or None
        For comparing and sorting.
    is_doubted : bool
        Whether it is known to be wrong; it is shown as printed, but never as best.
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
        The name of the method.
    year : int or None
        Year of publication.
    label : {"recomputed", "author-reported", "literature"}
        The trust label: where the numbers are from.
    scope : {"all", "with-target"} or None
        Which videos were scored; None if not known.
    selection : str
        On which data the model was chosen.
    cells : tuple of BoardCell
        In the order of the columns.
    source : str or None
        The source of the numbers or the method.
    caveats : tuple of str
        Remarks for readers.
    signature : str or None
        The signature of a recomputed row.
    link : str or None
        A short form of the source.
    report : Report or None
        The report of a recomputed row.
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
        """Whether the model was chosen on the data on which it is scored."""
        return self.selection == "test"


def row_of_entry(
    entry: LeaderboardEntry, report: Report, protocol: Protocol, columns: Sequence[BoardColumn]
) -> BoardRow:
    """Return the row of a scored submission."""
    system = report.system
    metrics: dict[str, MetricMap] = {HEADLINE: report.metrics, **report.groups}
    cells = []
    for column in columns:
        value = metrics.get(column.group, {}).get(column.metric)
        text = format_number(column.metric, value)
        cells.append(MISSING if value is None else BoardCell(text, value.value))
    caveats = list(entry.caveats)
    if not report.folds.verified:
        caveats.append(
            fold_text(protocol, stated=report.folds.stated, verified=report.folds.verified)
        )
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
        If the file of published rows cannot be read.
    """
    published = read_published(board.published) if board.published.exists() else []
    return [row_of_published(row, board.protocol, columns) for row in published]


def row_of_published(
    row: PublishedRow, protocol: Protocol, columns: Sequence[BoardColumn]
) -> BoardRow:
    """Return the row of a publication; its numbers keep the printed digits."""
    total = protocol.targets[0] if len(protocol.targets) == 1 else "overall"
    cells = []
    for column in columns:
        groups = [column.group, total] if column.group == HEADLINE else [column.group]
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
        (*row.caveats, *(_correction_text(*item) for item in row.corrections.items())),
        link=row.link_text,
    )


def _correction_text(metric: str, correction: Correction) -> str:
    title = METRICS_BY_ID[metric].title if metric in METRICS_BY_ID else metric
    return f"The correct value of {title} is {correction.value}: {correction.reason}"


def printed_cell(text: str | None, *, is_doubted: bool = False) -> BoardCell:
    """Return a printed number as a cell: ``.6516`` and ``65.16 %`` are 0.6516."""
    number = None if text is None else parse_rounded_number(text)
    if number is None:
        return MISSING
    value = float(number.midpoint)
    return BoardCell(f"{value:.{number.decimals}f}", value, is_doubted)
