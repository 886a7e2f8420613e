"""Where a method breaks: the first level of each factor that is below the standard level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mebench.models.comparison import NO_TEST
from mebench.models.stress import StressFactor, StressLevel, StressResult
from mebench.tables.grid import Grid
from mebench.tables.report_grids import short_title

LIMITS = (
    "They do not show how the method performs on real people. The faces are rendered, and what a "
    "method learned from them may be the renderer.",
    "A level is not a threshold for real videos. Noise, blur, compression and movements of real "
    "recordings come together and in other forms; here only one of them changes at a time.",
    "The micro-expressions are simulated, and their boundaries are known exactly. Human coders "
    "disagree by several frames.",
    "The people are few. A level without a significant difference is not a level without a "
    "difference.",
)
"""What results on rendered faces do not say."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the levels of a factor show in a metric: in a few words, and as a sentence."""

    short: str
    sentence: str
    breaks: bool = False


def verdict_of(factor: StressFactor, metric: str, result: StressResult) -> Verdict:
    """Return where a metric is first significantly below the standard level."""
    title, people = short_title(metric), f"these {result.subjects} people"
    others = [level for level in factor.levels if level.differences is not None]
    unit = f" {factor.unit}" if factor.unit else ""
    better = [level.label for level in others if _differs(level, metric) == "higher"]
    also = f" It is higher at {', '.join(better)}." if better else ""
    for level in others:
        assert level.differences is not None
        found = level.differences[metric]
        values = f"{_value(level, metric)} against {_value(result.standard, metric)}"
        where = f"{title} is first lower at {level.label}{unit}: {values}"
        if found.verdict == "lower":
            difference = f"{found.difference:.3f} [{found.low:.3f}, {found.high:.3f}]"
            sentence = f"{where}, a difference of {difference}.{also}"
            return Verdict(level.label, sentence, breaks=True)
        if found.reason == "no-variation" and (found.difference or 0) < 0:
            sentence = f"{where}; no test, because {NO_TEST['no-variation']}.{also}"
            return Verdict(f"{level.label} (no test)", sentence, breaks=True)
    if not others:
        return Verdict("not measured", f"{title}: no other level was measured.")
    tested = [
        level.differences[metric].detectable
        for level in others
        if level.differences is not None and level.differences[metric].detectable is not None
    ]
    sizes = [size for size in tested if size is not None]
    if not sizes:
        first = others[0].differences
        reason = first[metric].reason if first is not None else None
        if reason == "identical":
            return Verdict("unchanged", f"{title} is the same at every level.")
        return Verdict("no test", f"{title}: no test, because {NO_TEST.get(reason or '', reason)}.")
    sentence = (
        f"{title}: no level shows a fall that {people} could show; a difference below "
        f"{max(sizes):.2f} often stays unseen.{also}"
    )
    return Verdict("none shown", sentence)


def _differs(level: StressLevel, metric: str) -> str | None:
    return None if level.differences is None else level.differences[metric].verdict


def _value(level: StressLevel, metric: str) -> str:
    value = None if level.metrics is None else level.metrics[metric].value
    return "–" if value is None else f"{value:.3f}"


def break_grid(result: StressResult) -> Grid:
    """Return the first lower level of each factor and metric."""
    grid = Grid(
        ["factor", "standard", *map(short_title, result.metrics)], "ll" + "r" * len(result.metrics)
    )
    for factor in result.factors:
        title = f"{factor.title}, {factor.unit}" if factor.unit else factor.title
        verdicts = [verdict_of(factor, metric, result) for metric in result.metrics]
        row = len(grid.rows)
        grid.rows.append([title, factor.standard, *(verdict.short for verdict in verdicts)])
        grid.strong |= {(row, 2 + column) for column, one in enumerate(verdicts) if one.breaks}
    return grid


def heading_lines(result: StressResult) -> Iterator[str]:
    """Yield what was measured, in sentences."""
    trained = (
        "trained on the other people at the standard level, and tested at every level"
        if result.trained_on == "standard"
        else "trained on the other people at each level, and tested at the same level"
    )
    yield (
        f"{result.protocol_title} ({result.protocol}), {result.subjects} people, {result.videos} "
        f"videos per level, seed {result.seed}: {trained}."
    )
    values = ", ".join(
        f"{short_title(metric)} {_value(result.standard, metric)}" for metric in result.metrics
    )
    yield f"At the standard level: {values}."
    if result.missing:
        yield (f"Not measured within the budget: {', '.join(result.missing)}. --resume continues.")


TABLE_NOTE = (
    "The first level from easy to hard at which a metric is significantly below its value at the "
    "standard level: paired test by person, Holm's correction over the levels of the factor. "
    "“None shown” is no proof that there is no difference."
)


def summary_as_markdown(result: StressResult) -> str:
    """Return the page as Markdown; the picture is beside it."""
    lines = [f"# Where {result.baseline} breaks", ""]
    for line in heading_lines(result):
        lines += [line, ""]
    lines += [break_grid(result).as_markdown(), "", TABLE_NOTE, ""]
    lines += ["![Scores at every level](picture.png)", ""]
    for factor in result.factors:
        lines += [f"## {factor.title}", ""]
        lines += [f"- {verdict_of(factor, name, result).sentence}" for name in result.metrics]
        lines += [""]
    lines += ["## What these numbers do not say", ""]
    lines += [f"- {limit}" for limit in LIMITS]
    lines += ["", f"`{result.standard.signature}`"]
    return "\n".join(lines) + "\n"
