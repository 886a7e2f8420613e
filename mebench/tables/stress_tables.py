"""The scores of a method at the levels of some factors, as tables."""

from __future__ import annotations

from mebench.models.stress import StressLevel, StressResult
from mebench.tables.grid import Grid
from mebench.tables.report_grids import format_interval, format_number, short_title

NOT_MEASURED = "not measured"


def stress_grid(result: StressResult) -> Grid:
    """Return one row per level: each metric with its interval, and what differs."""
    titles = list(map(short_title, result.metrics))
    intervals = [f"{title} 95 %" for title in titles]
    columns = [column for pair in zip(titles, intervals, strict=True) for column in pair]
    grid = Grid(
        ["factor", "level", "unit", *columns, "against the standard"],
        "lll" + "rl" * len(titles) + "l",
        optional=["unit", *intervals[::-1]],
    )
    for factor in result.factors:
        for number, level in enumerate(factor.levels):
            head = ("", level.label, "") if number else (factor.name, level.label, factor.unit)
            cells: list[str | None] = [*head]
            for metric in result.metrics:
                value = level.metrics[metric] if level.metrics is not None else None
                cells += [format_number(metric, value), format_interval(metric, value)]
            grid.rows.append([*cells, against_standard(result, level)])
    return grid


def against_standard(result: StressResult, level: StressLevel) -> str:
    """Say which metrics differ significantly from those of the standard level."""
    if level.is_standard:
        return "the standard"
    if level.metrics is None:
        return NOT_MEASURED
    parts = []
    for verdict in ("lower", "higher"):
        names = [
            short_title(metric)
            for metric in result.metrics
            if level.differences is not None and level.differences[metric].verdict == verdict
        ]
        if names:
            parts.append(f"{', '.join(names)} {verdict}")
    return "; ".join(parts)


def stress_csv_grid(result: StressResult) -> Grid:
    """Return one row per level and metric, with full precision, for a program."""
    numbers = ("value", "low", "high", "difference", "difference_low", "difference_high")
    grid = Grid(
        [*("factor", "unit", "level", "standard", "metric"), *numbers, "adjusted_p", "verdict"],
        "lllll" + "r" * (len(numbers) + 1) + "l",
    )
    for factor in result.factors:
        for level in factor.levels:
            for metric in result.metrics if level.metrics is not None else ():
                assert level.metrics is not None
                value = level.metrics[metric]
                ci95, found = value.ci95, (level.differences or {}).get(metric)
                cells = [
                    value.value,
                    None if ci95 is None else ci95.low,
                    None if ci95 is None else ci95.high,
                    *(
                        (found.difference, found.low, found.high, found.adjusted_p)
                        if found
                        else [None] * 4
                    ),
                ]
                grid.rows.append(
                    [
                        *(factor.name, factor.unit, level.label),
                        *("yes" if level.is_standard else "no", metric),
                        *(None if cell is None else repr(cell) for cell in cells),
                        found.verdict if found else None,
                    ]
                )
    return grid
