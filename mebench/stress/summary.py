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
    """What the levels of a factor show in a metric.

    Attributes
    ----------
    short : str
        The first lower level, or why none is shown.
    sentence : str
        The difference at that level; empty if none is lower.
    detectable : float or None
        The largest of the smallest differences that the tests would find; None without a test.
    """

    short: str
    sentence: str = ""
    detectable: float | None = None

    @property
    def breaks(self) -> bool:
        """Whether a level is lower."""
        return bool(self.sentence)


def verdict_of(factor: StressFactor, metric: str, result: StressResult) -> Verdict:
    """Return where a metric is first significantly below the standard level."""
    unit = f" {factor.unit}" if factor.unit else ""
    reasons, detectable = [], []
    for level in factor.levels:
        if level.differences is None:
            continue
        found = level.differences[metric]
        values = f"{_value(level, metric)} against {_value(result.standard, metric)}"
        where = f"{short_title(metric)} is first lower at {level.label}{unit}: {values}"
        if found.verdict == "lower":
            bounds = f"{found.difference:.3f} [{found.low:.3f}, {found.high:.3f}]"
            return Verdict(level.label, f"{where}, a difference of {bounds}.")
        if found.reason == "no-variation" and (found.difference or 0) < 0:
            sentence = f"{where}; there is no test, because {NO_TEST['no-variation']}."
            return Verdict(f"{level.label} (no test)", sentence)
        reasons.append(found.reason)
        if found.detectable is not None:
            detectable.append(found.detectable)
    if detectable:
        return Verdict("none shown", detectable=max(detectable))
    if not reasons:
        return Verdict("not measured")
    return Verdict("unchanged" if set(reasons) == {"identical"} else "no test")


def sentences_of(factor: StressFactor, result: StressResult) -> list[str]:
    """Return what a factor shows: each metric that falls, and what the others could show."""
    verdicts = {metric: verdict_of(factor, metric, result) for metric in result.metrics}
    sentences = [verdict.sentence for verdict in verdicts.values() if verdict.breaks]
    people = f"these {result.subjects} people"
    unseen = [
        f"{short_title(metric)} {verdict.detectable:.2f}"
        if verdict.detectable < 1
        else f"{short_title(metric)} of any size"
        for metric, verdict in verdicts.items()
        if verdict.detectable is not None
    ]
    if unseen:
        which = "The other metrics show" if sentences else "No metric shows"
        sentences.append(
            f"{which} {'no' if sentences else 'a'} fall that {people} could show. Differences "
            f"below these often stay unseen: {', '.join(unseen)}."
        )
    for short, text in (
        ("unchanged", "the same at every level"),
        ("no test", "not tested, because a value is undefined"),
        ("not measured", "not measured at another level"),
    ):
        named = [short_title(name) for name, verdict in verdicts.items() if verdict.short == short]
        if named:
            sentences.append(f"{', '.join(named)}: {text}.")
    better = [
        f"{short_title(metric)} at {' and '.join(labels)}"
        for metric in result.metrics
        if (
            labels := [
                level.label for level in factor.levels if _differs(level, metric) == "higher"
            ]
        )
    ]
    if better:
        sentences.append(f"Significantly higher than at the standard level: {', '.join(better)}.")
    return sentences


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
        lines += [f"- {sentence}" for sentence in sentences_of(factor, result)]
        lines += [""]
    lines += ["## What these numbers do not say", ""]
    lines += [f"- {limit}" for limit in LIMITS]
    lines += ["", f"`{result.standard.signature}`"]
    return "\n".join(lines) + "\n"
