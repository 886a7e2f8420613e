"""Runs that differ in a setting or a seed, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from mebench.records.report import Report
from mebench.tables.grid import Grid
from mebench.tables.numbers import format_number
from mebench.tables.report import RANKED_METRICS, format_exact, short_title


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """A row: what its run is called, and its score."""

    label: str
    report: Report


def compared_metrics(rows: Sequence[ComparedRun]) -> list[str]:
    """Return the metrics that a comparison shows."""
    report = rows[0].report
    return [name for name in RANKED_METRICS[report.task] if name in report.metrics]


def comparison_grid(rows: Sequence[ComparedRun], *, exact: bool = False) -> Grid:
    """Return runs in the order given, a row each.

    ``exact`` is for programs: metric ids, full precision and signatures.
    """
    metrics = compared_metrics(rows)
    titles = list(metrics) if exact else [short_title(metric) for metric in metrics]
    more = ["signature"] if exact else []
    grid = Grid(["", *titles, *more], "l" + "r" * len(titles) + "l" * len(more))
    written = format_exact if exact else format_number
    for row in rows:
        cells = [written(metric, row.report.metrics[metric]) for metric in metrics]
        grid.rows.append([row.label, *cells, *([row.report.signature] if exact else [])])
    return grid


def add_mean_and_deviation(grid: Grid, rows: Sequence[ComparedRun]) -> Grid:
    """Add two rows: the mean of each metric and its sample standard deviation."""
    mean: list[str | None] = ["mean"]
    spread: list[str | None] = ["standard deviation"]
    for metric in compared_metrics(rows):
        values = [row.report.metrics[metric].value for row in rows]
        known = [one for one in values if one is not None]
        complete = len(known) == len(values)
        mean.append(f"{fmean(known):.4f}" if complete else None)
        spread.append(f"{stdev(known):.4f}" if complete and len(known) > 1 else None)
    return Grid(grid.header, grid.align, [*grid.rows, mean, spread])
