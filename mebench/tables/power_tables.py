"""A power analysis as text, Markdown, LaTeX and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from mebench.diagnostics.escaping import escape_unprintable
from mebench.models.power_analysis import MetricPower, PowerAnalysis
from mebench.tables.comparison_tables import finding_lines
from mebench.tables.grid import Grid, fold, shorten
from mebench.tables.report_grids import short_title
from mebench.util.atomic_write import to_json_text
from mebench.util.text import pluralize

PowerFormat = Literal["table", "json", "markdown", "csv", "latex"]


def render_power(
    analysis: PowerAnalysis, layout: PowerFormat = "table", *, width: int | None = None
) -> str:
    """Return a power analysis as text; ``width``: with "table", the columns of the terminal."""
    if layout == "json":
        return to_json_text(analysis.to_json())
    if layout == "csv":
        return power_csv_grid(analysis).as_csv()
    if layout == "table":
        return "\n".join(map(escape_unprintable, _text_lines(analysis, width))).rstrip() + "\n"
    grids = [size_grid(analysis), requirement_grid(analysis)]
    notes = [*_heading(analysis), _profile_line(analysis)]
    if layout == "latex":
        comments = "\n".join(f"% {escape_unprintable(line)}" for line in notes)
        return "\n\n".join([comments, *(grid.as_latex() for grid in grids)]) + "\n"
    return "\n\n".join(grid.as_markdown() for grid in grids) + "\n"


def _heading(analysis: PowerAnalysis) -> list[str]:
    noun = "sample" if analysis.task == "recognize" else "expression"
    return [
        f"{analysis.protocol_title}  ({analysis.protocol})",
        f"{pluralize(analysis.subjects, 'subject')} (effectively "
        f"{analysis.effective_subjects:.1f}), {pluralize(analysis.truths, noun)}; "
        f"{analysis.trials} simulated comparisons per difference, seed {analysis.seed}",
    ]


def _profile_line(analysis: PowerAnalysis) -> str:
    profile = analysis.profile
    source = shorten(profile.source, 60) if profile.source else "the default profile"
    parts = []
    if analysis.task != "recognize":
        parts.append(
            f"hits {profile.hit_rate:.2f} (correlation within subjects "
            f"{profile.hit_correlation:.2f})"
        )
        if profile.false_positives is None:
            parts.append("one prediction per video")
        else:
            parts.append(f"{profile.false_positives:.2f} false positives per video")
    if profile.confusion:
        parts.append(f"correlation of correct classes {profile.label_correlation:.2f}")
    parts.append(f"shared difficulty {profile.shared_difficulty:g}")
    return f"Errors of {source}: {', '.join(parts)}"


def _text_lines(analysis: PowerAnalysis, width: int | None) -> Iterator[str]:
    yield from _heading(analysis)
    profile = _profile_line(analysis)
    yield from fold(profile, width) if width else [profile]
    yield from ("", "Smallest difference found in four of five comparisons, by number of subjects")
    yield from size_grid(analysis).as_text(width=width)
    yield from ("", "What finds a given difference in four of five comparisons")
    yield from requirement_grid(analysis).as_text(width=width)
    yield ""
    for metric, power in analysis.metrics.items():
        sentence = _sentence(analysis, metric, power)
        yield from fold(sentence, width) if width else [sentence]
    yield ""
    yield from finding_lines(analysis)


def _sentence(analysis: PowerAnalysis, metric: str, power: MetricPower) -> str:
    title = short_title(metric)
    if power.detectable is None:
        return (
            f"{title}: even a perfect system is found better than one with {power.value:.2f} in "
            "less than four of five comparisons."
        )
    return (
        f"{title}: if one system has {power.value:.2f} and the other one differs by less than "
        f"{power.detectable:.2f}, {pluralize(analysis.subjects, 'subject')} often do not show it."
    )


def size_grid(analysis: PowerAnalysis) -> Grid:
    """Return the detectable differences: one row per metric, one column per number of subjects."""
    first = next(iter(analysis.metrics.values()))
    sizes = [point.subjects for point in first.sizes]
    header = [
        "",
        *(f"{number} (these)" if number == analysis.subjects else str(number) for number in sizes),
    ]
    grid = Grid(header, "l" + "r" * len(sizes))
    for metric, power in analysis.metrics.items():
        cells = [
            None if point.detectable is None else f"{point.detectable:.3f}" for point in power.sizes
        ]
        grid.rows.append([short_title(metric), *cells])
    return grid


def requirement_grid(analysis: PowerAnalysis) -> Grid:
    """Return what given differences need: one row per metric and difference."""
    noun = "samples" if analysis.task == "recognize" else "expressions"
    header = ["", "difference", "subjects like these", f"or {noun} of these subjects"]
    grid = Grid(header, "lrrr")
    for metric, power in analysis.metrics.items():
        for index, needed in enumerate(power.requirements):
            is_beyond = needed.difference > power.curve[-1].difference
            grid.rows.append(
                [
                    "" if index else short_title(metric),
                    f"{needed.difference:g}",
                    _rounded(needed.subjects, "beyond perfect" if is_beyond else "above a million"),
                    _rounded(needed.truths, "beyond perfect" if is_beyond else "no number"),
                ]
            )
    return grid


def _rounded(number: int | None, none: str) -> str:
    """Return a simulated number with the two digits that matter, such as ``1,600``."""
    if number is None:
        return none
    return f"{float(f'{number:.2g}'):,.0f}"


def power_csv_grid(analysis: PowerAnalysis) -> Grid:
    """Return the power curves for a program, one row per simulated difference."""
    grid = Grid(["metric", "value", "difference", "power"], "lrrr")
    for metric, power in analysis.metrics.items():
        for point in power.curve:
            numbers = (power.value, point.difference, point.power)
            grid.rows.append([metric, *map(repr, numbers)])
    return grid
