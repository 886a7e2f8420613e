"""Runs that differ in a setting or a seed, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from mebench.records.report import Report
from mebench.tables.grid import Grid
from mebench.tables.numbers import number
from mebench.tables.report import RANKED_METRICS, exact_number, title_of


@dataclass(frozen=True, slots=True)
class Compared:
    """A row: what its run is called, and its score."""

    label: str
    report: Report


def metrics_of(rows: Sequence[Compared]) -> list[str]:
    """Return the metrics that a comparison shows."""
    report = rows[0].report
    return [name for name in RANKED_METRICS[report.task] if name in report.metrics]


def comparison_grid(rows: Sequence[Compared], *, exact: bool = False) -> Grid:
    """Return runs in the order given, a row each.

    ``exact`` is for programs: metric ids, full precision and signatures.
    """
    metrics = metrics_of(rows)
    titles = list(metrics) if exact else [title_of(metric) for metric in metrics]
    more = ["signature"] if exact else []
    grid = Grid(["", *titles, *more], "l" + "r" * len(titles) + "l" * len(more))
    written = exact_number if exact else number
    for row in rows:
        cells = [written(metric, row.report.metrics[metric]) for metric in metrics]
        grid.rows.append([row.label, *cells, *([row.report.signature] if exact else [])])
    return grid


def with_spread(grid: Grid, rows: Sequence[Compared]) -> Grid:
    """Add two rows: the mean of each metric and its sample standard deviation."""
    mean: list[str | None] = ["mean"]
    spread: list[str | None] = ["standard deviation"]
    for metric in metrics_of(rows):
        values = [row.report.metrics[metric].value for row in rows]
        known = [one for one in values if one is not None]
        complete = len(known) == len(values)
        mean.append(f"{fmean(known):.4f}" if complete else None)
        spread.append(f"{stdev(known):.4f}" if complete and len(known) > 1 else None)
    return Grid(grid.header, grid.align, [*grid.rows, mean, spread])
