"""The paired comparison of two systems, as a table of the page."""

from __future__ import annotations

from mebench.diagnostics import MebenchError, Place
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.signature import SIGNATURE_PARTS_THAT_MAY_DIFFER, signature_differences
from mebench.metrics.metric import Metric
from mebench.metrics.registry import metrics_of
from mebench.models.report import MetricMap
from mebench.report.page_tables import FULL, Cell, Segment, Table
from mebench.statistics.comparison import Difference, compare
from mebench.tables.report_grids import NO_INTERVAL_TEXTS, format_number

REASONS = NO_INTERVAL_TEXTS | {
    "identical": "no subject differs",
    "no-variation": "the difference is the same without any of the subjects",
    "no-value": "one of the values is undefined",
    "no-truth": "there are no true expressions",
}


def require_comparable(first: EvaluationResult, second: EvaluationResult) -> None:
    """Raise ``not-comparable`` if two scores have different rules or truths."""
    different = [
        name
        for name in signature_differences(first.signature, second.signature)
        if name not in SIGNATURE_PARTS_THAT_MAY_DIFFER
    ]
    if different:
        raise MebenchError.of(
            "not-comparable",
            f"The signatures of the two scores differ in {', '.join(different)}: "
            f"{second.signature}",
            "Compare only scores under the same rules, on the same truth.",
            Place(file=second.predictions.file),
        )


def comparison_table(
    first: EvaluationResult, second: EvaluationResult, values: tuple[MetricMap, MetricMap]
) -> Table:
    """Return the differences of all metrics of two systems: the second minus the first."""
    metrics = [
        metric
        for metric in metrics_of(first.protocol)
        if metric.id in values[0] and metric.id in values[1]
    ]
    differences = compare([first.sums, second.sums], metrics)[0, 1]
    header = ["", "A", "B", "B − A", "95 % interval", "p", "detectable", "B wins, ties, loses"]
    table = Table(
        "Differences between the systems",
        header,
        [False, *[True] * 7],
        sortable=False,
    )
    for metric in metrics:
        table.rows.append(_row(metric, differences[metric], values))
    return table


def _row(metric: Metric, difference: Difference, values: tuple[MetricMap, MetricMap]) -> list[Cell]:
    scored = [Cell(format_number(metric.id, of[metric.id]) or "–") for of in values]
    digits = 2 if metric.unit else 4

    def signed(value: float | None) -> str:
        return "–" if value is None else f"{value:+.{digits}f}".replace("-", "−")

    verdict = ""
    if difference.is_significant and difference.value is not None:
        better = (difference.value > 0) == (metric.better == "higher")
        verdict = f"{'B' if better else 'A'} is better"
    elif difference.p is not None:
        verdict = "not distinguishable"
    reason = REASONS.get(difference.reason, difference.reason)
    low, high = difference.low, difference.high
    interval = "–" if low is None else f"{signed(low)} to {signed(high)}"
    p = difference.p
    text = "–" if p is None else "< .001" if p < 0.001 else f"{p:.3f}"
    wins = f"{difference.wins}, {difference.ties}, {difference.losses}"
    detectable = difference.detectable
    return [
        Cell(metric.title, note=metric.section),
        *scored,
        Cell(signed(difference.value), note=verdict),
        Cell(interval, note=reason, bar=_bar(difference, metric)),
        Cell(text, p),
        Cell("–" if detectable is None else f"{detectable:.{digits}f}"),
        Cell(wins if difference.value is not None else "–"),
    ]


def _bar(difference: Difference, metric: Metric) -> tuple[Segment, ...]:
    """Return the interval on an axis from -1 to 1, with a line at 0."""
    value, low, high = difference.value, difference.low, difference.high
    if value is None or low is None or high is None or metric.unit:
        return ()

    def position(at: float) -> float:
        return round(FULL * (1 + max(-1.0, min(1.0, at))) / 2, 2)

    start = position(low)
    return (
        Segment(position(0), 0, "zero", ""),
        Segment(start, round(position(high) - start, 2), "interval", ""),
        Segment(position(value), 0, "mark", ""),
    )
