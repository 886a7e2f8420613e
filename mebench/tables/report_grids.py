"""Reports as grids: one report, its parts, several systems ranked, several runs compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS, METRICS_BY_ID, RANKED_METRICS, definition_of
from mebench.models.base import KINDS
from mebench.models.report import (
    ClassScores,
    ConfidenceInterval,
    Counts,
    MetricDefinition,
    MetricMap,
    MetricValue,
    Report,
)
from mebench.tables.grid import Grid, shorten
from mebench.util.text import pluralize

REASON_TEXTS = {
    "no-truth": "there are no true expressions",
    "no-truth-and-no-prediction": "there are neither true expressions nor predictions",
    "unranked": "the predictions have no scores",
    "unranked-choice": "a video has several predictions without scores",
    "several-truths": "a video has several true expressions",
    "video-without-prediction": "a video has no prediction",
    "no-analysed-pair": "no expression was analyzed",
    "no-apex": "no video has both an annotated and a predicted apex",
    "no-samples": "there are no samples",
    "kind-unknown": "the log does not state which expressions are macro and which micro",
    "no-fold": "it is undefined in every fold",
}

Defined = Metric | MetricDefinition
"""A metric of the standard, or what a report states of another one."""

NO_INTERVAL_TEXTS = {
    "one-subject": "only one subject has true expressions",
    "too-many-subjects": "there are more than 2,000 subjects; are videos named as subjects?",
    "few-analysed": "fewer than 6 expressions were analyzed",
    "few-in-class": "a class has fewer than 3 analyzed expressions or subjects",
    "undefined-without-a-subject": "it is undefined without one of the subjects",
    "distance-zero": "it is 0, also without one of the subjects",
    "too-wide": "the upper bound is larger than any number",
    "no-variation": "no subject changes the value",
}


def format_number(metric: str, value: MetricValue | None, *, exact: bool = False) -> str | None:
    """Return a value for a table, with four decimals (frames: two); None for an undefined one."""
    if value is None or value.value is None:
        return None
    if exact:
        return repr(value.value)
    return f"{value.value:.2f}" if _is_in_frames(metric) else f"{value.value:.4f}"


def _is_in_frames(metric: str) -> bool:
    known = METRICS_BY_ID.get(metric)
    return known is not None and known.unit == "frames"


def format_interval(metric: str, value: MetricValue | None) -> str:
    """Return the confidence interval of a value for a table; empty if there is none."""
    ci95 = None if value is None else value.ci95
    if ci95 is None or ci95.low is None or ci95.high is None:
        return ""
    if _is_in_frames(metric):
        return f"[{ci95.low:.1f}, {ci95.high:.1f}]"
    low, high = (f"{bound:.3f}".removeprefix("0") for bound in (ci95.low, ci95.high))
    return f"[{low}, {high}]"


def no_interval_reason(value: MetricValue) -> str:
    """Return a phrase on why a value has no interval; empty if it has one or none was computed."""
    ci95 = value.ci95
    if ci95 is None or ci95.reason is None:
        return ""
    reason = NO_INTERVAL_TEXTS.get(ci95.reason, ci95.reason)
    few = ", ".join(f"{name} {numbers[0]}" for name, numbers in (ci95.few or {}).items())
    return reason + f" ({few})" * bool(few)


def undefined_reason(metrics: MetricMap, metric: str) -> str:
    """Return a phrase on why a metric has no value."""
    code = metrics[metric].reason if metric in metrics else None
    return REASON_TEXTS.get(code, code) if code is not None else ""


_PART_METRICS = {
    "spot": ("spotting_precision", "spotting_recall", "spotting_f1"),
    "recognize": ("accuracy", "uf1", "uar"),
    "spot-then-recognize": ("spotting_f1", "accuracy", "analysis_f1", "strs"),
}
_SHORT_TITLES = {"spotting_f1": "F1 spotting", "analysis_f1": "F1 analysis"}


def report_columns(report: Report) -> list[tuple[str, MetricMap]]:
    """Return the columns of a report's table: the headline, and the groups that differ from it."""
    if len(report.groups) < 2:
        return [("", report.metrics)]
    kinds = [name for name in report.groups if name in KINDS]
    first = "overall" if len(kinds) > 1 else "full"
    repeated = {"overall", *(kinds if len(kinds) == 1 else ())}
    others = [(name, values) for name, values in report.groups.items() if name not in repeated]
    return [(first, report.metrics), *others] if others else [("", report.metrics)]


def report_grid(report: Report) -> Grid:
    """Return one report as a grid for a paper: one row per metric, one column per group."""
    columns = report_columns(report)
    names = [name or "value" for name, _ in columns]
    own = report.options.metrics
    rows = [
        [f"{metric.section}: {metric.title}", *cells] for metric, cells in metric_rows(columns, own)
    ]
    return Grid(["", *names], "l" + "r" * len(names), rows)


def metric_rows(
    columns: Sequence[tuple[str, MetricMap]], own: Iterable[MetricDefinition] | None = None
) -> Iterator[tuple[Defined, list[str | None]]]:
    """Yield each metric of a report's table with its cells, one per column.

    ``own`` are those that are not of the standard; they come last in their section.
    """
    for metric in shown_metrics(columns, own):
        yield metric, [_value_with_interval(metric, values) for _, values in columns]


def shown_metrics(
    columns: Sequence[tuple[str, MetricMap]], own: Iterable[MetricDefinition] | None
) -> list[Defined]:
    """Return the metrics of a report's table, section by section."""
    known: list[Defined] = [*METRICS, *(own or ())]
    sections = list(dict.fromkeys(metric.section for metric in known))
    shown = [metric for metric in known if any(metric.id in values for _, values in columns)]
    return sorted(shown, key=lambda metric: sections.index(metric.section))


def _value_with_interval(metric: Defined, values: MetricMap) -> str | None:
    value = values.get(metric.id)
    number = format_number(metric.id, value)
    return None if number is None else f"{number} {format_interval(metric.id, value)}".rstrip()


def class_grid(classes: Sequence[ClassScores]) -> Grid:
    """Return precision, recall and F1 of each class."""
    grid = Grid(
        ["", "truths", "predicted", "correct", "precision", "recall", "F1"],
        "lrrrrrr",
        optional=["predicted", "truths"],
    )
    for row in classes:
        counts = [str(count) for count in (row.truths, row.predictions, row.hits)]
        rates = [f"{rate:.4f}" for rate in (row.precision, row.recall, row.f1)]
        grid.rows.append([shorten(row.name, 16), *counts, *rates])
    return grid


def report_csv_grid(report: Report) -> Grid:
    """Return one report as a grid for a program: full precision, ids, reasons."""
    grid = Grid(
        ["group", "metric", "value", "reason", "low", "high", "method", "interval_reason"],
        "llrlrrll",
    )
    columns = [("", report.metrics), *report.groups.items()]
    for name, values in columns:
        for metric, value in values.items():
            number = None if value.value is None else repr(value.value)
            ci95 = value.ci95 or ConfidenceInterval.model_construct()
            bounds = [None if bound is None else repr(bound) for bound in (ci95.low, ci95.high)]
            grid.rows.append(
                [
                    name or "headline",
                    metric,
                    number,
                    value.reason,
                    *bounds,
                    ci95.method,
                    ci95.reason,
                ]
            )
    for group, classes in (("class", report.classes), ("class_all", report.classes_all)):
        for row in classes:
            for name in ("precision", "recall", "f1"):
                cells = [f"{group}:{row.name}", name, repr(getattr(row, name)), *[None] * 5]
                grid.rows.append(cells)
    grid.rows.append(["", "signature", report.signature, *[None] * 5])
    return grid


def _titles(
    metrics: Sequence[str], exact: bool, own: Iterable[MetricDefinition] | None = None
) -> list[str]:
    return list(metrics) if exact else [short_title(metric, own) for metric in metrics]


def _metric_cells(metrics: Sequence[str], values: MetricMap, exact: bool) -> list[str | None]:
    return [format_number(metric, values.get(metric), exact=exact) for metric in metrics]


def _spotting_cells(counts: Counts) -> list[str | None]:
    """Return the cells of a spotting task; those of a report that was edited may be missing."""
    spotting = counts.spotting
    if spotting is None:
        return [None, None, None]
    return [str(spotting.tp), str(spotting.fp), str(spotting.fn)]


def part_grid(report: Report, *, exact: bool = False) -> Grid:
    """Return a report's parts: one row per subject, video or data set.

    ``exact`` is for programs: metric ids and full precision.
    """
    parts = report.parts or []
    names = ["dataset", "subject", "video"]
    if len({part.dataset for part in parts}) < 2 and report.by != "dataset":
        names.remove("dataset")
    names = [name for name in names if any(getattr(part, name) is not None for part in parts)]
    own = report.options.metrics
    metrics = [name for name in _PART_METRICS[report.task] if name in report.metrics]
    metrics += [metric.id for metric in own or ()]
    counted = ["tp", "fp", "fn"] if report.task != "recognize" else []
    analyzed = ["right", "of"] if report.counts.analysis is not None else []
    titles = _titles(metrics, exact, own)
    grid = Grid(
        [*names, *counted, *analyzed, *titles],
        "l" * len(names) + "r" * len([*counted, *analyzed, *titles]),
        optional=[*reversed(analyzed), *reversed(counted), *titles[1:-1], *titles[:1]],
    )
    for part in parts:
        analysis = part.counts.analysis
        right_of = [str(analysis.tp), str(analysis.total)] if analysis else [None, None]
        grid.rows.append(
            [
                *(getattr(part, name) for name in names),
                *(_spotting_cells(part.counts) if counted else []),
                *(right_of if analyzed else []),
                *_metric_cells(metrics, part.metrics, exact),
            ]
        )
    return grid


def ranked_grid(reports: Sequence[Report], by: str, *, exact: bool = False) -> Grid:
    """Return several systems, already sorted by a metric, as a grid; equal ones share a rank.

    Those that leave out subjects come last and have no rank. ``exact`` is for programs: metric ids
    and full precision.
    """
    values = [report.metrics[by].value for report in reports]
    left_out = [len(report.units.subjects_left_out) for report in reports]
    task = reports[0].task
    metrics = [name for name in RANKED_METRICS[task] if name in reports[0].metrics]
    own = reports[0].options.metrics
    metrics = list(dict.fromkeys([*metrics, *(metric.id for metric in own or ()), by]))
    counted = ["TP", "FP", "FN"] if task != "recognize" else []
    titles = _titles(metrics, exact, own)
    interval = [f"{by}_low", f"{by}_high"] if exact else ["95 % interval"]
    names = {report.system.name for report in reports if report.system}
    minor = [
        title
        for metric, title in zip(metrics, titles, strict=True)
        if metric not in {by, "spotting_f1", "analysis_f1"}
    ]
    shows_left_out = exact or any(left_out)
    last = ["subjects_left_out" if exact else "left out"] if shows_left_out else []
    grid = Grid(
        ["", "system", "file", *counted, *titles, *interval, *last],
        "rll" + "r" * len([*counted, *titles, *interval]) + "l" * len(last),
        optional=[
            *reversed(counted),
            "file" if len(names) == len(reports) else "system",
            *reversed(minor),
        ],
    )
    for report, value, number in zip(reports, values, left_out, strict=True):
        subjects = report.units.subjects_left_out
        shown = " ".join(subjects) if exact else pluralize(number, "subject")
        grid.rows.append(
            [
                None if number else str(values.index(value) + 1),
                shorten(report.system.name, 40) if report.system else None,
                report.inputs[0].file,
                *(_spotting_cells(report.counts) if counted else []),
                *_metric_cells(metrics, report.metrics, exact),
                *_interval_cells(by, report.metrics[by], exact),
                *([shown if number else None] if last else []),
            ]
        )
    return grid


def _interval_cells(metric: str, value: MetricValue, exact: bool) -> list[str | None]:
    """Return the cells of an interval; for programs its two bounds in full precision."""
    if not exact:
        return [format_interval(metric, value) or None]
    ci95 = value.ci95 or ConfidenceInterval.model_construct()
    return [None if bound is None else repr(bound) for bound in (ci95.low, ci95.high)]


def short_title(metric: str, own: Iterable[MetricDefinition] | None = None) -> str:
    """Return a metric's title, short enough for a column; ``own`` are those of other packages."""
    return _SHORT_TITLES.get(metric) or definition_of(metric, own).title


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A row: the label of a run, and its report."""

    label: str
    report: Report


def compared_metrics(rows: Sequence[ComparedRun]) -> list[str]:
    """Return the metrics that a comparison shows."""
    report = rows[0].report
    return [name for name in RANKED_METRICS[report.task] if name in report.metrics]


def comparison_grid(rows: Sequence[ComparedRun], *, exact: bool = False) -> Grid:
    """Return runs in the given order, one row per run.

    ``exact`` is for programs: metric ids, full precision and signatures.
    """
    metrics = compared_metrics(rows)
    more = ["signature"] if exact else []
    grid = Grid(["", *_titles(metrics, exact), *more], "l" + "r" * len(metrics) + "l" * len(more))
    for row in rows:
        cells = _metric_cells(metrics, row.report.metrics, exact)
        grid.rows.append([row.label, *cells, *([row.report.signature] if exact else [])])
    return grid


def add_mean_and_deviation(grid: Grid, rows: Sequence[ComparedRun]) -> Grid:
    """Add two rows: the mean of each metric and its sample standard deviation."""
    mean: list[str | None] = ["mean"]
    spread: list[str | None] = ["standard deviation"]
    for metric in compared_metrics(rows):
        values = [row.report.metrics[metric].value for row in rows]
        known = [value for value in values if value is not None]
        complete = len(known) == len(values)
        mean.append(f"{fmean(known):.4f}" if complete else None)
        spread.append(f"{stdev(known):.4f}" if complete and len(known) > 1 else None)
    return Grid(grid.header, grid.align, [*grid.rows, mean, spread])
