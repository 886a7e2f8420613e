"""A comparison of systems as text, Markdown, LaTeX and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from mebench.diagnostics.escaping import escape_markdown, escape_unprintable, markdown_code
from mebench.metrics.registry import definition_of
from mebench.models.comparison import NO_TEST, ComparedPair, Comparison
from mebench.models.power_analysis import PowerAnalysis
from mebench.models.report import MetricValue
from mebench.tables.grid import Grid, fold, shorten
from mebench.tables.report_grids import format_interval, format_number, short_title
from mebench.util.atomic_write import to_json_text
from mebench.util.text import pluralize

ComparisonFormat = Literal["table", "json", "markdown", "csv", "latex"]

MAX_COLUMNS = 3
"""Values of more systems have one row per system instead of one column."""

NOTES = """
interval, p: paired delete-one-subject jackknife, t with K - 1 degrees of freedom
detectable: the difference that one such comparison finds in four of five experiments
win/tie/loss: subjects on which the second system is better, equal, worse
p of swaps: if the systems were interchangeable within subjects; for information
""".strip().splitlines()


def render_comparison(
    comparison: Comparison, layout: ComparisonFormat = "table", *, width: int | None = None
) -> str:
    """Return a comparison as text; ``width``: with "table", the columns of the terminal."""
    if layout == "json":
        return to_json_text(comparison.to_json())
    if layout == "csv":
        return comparison_csv_grid(comparison).as_csv()
    values, differences = value_grid(comparison), difference_grid(comparison)
    if layout == "latex":
        comments = [f"% {escape_unprintable(line)}" for line in _signature_lines(comparison)]
        return "\n".join([*comments, values.as_latex(), "", differences.as_latex()]) + "\n"
    if layout == "markdown":
        systems = system_grid(comparison).as_markdown()
        grids = [systems, values.as_markdown(), differences.as_markdown()]
        conclusion = escape_markdown(escape_unprintable(comparison.conclusion))
        signatures = "\n".join(map(markdown_code, _signature_lines(comparison)))
        return "\n\n".join([*grids, conclusion, signatures]) + "\n"
    return "\n".join(_text_lines(comparison, values, differences, width)).rstrip() + "\n"


def _text_lines(
    comparison: Comparison, values: Grid, differences: Grid, width: int | None
) -> Iterator[str]:
    title = f"{comparison.protocol_title}  ({comparison.protocol})"
    yield escape_unprintable(title)
    sizes = pluralize(comparison.truths, _noun(comparison))
    group = "" if comparison.group is None else f"; {comparison.group} only"
    yield escape_unprintable(
        f"{pluralize(comparison.subjects, 'subject')} (effectively "
        f"{comparison.effective_subjects:.1f}), {sizes}{group}"
    )
    yield from ("", *system_grid(comparison).as_text(width=width))
    yield from ("", "Values with 95 % intervals", *values.as_text(width=width))
    yield from ("", "Differences", *differences.as_text(width=width, hint="--format csv"))
    for pair, metric, reason in _untested(comparison):
        yield f"  {metric}, {pair}: no test, because {NO_TEST.get(reason, reason)}"
    conclusion = escape_unprintable(comparison.conclusion)
    yield from ("", *(fold(conclusion, width) if width else [conclusion]))
    yield from ("", NOTES[0])
    if len(comparison.pairs) > 1:
        family = "all pairs" if comparison.baseline is None else "all rows"
        yield f"p corrected: by Holm's method, for {family} of a metric"
    yield from NOTES[1:]
    yield from ("", *map(escape_unprintable, _signature_lines(comparison)))
    yield from ("", *map(escape_unprintable, finding_lines(comparison)))


def finding_lines(result: Comparison | PowerAnalysis) -> list[str]:
    """Return one line per finding."""
    return [f"{one.severity} [{one.code}] {one.message}" for one in result.findings]


def _noun(comparison: Comparison) -> str:
    return "sample" if comparison.task == "recognize" else "expression"


def letter(index: int) -> str:
    """Return the short name of a system in tables: A, B, …, then S27."""
    return chr(ord("A") + index) if index < 26 else f"S{index + 1}"


def pair_name(pair: ComparedPair) -> str:
    """Return the name of a difference in tables, such as ``B - A``."""
    return f"{letter(pair.second)} - {letter(pair.first)}"


def system_grid(comparison: Comparison) -> Grid:
    """Return the systems, with the letters that the other tables use."""
    grid = Grid(["", "system", "file"], "lll", optional=["file"])
    for index, system in enumerate(comparison.systems):
        role = " (baseline)" if index == comparison.baseline else ""
        grid.rows.append([letter(index), shorten(system.name, 60) + role, system.file])
    return grid


def _value(metric: str, value: MetricValue) -> str | None:
    number = format_number(metric, value)
    return None if number is None else f"{number} {format_interval(metric, value)}".rstrip()


def _title(comparison: Comparison, key: str) -> str:
    return short_title(key, comparison.own_metrics)


def value_grid(comparison: Comparison) -> Grid:
    """Return the values of all systems: one column per system, or one row if there are many."""
    systems, metrics = comparison.systems, list(comparison.systems[0].metrics)
    titles = [_title(comparison, key) for key in metrics]
    letters = [letter(index) for index in range(len(systems))]
    if len(systems) > MAX_COLUMNS:
        rows = [
            [name, *(_value(key, system.metrics[key]) for key in metrics)]
            for name, system in zip(letters, systems, strict=True)
        ]
        return Grid(["", *titles], "l" + "l" * len(metrics), rows)
    rows = [
        [title, *(_value(key, system.metrics[key]) for system in systems)]
        for title, key in zip(titles, metrics, strict=True)
    ]
    return Grid(["", *letters], "l" + "l" * len(systems), rows)


def difference_grid(comparison: Comparison) -> Grid:
    """Return the differences with their intervals: one row per metric and pair."""
    is_single = len(comparison.pairs) == 1
    what = [pair_name(comparison.pairs[0])] if is_single else ["", "difference"]
    corrected = [] if is_single else ["p corrected"]
    header = ["", *what, "95 % from", "to", "p", *corrected, "detectable", "win/tie/loss"]
    align = "l" * len(what) + "r" * (len(header) - len(what) + 1)
    grid = Grid([*header, "p of swaps"], align, optional=["p of swaps", "win/tie/loss"])
    for key in comparison.pairs[0].metrics:
        unit = definition_of(key, comparison.own_metrics).unit
        for pair in comparison.pairs:
            found = pair.metrics[key]
            title = _title(comparison, key) if pair is comparison.pairs[0] else ""
            name = [] if is_single else [pair_name(pair)]
            p_values = [_format_p(found.p), *(_format_p(found.adjusted_p) for _ in corrected)]
            grid.rows.append(
                [
                    title,
                    *name,
                    _signed(unit, found.difference, 4),
                    *(_signed(unit, bound, 3) for bound in (found.low, found.high)),
                    *p_values,
                    _format_detectable(unit, found.detectable),
                    None
                    if found.difference is None
                    else f"{found.wins}/{found.ties}/{found.losses}",
                    _format_p(found.swap_p),
                ]
            )
            if found.verdict in ("first-better", "second-better"):
                grid.strong.add((len(grid.rows) - 1, len(what)))
    return grid


def _signed(unit: str, number: float | None, digits: int) -> str | None:
    """Return a difference; frames have two decimals."""
    if number is None:
        return None
    return f"{number:+.2f}" if unit == "frames" else f"{number:+.{digits}f}"


def _format_detectable(unit: str, value: float | None) -> str | None:
    if value is None:
        return None
    if unit:
        return f"{value:.2f}"
    return f"{value:.3f}" if value <= 1 else "above 1"


def _format_p(p: float | None) -> str | None:
    return None if p is None else format_p(p)


def format_p(p: float) -> str:
    """Return a p value for a table."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _untested(comparison: Comparison) -> Iterator[tuple[str, str, str]]:
    for key in comparison.pairs[0].metrics:
        for pair in comparison.pairs:
            reason = pair.metrics[key].reason
            if reason is not None:
                yield pair_name(pair), _title(comparison, key), reason


def comparison_csv_grid(comparison: Comparison) -> Grid:
    """Return a comparison for a program: full precision, ids, one row per metric and pair."""
    numbers = ("difference", "low", "high", "p", "adjusted_p", "detectable", "swap_p")
    counts = ("wins", "ties", "losses")
    header = ["metric", "first", "second", "first_value", "second_value", *numbers, *counts]
    texts = ["verdict", "reason", "first_signature", "second_signature"]
    align = "lll" + "r" * (len(header) - 3) + "l" * len(texts)
    grid = Grid([*header, *texts], align)
    for key in comparison.pairs[0].metrics:
        for pair in comparison.pairs:
            found = pair.metrics[key]
            systems = [comparison.systems[at] for at in (pair.first, pair.second)]
            values = [system.metrics[key].value for system in systems]
            numeric = [*values, *(getattr(found, name) for name in (*numbers, *counts))]
            grid.rows.append(
                [
                    key,
                    *(system.name for system in systems),
                    *(None if number is None else repr(number) for number in numeric),
                    found.verdict,
                    found.reason,
                    *(system.signature for system in systems),
                ]
            )
    return grid


def _signature_lines(comparison: Comparison) -> list[str]:
    return [
        f"{letter(index)}  {system.signature}" for index, system in enumerate(comparison.systems)
    ]
