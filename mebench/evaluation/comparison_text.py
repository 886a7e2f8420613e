"""A plain sentence on what a comparison can and cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

from mebench.metrics.metric import Metric
from mebench.metrics.registry import definition_of
from mebench.models.comparison import NO_TEST, ComparedPair, Comparison, MetricDifference
from mebench.models.report import MetricDefinition
from mebench.util.text import pluralize


def conclusion_of(comparison: Comparison) -> str:
    """Return what the comparison shows in its headline metric."""
    if len(comparison.systems) == 2:
        return _of_two(comparison, comparison.pairs[0])
    return _of_several(comparison)


def _headline(comparison: Comparison) -> Metric | MetricDefinition:
    return definition_of(comparison.headline, comparison.own_metrics)


def _number(comparison: Comparison, value: float) -> str:
    digits = 2 if _headline(comparison).unit else 3
    return f"{value:.{digits}f}"


def _p(p: float | None) -> str:
    return "p < 0.001" if p is not None and p < 0.001 else f"p = {1.0 if p is None else p:.3f}"


def _title(comparison: Comparison) -> str:
    metric = _headline(comparison)
    title = metric.title
    if title in ("Precision", "Recall", "F1"):
        title = f"{'spotting' if metric.section == 'Spotting' else 'analysis'} {title}"
    if metric.section == "Analysis, all videos":
        title += " over all videos"
    return title if comparison.group is None else f"{title} ({comparison.group})"


def _of_two(comparison: Comparison, pair: ComparedPair) -> str:
    first, second = (comparison.systems[at].name for at in (pair.first, pair.second))
    metric, found = _title(comparison), pair.metrics[comparison.headline]
    if found.difference is None or found.low is None or found.high is None:
        reason = NO_TEST[found.reason or "no-value"]
        if found.difference is None:
            return f"{first} and {second} cannot be compared in {metric}: {reason}."
        difference = _number(comparison, abs(found.difference))
        return (
            f"{first} and {second} differ by {difference} in {metric}, which cannot be tested: "
            f"{reason}."
        )
    low, high = found.low, found.high
    if found.verdict != "not-distinguishable":
        better, worse = (second, first) if found.verdict == "second-better" else (first, second)
        low, high = sorted((abs(low), abs(high)))
        return (
            f"{better} is better than {worse} in {metric}, by "
            f"{_number(comparison, abs(found.difference))} (95 % interval "
            f"{_number(comparison, low)} to {_number(comparison, high)}, {_p(found.p)})."
        )
    return (
        f"The data do not show which of {first} and {second} is better in {metric}: the difference "
        f"is {_number(comparison, found.difference)}, and every value from "
        f"{_number(comparison, low)} to {_number(comparison, high)} is compatible with the data "
        f"({_p(found.p)}). {_what_can_be_seen(comparison, [found])}"
    )


def _what_can_be_seen(comparison: Comparison, found: Sequence[MetricDifference]) -> str:
    """Return a sentence on the smallest detectable differences."""
    detectable = [one.detectable for one in found if one.detectable is not None]
    if not detectable:
        return ""
    subjects = pluralize(comparison.subjects, "subject")
    low, high = (_number(comparison, value) for value in (min(detectable), max(detectable)))
    size = low if low == high else f"{low} to {high}"
    if min(detectable) > 1 and not _headline(comparison).unit:
        return f"With {subjects}, no difference between such systems can be found reliably."
    return (
        f"With {subjects}, a single comparison of such systems finds a difference of {size} in "
        "four of five experiments; a smaller one is often missed."
    )


def _of_several(comparison: Comparison) -> str:
    metric = _headline(comparison)
    values = [system.metrics[metric.id].value for system in comparison.systems]
    known = [value for value in values if value is not None]
    if not known:
        return f"The systems cannot be compared in {_title(comparison)}: none has a value."
    if comparison.baseline is None:
        best = max(known) if metric.better == "higher" else min(known)
        center = values.index(best)
        parts = [
            f"{comparison.systems[center].name} has the best {_title(comparison)} "
            f"({_number(comparison, best)})."
        ]
    else:
        center = comparison.baseline
        value = values[center]
        shown = "" if value is None else f" ({_number(comparison, value)})"
        parts = [f"{comparison.systems[center].name} is the baseline{shown}."]
    groups: dict[str, list[str]] = {"better": [], "worse": [], "not": [], "untested": []}
    of_center = [pair for pair in comparison.pairs if center in (pair.first, pair.second)]
    for pair in of_center:
        other = pair.second if pair.first == center else pair.first
        verdict = pair.metrics[metric.id].verdict
        if verdict is None:
            key = "untested"
        elif verdict == "not-distinguishable":
            key = "not"
        else:
            key = "better" if (verdict == "second-better") == (pair.second == other) else "worse"
        groups[key].append(comparison.systems[other].name)
    titles = {
        "better": "Distinguishably better",
        "worse": "Distinguishably worse",
        "not": "Not distinguishable from it",
        "untested": "Without a test",
    }
    parts += [f"{titles[key]}: {'; '.join(names)}." for key, names in groups.items() if names]
    parts.append(f"This holds after Holm's correction for {_family(comparison)}.")
    if groups["not"]:
        parts.append(_what_can_be_seen(comparison, [pair.metrics[metric.id] for pair in of_center]))
    return " ".join(filter(None, parts))


def _family(comparison: Comparison) -> str:
    return "all pairs" if comparison.baseline is None else "all comparisons with the baseline"
