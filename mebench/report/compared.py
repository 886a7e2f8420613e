"""The paired comparison of two systems, as a table of the page."""

from __future__ import annotations

from mebench.metrics.registry import definition_of
from mebench.models.comparison import NO_TEST, Comparison, MetricDifference
from mebench.report.page_tables import FULL, MISSING, Cell, Segment, Table
from mebench.tables.report_grids import Defined, format_number

VERDICTS = {
    "second-better": "B is better",
    "first-better": "A is better",
    "not-distinguishable": "not distinguishable",
}


def comparison_table(comparison: Comparison) -> Table:
    """Return the differences between two systems: the second minus the first."""
    header = ["", "A", "B", "B − A", "95 % interval", "p", "detectable", "B wins, ties, loses"]
    table = Table("Differences between the systems", header, [False, *[True] * 7], sortable=False)
    [pair] = comparison.pairs
    for name, difference in pair.metrics.items():
        values = [system.metrics[name] for system in comparison.systems]
        scored = [Cell(format_number(name, value) or MISSING) for value in values]
        metric = definition_of(name, comparison.own_metrics)
        title = Cell(metric.title, note=metric.section)
        table.rows.append([title, *scored, *_cells(metric, difference)])
    return table


def _cells(metric: Defined, found: MetricDifference) -> list[Cell]:
    digits = 2 if metric.unit else 4

    def signed(value: float | None) -> str:
        return MISSING if value is None else f"{value:+.{digits}f}".replace("-", "−")

    interval = MISSING if found.low is None else f"{signed(found.low)} to {signed(found.high)}"
    p = MISSING if found.p is None else "< 0.001" if found.p < 0.001 else f"{found.p:.3f}"
    detectable = MISSING if found.detectable is None else f"{found.detectable:.{digits}f}"
    subjects = f"{found.wins}, {found.ties}, {found.losses}"
    return [
        Cell(signed(found.difference), note=VERDICTS.get(found.verdict or "", "")),
        Cell(interval, note=NO_TEST.get(found.reason or "", ""), bar=_bar(metric, found)),
        Cell(p),
        Cell(detectable),
        Cell(MISSING if found.difference is None else subjects),
    ]


def _bar(metric: Defined, found: MetricDifference) -> tuple[Segment, ...]:
    """Return the interval on an axis from -1 to 1, with a line at 0."""
    value, low, high = found.difference, found.low, found.high
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
