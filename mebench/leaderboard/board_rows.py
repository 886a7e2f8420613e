"""Columns and rows of a board, and their order: which rows are compared, and which value is best.

Rows from the literature and from scored submissions have the same kind of cells. Values are
compared only among rows with the same trust label, scope and samples, whose model was not chosen on
the test set. The other rows are in groups of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from mebench.evaluation.fold_checks import fold_text
from mebench.evaluation.signature import parse_signature
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.board_settings import is_late
from mebench.leaderboard.score_entry import Score, describe_left_out
from mebench.metrics.find_metrics import NamedMetric
from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS_BY_ID
from mebench.metrics.replicates import SubjectSums
from mebench.models.leaderboard import LeaderboardEntry, Scope, SubjectCounts, TrustLabel
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedRow
from mebench.models.report import MetricMap, MetricValue, Report
from mebench.models.submission import ModelSelection
from mebench.published.loader import read_published
from mebench.published.rounded_numbers import parse_rounded_number
from mebench.published.row_claims import HEADLINE
from mebench.statistics.comparison import indistinguishable
from mebench.tables.report_grids import format_interval, format_number, short_title

TITLES = {"analysis_all_f1": "F1 analysis, all"}
"""Titles that replace those which are ambiguous outside their table."""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A metric for a group: ``headline``, a kind, ``overall``, or a data set of a composite.

    ``own`` is the definition of a metric that is not of the standard.
    """

    group: str
    metric: str
    own: Metric | None = None

    @property
    def definition(self) -> Metric:
        """The metric."""
        return self.own or METRICS_BY_ID[self.metric]

    @property
    def title(self) -> str:
        """The title of the column."""
        known = TITLES.get(self.metric) or (self.own and self.own.title)
        name = known or short_title(self.metric)
        return name if self.group == HEADLINE else f"{name}, {self.group}"

    @property
    def id(self) -> str:
        """The name of the column in data files: ``strs``, ``macro.spotting_f1``."""
        return self.metric if self.group == HEADLINE else f"{self.group}.{self.metric}"

    @property
    def is_higher_better(self) -> bool:
        """Whether a larger number is better."""
        return self.definition.better == "higher"


def board_columns(protocol: Protocol, more: Sequence[NamedMetric] = ()) -> list[BoardColumn]:
    """Return the columns of a board; ``more`` are metrics that its settings name."""
    columns = _standard_columns(protocol)
    shown = {column.metric for column in columns}
    total = "overall" if len(protocol.targets) > 1 else HEADLINE
    for named in more:
        metric = METRICS_BY_ID[named] if isinstance(named, str) else named.metric
        if metric.id not in shown:
            group = _analyzed(protocol) if "analysis" in metric.needs else total
            columns.append(
                BoardColumn(group, metric.id, None if isinstance(named, str) else metric)
            )
    return columns


def _standard_columns(protocol: Protocol) -> list[BoardColumn]:
    if protocol.task == "recognize":
        groups = [HEADLINE, *(dataset.id for dataset in protocol.datasets if protocol.is_composite)]
        return [BoardColumn(group, metric) for group in groups for metric in ("uf1", "uar")]
    kinds = [*protocol.targets, "overall"] if len(protocol.targets) > 1 else [HEADLINE]
    columns = [*(BoardColumn(kind, "spotting_f1") for kind in kinds), BoardColumn(kinds[-1], "ap")]
    if protocol.analyses:
        analysis = ["analysis_f1", "uf1", "uar", "strs"]
        if protocol.one_per_video:
            columns.insert(0, BoardColumn(HEADLINE, "asr"))
            analysis.insert(-1, "analysis_all_f1")
        columns += [BoardColumn(_analyzed(protocol), metric) for metric in analysis]
    metric = ranking_column(protocol).metric
    datasets = [dataset.id for dataset in protocol.datasets if protocol.is_composite]
    return [*columns, *(BoardColumn(dataset, metric) for dataset in datasets)]


def _analyzed(protocol: Protocol) -> str:
    """Return the group that has the metrics of the analysis: emotions belong to micro."""
    return "micro" if len(protocol.targets) > 1 else HEADLINE


def ranking_column(protocol: Protocol) -> BoardColumn:
    """Return the column by which a board is sorted."""
    if protocol.task == "spot":
        return BoardColumn("overall" if len(protocol.targets) > 1 else HEADLINE, "spotting_f1")
    if protocol.task == "recognize":
        return BoardColumn(HEADLINE, "uf1")
    return BoardColumn(_analyzed(protocol), "strs")


@dataclass(frozen=True, slots=True)
class BoardCell:
    """A number in a table, both None if it is missing.

    Numbers from the literature are shown with the printed digits. A number that is known to be
    wrong (``is_doubted``) is shown as printed, but never as best. Numbers of scored submissions
    have the bounds of their confidence interval, if there is one.
    """

    text: str | None
    value: float | None
    is_doubted: bool = False
    ci95: tuple[float, float] | None = None
    interval_text: str = ""


MISSING = BoardCell(None, None)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A row of a board, with one cell per column.

    The id is unique among the entries, and among the published rows. ``link`` is a short form of
    the source; only rows of entries have a signature, a report and counts per subject.
    ``not_ranked`` has the reasons why the row has no rank. ``differs`` states how samples or
    classes differ from the protocol, empty if they do not.
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
    not_ranked: tuple[str, ...] = ()
    differs: str = ""
    sums: SubjectSums | None = field(default=None, repr=False, compare=False)

    @property
    def is_chosen_on_test(self) -> bool:
        """Whether the model was chosen on the data on which it is scored."""
        return self.selection == "test"

    @property
    def isolation(self) -> str | None:
        """How the folds of a baseline were kept apart, if the submission states it."""
        system = self.report.system if self.report else None
        return system.isolation if system else None


def row_of_entry(
    entry: LeaderboardEntry,
    score: Score,
    board: BoardFolder,
    columns: Sequence[BoardColumn],
    *,
    is_recomputed: bool,
) -> BoardRow:
    """Return the row of a submission; ``is_recomputed``: this run scored it."""
    protocol, report, system = board.protocol, score.report, score.report.system
    metrics: dict[str, MetricMap] = {HEADLINE: report.metrics, **report.groups}
    cells = []
    for column in columns:
        value = metrics.get(column.group, {}).get(column.metric)
        cells.append(MISSING if value is None else _scored_cell(column.metric, value))
    caveats = list(entry.caveats)
    if not report.folds.verified:
        caveats.append(
            fold_text(protocol, stated=report.folds.stated, verified=report.folds.verified)
        )
    not_ranked = tuple(_reasons_not_to_rank(score))
    if is_late(entry.received, board.settings.deadline):
        late = f"received {entry.received}, after the deadline {board.settings.deadline}"
        not_ranked += (late,)
    caveats += [f"Not ranked: {reason}." for reason in not_ranked]
    return BoardRow(
        entry.name,
        entry.method,
        entry.year,
        "recomputed" if is_recomputed else "reported",
        protocol.video_scope if protocol.spots else None,
        report.model_selection,
        tuple(cells),
        entry.source or (system.paper if system else None),
        tuple(caveats),
        report.signature,
        report=report,
        subjects=tuple(score.subjects),
        not_ranked=not_ranked,
        sums=score.sums,
    )


def _scored_cell(metric: str, value: MetricValue) -> BoardCell:
    """Return the cell of a number that was scored, with its interval."""
    interval = value.ci95
    bounds = None
    if interval is not None and interval.low is not None and interval.high is not None:
        bounds = (interval.low, interval.high)
    return BoardCell(
        format_number(metric, value),
        value.value,
        ci95=bounds,
        interval_text=format_interval(metric, value),
    )


def _reasons_not_to_rank(score: Score) -> Iterator[str]:
    """Yield why a score has no rank: leaving out difficult subjects can raise it."""
    report, left_out = score.report, score.left_out
    if left_out:
        yield describe_left_out(left_out)
    missing = parse_signature(report.signature).get("missing")
    if missing is not None:
        yield f"no predictions for {missing} samples"
    if report.system is not None and report.system.uses_truth:
        yield "the system used the truth"


def rows_of_literature(board: BoardFolder, columns: Sequence[BoardColumn]) -> list[BoardRow]:
    """Return the rows of the publications on a board."""
    if not board.published.exists():
        return []
    published = read_published(board.published, board.protocol)
    return [_row_of_published(row, board.protocol, columns) for row in published]


def _row_of_published(
    row: PublishedRow, protocol: Protocol, columns: Sequence[BoardColumn]
) -> BoardRow:
    total = protocol.targets[0] if len(protocol.targets) == 1 else "overall"
    cells = []
    for column in columns:
        groups = [column.group, total] if column.group == HEADLINE else [column.group]
        texts = (row.values.get(group, {}).get(column.metric) for group in groups)
        doubted = column.metric in row.corrections and HEADLINE in groups
        cells.append(printed_cell(next(filter(None, texts), None), is_doubted=doubted))
    corrections = [
        f"The correct value of {METRICS_BY_ID[metric].title} is {correction.value}: "
        f"{correction.reason}"
        for metric, correction in row.corrections.items()
    ]
    return BoardRow(
        row.id,
        row.method,
        row.year,
        row.label,
        row.scope,
        row.model_selection,
        tuple(cells),
        row.source,
        (*row.caveats, *corrections),
        link=row.link_text,
        differs=row.differs or "",
    )


def printed_cell(text: str | None, *, is_doubted: bool = False) -> BoardCell:
    """Return a printed number as a cell: ``.6516`` and ``65.16 %`` are 0.6516."""
    number = None if text is None else parse_rounded_number(text)
    if number is None:
        return MISSING
    value = float(number.value)
    return BoardCell(f"{value:.{number.decimals}f}", value, is_doubted)


LABELS: dict[TrustLabel, str] = {
    "recomputed": "Recomputed from the predictions",
    "reported": "Reported by an earlier run",
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

    If the models were chosen on the test set, or the rows are not ranked, no value is best.
    ``like_best`` are the rows that are not distinguishable from the best one, where all of them
    were scored now.
    """

    label: TrustLabel
    scope: Scope | None
    is_chosen_on_test: bool
    is_ranked: bool
    scope_text: str
    rows: tuple[BoardRow, ...]
    best: frozenset[tuple[int, int]]
    differs: str = ""
    like_best: frozenset[int] = frozenset()

    @property
    def title(self) -> str:
        """The title of the group."""
        chosen = "model chosen on the test set" if self.is_chosen_on_test else ""
        ranked = "" if self.is_ranked else "not ranked"
        parts = LABELS[self.label], self.scope_text, self.differs, chosen, ranked
        return "; ".join(filter(None, parts))


def group_rows(
    rows: Sequence[BoardRow], columns: Sequence[BoardColumn], by: BoardColumn, *, spots: bool
) -> list[RowGroup]:
    """Return the groups of a board, the most trusted first; only spotting has a scope."""
    labels, scopes = list(LABELS), list(SCOPES)

    def key(row: BoardRow) -> tuple[bool, bool, bool, int, int, str]:
        left_behind = bool(row.not_ranked), row.is_chosen_on_test, bool(row.differs)
        return *left_behind, labels.index(row.label), scopes.index(row.scope), row.differs

    groups = []
    for group_key in sorted({key(row) for row in rows}):
        members = [row for row in rows if key(row) == group_key]
        members.sort(key=partial(_order, column=columns.index(by), by=by))
        first = members[0]
        has_best = not (first.is_chosen_on_test or first.not_ranked)
        best = _best(members, columns) if has_best else frozenset[tuple[int, int]]()
        groups.append(
            RowGroup(
                first.label,
                first.scope,
                first.is_chosen_on_test,
                not first.not_ranked,
                SCOPES[first.scope] if spots else "",
                tuple(members),
                best,
                first.differs,
                _like_best(members, columns.index(by), by) if has_best else frozenset(),
            )
        )
    return groups


def _like_best(rows: Sequence[BoardRow], column: int, by: BoardColumn) -> frozenset[int]:
    """Return the rows that are not distinguishable from the first one, which is the best."""
    known = [at for at, row in enumerate(rows) if row.cells[column].value is not None]
    scored = [sums for at in known if (sums := rows[at].sums) is not None]
    if len(scored) < max(2, len(known)):
        return frozenset()
    alike = indistinguishable(scored, METRICS_BY_ID[by.metric])[0]
    return frozenset(at for at, is_alike in zip(known, alike, strict=True) if is_alike)


def row_ranks(group: RowGroup, column: int, by: BoardColumn) -> list[int | None]:
    """Return the rank of each row by the column ``by``, whose index is ``column``.

    Equal values share a rank. A row without a value, or with one that is known to be wrong, has no
    rank; neither has any row of a group that is not ranked or whose models were chosen on the test
    set.
    """
    if group.is_chosen_on_test or not group.is_ranked:
        return [None] * len(group.rows)
    cells = [row.cells[column] for row in group.rows]
    values = [None if cell.is_doubted else cell.value for cell in cells]
    sign = -1 if by.is_higher_better else 1
    ordered = sorted(sign * value for value in values if value is not None)
    return [None if value is None else 1 + ordered.index(sign * value) for value in values]


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
