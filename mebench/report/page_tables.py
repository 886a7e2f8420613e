"""The tables of the page: cells with a text, a number to sort by, and a bar where one helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from mebench.models.diagnosis import Cause, CauseName, DiagnosedPart, Diagnosis, Error
from mebench.models.report import ClassScores, Confusion, MetricMap, MetricValue, Report
from mebench.tables.report_grids import (
    Defined,
    format_interval,
    format_number,
    no_interval_reason,
    report_columns,
    short_title,
    shown_metrics,
    undefined_reason,
)

CAUSES: tuple[CauseName, ...] = get_args(CauseName)

MISSING = "–"

FULL = 100
"""The width of a bar in units of its drawing."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: from a position, with a width, both of ``FULL``; ``outcome`` colors it."""

    start: float
    width: float
    outcome: str
    title: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; ``value`` sorts the column, without one the text does."""

    text: str
    value: float | None = None
    note: str = ""
    bar: tuple[Segment, ...] = ()


@dataclass(slots=True)
class Table:
    """A table; ``numeric`` says per column whether it has numbers; the first column has names."""

    caption: str
    header: list[str]
    numeric: list[bool]
    rows: list[list[Cell]] = field(default_factory=list)
    sortable: bool = True


def number(value: float | None, text: str | None = None) -> Cell:
    """Return a cell with a number."""
    if value is None:
        return Cell(MISSING)
    return Cell(text or (str(value) if isinstance(value, int) else f"{value:.4f}"), float(value))


def interval_bar(values: MetricMap, metric: Defined) -> tuple[Segment, ...]:
    """Return the bar of a rate: its confidence interval, and its value as a mark."""
    found = values.get(metric.id)
    if found is None or found.value is None or metric.unit:
        return ()
    ci95 = found.ci95
    mark = Segment(FULL * found.value, 0, "mark", "")
    if ci95 is None or ci95.low is None or ci95.high is None:
        return (mark,)
    low, high = min(1.0, ci95.low), min(1.0, ci95.high)
    title = f"95 % interval {format_interval(metric.id, found)}"
    return (Segment(FULL * low, FULL * (high - low), "interval", title), mark)


def interval_text(metric: str, value: MetricValue) -> str:
    """Return the confidence interval of a value, or why there is none."""
    reason = no_interval_reason(value)
    return format_interval(metric, value) or (f"no interval: {reason}" if reason else "")


def metric_tables(report: Report) -> Iterator[Table]:
    """Yield the metrics in one table per section: values, intervals, reasons where there is none.

    There is a column per group where a protocol has several.
    """
    columns = report_columns(report)
    names = [name or "value" for name, _ in columns]
    sections: dict[str, list[Defined]] = {}
    for metric in shown_metrics(columns, report.options.metrics):
        sections.setdefault(metric.section, []).append(metric)
    for section, metrics in sections.items():
        table = Table(section, ["", *names], [False, *[True] * len(names)], sortable=False)
        for metric in metrics:
            detail = report.details.get(metric.id, "")
            cells = [
                _metric_cell(metric, values, detail if index == 0 else "")
                for index, (_, values) in enumerate(columns)
            ]
            table.rows.append([Cell(metric.title), *cells])
        yield table


def _metric_cell(metric: Defined, values: MetricMap, detail: str) -> Cell:
    if metric.id not in values:
        return Cell("")
    value = values[metric.id]
    text = format_number(metric.id, value)
    if text is None:
        return Cell(MISSING, note=undefined_reason(values, metric.id))
    unit = f" {metric.unit}" if metric.unit else ""
    notes = [interval_text(metric.id, value), detail]
    note = " · ".join(filter(None, notes))
    return Cell(text + unit, value.value, note, interval_bar(values, metric))


def cause_table(diagnosis: Diagnosis) -> Table:
    """Return the causes with their numbers, and what the metrics would be without each."""
    metrics = list(diagnosis.metrics)
    counted = [
        name
        for name in ("false_positives", "misses", "wrong_emotions")
        if any(getattr(cause, name) for cause in diagnosis.causes)
    ]
    titles = [name.replace("_", " ") for name in counted]
    table = Table(
        "What the metrics would be if one cause alone were corrected",
        ["cause", *titles, *map(short_title, metrics)],
        [False, *[True] * (len(counted) + len(metrics))],
        sortable=False,
    )

    def add(name: str, counts: Sequence[int | None], values: MetricMap) -> None:
        numbers = [number(count) if count else Cell("") for count in counts]
        gains = [_gain_cell(metric, diagnosis.metrics, values) for metric in metrics]
        table.rows.append([Cell(name), *numbers, *gains])

    nothing = [None] * len(counted)
    add("as scored", nothing, diagnosis.metrics)
    for cause in diagnosis.causes:
        counts = [int(getattr(cause, name)) for name in counted]
        if any(counts):
            add(_cause_name(cause), counts, cause.corrected)
    whole = [cause for cause in diagnosis.causes if cause.direction is None]
    sums = [sum(int(getattr(cause, name)) for cause in whole) for name in counted]
    add("all errors", sums, diagnosis.all_corrected)
    if diagnosis.perfect_spotting is not None:
        add("perfect spotting", nothing, diagnosis.perfect_spotting)
        if diagnosis.perfect_recognition is not None:
            add("perfect recognition", nothing, diagnosis.perfect_recognition)
    return table


def _cause_name(cause: Cause) -> str:
    return f"– {cause.direction}" if cause.direction else cause.cause


def _gain_cell(metric: str, scored: MetricMap, corrected: MetricMap) -> Cell:
    value, before = corrected.get(metric), scored[metric].value
    if value is None or value.value is None:
        return Cell(MISSING)
    text = format_number(metric, value) or MISSING
    gain = 0.0 if before is None else value.value - before
    if before is None or abs(gain) < 5e-5:
        return Cell(text, value.value, bar=(Segment(0, FULL * value.value, "scored", ""),))
    title = f"{gain:+.4f}"
    start, width = FULL * min(before, value.value), FULL * abs(gain)
    change = "gain" if gain > 0 else "loss"
    segments = (Segment(0, start, "scored", ""), Segment(start, width, change, title))
    return Cell(text, value.value, title.replace("-", "−"), segments)


def confusion_pairs(diagnosis: Diagnosis) -> Table:
    """Return the confused classes, the most frequent first."""
    metrics = [name for name in diagnosis.metrics if name not in ("spotting_f1", "ap")]
    titles = [f"{short_title(name)} without" for name in metrics]
    table = Table(
        "Confused emotions",
        ["true class", "predicted class", "number", *titles],
        [False, False, *[True] * (1 + len(metrics))],
    )
    for pair in diagnosis.confusions:
        gains = [_gain_cell(name, diagnosis.metrics, pair.corrected) for name in metrics]
        names = [Cell(pair.truth), Cell(pair.predicted or "no prediction")]
        table.rows.append([*names, number(pair.count), *gains])
    return table


def part_table(by: str, parts: Sequence[DiagnosedPart], diagnosis: Diagnosis) -> Table:
    """Return the errors of each subject, kind, class or range of durations."""
    if diagnosis.task == "recognize":
        table = Table(
            f"By {by}",
            [by, "samples", "correct", "accuracy", "outcomes"],
            [False, True, True, True, False],
        )
        for part in parts:
            right = part.analyzed - part.wrong_emotions
            bar = _bar({"hit": right, "wrong emotion": part.wrong_emotions}, part.analyzed)
            accuracy = number(right / part.analyzed if part.analyzed else None)
            numbers = [number(part.analyzed), number(right), accuracy]
            table.rows.append([Cell(part.name), *numbers, Cell("", bar=bar)])
        return table
    has_f1 = by in ("subject", "kind")
    analyzes = any(part.analyzed for part in parts)
    header = [by, "truths", "hits", "misses", "false positives", "recall"]
    header += [*(["F1"] if has_f1 else []), *(["wrong emotions"] if analyzes else [])]
    numeric = [False, *[True] * (len(header) - 1)]
    table = Table(f"By {by}", [*header, "outcomes"], [*numeric, False])
    longest = max((_bar_length(part) for part in parts), default=1)
    for part in parts:
        missed, wrong = sum(part.misses.values()), sum(part.false_positives.values())
        both = 2 * part.hits + missed + wrong
        cells = [
            *map(number, (part.truths, part.hits)),
            Cell(str(missed), missed, _causes_text(part.misses)),
            Cell(str(wrong), wrong, _causes_text(part.false_positives)),
            number(part.hits / part.truths if part.truths else None),
        ]
        if has_f1:
            cells.append(number(2 * part.hits / both if both else None))
        if analyzes:
            text = f"{part.wrong_emotions} of {part.analyzed}" if part.analyzed else MISSING
            cells.append(Cell(text, part.wrong_emotions if part.analyzed else None))
        table.rows.append([Cell(part.name), *cells, Cell("", bar=_part_bar(part, longest))])
    return table


def _bar_length(part: DiagnosedPart) -> int:
    return part.truths + sum(part.false_positives.values())


def _part_bar(part: DiagnosedPart, longest: int) -> tuple[Segment, ...]:
    """Return a bar with the hits and misses of a part, and its false positives after them."""
    counts = {
        "hit": part.hits - part.wrong_emotions,
        "wrong emotion": part.wrong_emotions,
        **{f"miss: {cause}": part.misses.get(cause, 0) for cause in CAUSES},
        **{f"false positive: {cause}": part.false_positives.get(cause, 0) for cause in CAUSES},
    }
    return _bar(counts, longest)


def _bar(counts: Mapping[str, int], longest: int) -> tuple[Segment, ...]:
    segments, start = [], 0.0
    for name, count in counts.items():
        if count:
            width = FULL * count / max(1, longest)
            outcome = name.rpartition(": ")[2]
            segments.append(Segment(round(start, 2), round(width, 2), outcome, f"{name} {count}"))
            start += width
    return tuple(segments)


def _causes_text(counts: Mapping[CauseName, int]) -> str:
    return ", ".join(f"{cause} {counts[cause]}" for cause in CAUSES if counts.get(cause))


def class_table(classes: Sequence[ClassScores], caption: str) -> Table:
    """Return precision, recall and F1 of each class."""
    titles = ["truths", "predicted", "correct", "precision", "recall", "F1"]
    table = Table(caption, ["class", *titles], [False, *[True] * 6])
    for row in classes:
        counts = map(number, (row.truths, row.predictions, row.hits))
        rates = map(number, (row.precision, row.recall, row.f1))
        table.rows.append([Cell(row.name), *counts, *rates])
    return table


def wrong_samples(errors: Sequence[Error]) -> Table:
    """Return the wrong samples of a recognition protocol."""
    header = ["sample", "subject", "true class", "predicted class"]
    table = Table("Wrong samples", header, [False] * 4)
    for error in errors:
        texts = [error.video, error.subject, error.emotion, error.predicted or "no prediction"]
        table.rows.append([Cell(text or MISSING) for text in texts])
    return table


def confusion_table(confusion: Confusion, caption: str) -> Table:
    """Return a confusion matrix; the value of a cell is its share of the true class."""
    size = len(confusion.classes)
    is_wider = any(len(row) > size for row in confusion.matrix)
    header = ["true class", *confusion.classes, *(["no prediction"] if is_wider else [])]
    table = Table(caption, header, [False, *[True] * (len(header) - 1)], sortable=False)
    for name, row in zip(confusion.classes, confusion.matrix, strict=True):
        total = max(1, sum(row))
        cells = [Cell(str(count), round(count / total, 3)) for count in row]
        table.rows.append([Cell(name), *cells])
    return table
