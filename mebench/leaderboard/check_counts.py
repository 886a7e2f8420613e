"""Whether the numbers of a stored score agree with the counts that are stored with it.

Without the truth an entry cannot be scored again. Then its metrics are computed from its counts,
and the counts are compared with each other and with those that the protocol expects. AP, the apex
error and metrics of packages can depend on more than the counts: only their possible range is
checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor, isfinite

from mebench.evaluation.signature import parse_signature
from mebench.evaluation.verify import TOLERANCE
from mebench.metrics.counts import (
    NO_SAMPLES,
    NO_TRUTH,
    VIDEO_WITHOUT_PREDICTION,
    ConfusionCounts,
    PooledCounts,
)
from mebench.metrics.metric import Metric
from mebench.metrics.own_metric import LARGEST_VALUE
from mebench.metrics.ratios import Undefined, Value
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.leaderboard import SubjectCounts
from mebench.models.protocol import Protocol
from mebench.models.report import AnalysisCounts, Counts, MetricMap, Report
from mebench.util.text import normalize_label

COUNT_NAMES = ("tp", "fp", "fn", "right", "analysed")
LARGEST_COUNT = 10**9


def count_contradictions(
    report: Report,
    subjects: Sequence[SubjectCounts],
    protocol: Protocol,
    own: Sequence[Metric] = (),
) -> list[str]:
    """Return how the numbers and the counts of a stored score contradict each other.

    ``own`` are the metrics of the board that are not of the standard.
    """
    tables = {"": (report.metrics, report.counts)}
    for group in _groups(protocol):
        if group not in report.groups or group not in report.group_counts:
            return [f"the group {group} is missing"]
        tables[group] = (report.groups[group], report.group_counts[group])
    lines = [
        f"{name or 'headline'}: {line}"
        for name, (_, counts) in tables.items()
        for line in _invalid_counts(counts, protocol)
    ]
    if lines:  # metrics of invalid counts mean nothing
        return lines
    known = {metric.id: metric for metric in own}
    if unknown := {*report.groups, *report.group_counts} - {*tables}:
        lines.append(f"the groups {', '.join(sorted(unknown))[:80]} are unknown")
    for name, (metrics, counts) in tables.items():
        prefix = f"{name}." if name else ""
        of_standard = {name: value for name, value in metrics.items() if name not in known}
        lines += [
            f"{prefix}{line}"
            for line in (
                *_wrong_metrics(of_standard, counts, report, protocol),
                *_wrong_own_metrics(metrics, known),
            )
        ]
    lines += _wrong_details(report, protocol)
    for identifier, mean in report.mean_over_folds.items():
        if mean.value is not None and not 0 <= mean.value <= 1:
            lines.append(f"mean_over_folds.{identifier} is {mean.value}")
    lines += _wrong_totals(report, subjects, protocol)
    return [*lines, *_unexpected_counts(report, protocol)]


def _groups(protocol: Protocol) -> list[str]:
    kinds = list(protocol.targets) if protocol.spots else []
    overall = ["overall"] if len(kinds) > 1 else []
    datasets = [dataset.id for dataset in protocol.datasets] if protocol.is_composite else []
    return [*kinds, *overall, *datasets]


def _invalid_counts(counts: Counts, protocol: Protocol) -> Iterator[str]:
    """Yield the problems of counts that no evaluation can have."""
    spotting, analysis, everything = counts.spotting, counts.analysis, counts.analysis_all
    if (spotting is None) == protocol.spots:
        yield f"the spotting counts are {'missing' if protocol.spots else 'not of this task'}"
    elif spotting is not None and not _is_in_range(spotting.tp, spotting.fp, spotting.fn):
        yield "a spotting count is negative or too large"
    if analysis is None and protocol.analyses and len(protocol.targets) < 2:
        yield "the counts of the analysis are missing"
    for name, recognition in (("analysis", analysis), ("analysis_all", everything)):
        if recognition is not None:
            yield from (f"{name}: {line}" for line in _invalid_matrix(recognition, protocol))
    if spotting is not None and analysis is not None and analysis.total > spotting.tp:
        yield f"{analysis.total} analyzed of {spotting.tp} true positives"
    if spotting is not None and everything is not None:
        truths = spotting.tp + spotting.fn
        if everything.total > truths:
            yield f"{everything.total} analyzed of {truths} true expressions"


def _is_in_range(*counts: int) -> bool:
    return all(0 <= count <= LARGEST_COUNT for count in counts)


def _invalid_matrix(counts: AnalysisCounts, protocol: Protocol) -> Iterator[str]:
    classes, matrix = counts.confusion.classes, counts.confusion.matrix
    if classes != protocol.classes:
        yield "the classes are not those of the protocol"
    elif not all(_is_in_range(*row) for row in matrix):
        yield "a count of the confusion matrix is negative or too large"
    else:
        confusion = _confusion(counts, 0, NO_TRUTH)
        if (counts.tp, counts.total) != (confusion.correct, confusion.total):
            yield (
                f"{counts.tp}/{counts.total} correct, but {confusion.correct}/{confusion.total} "
                "in the confusion matrix"
            )
        if counts.absent_classes != [classes[index] for index in confusion.absent]:
            yield "the absent classes are not those of the confusion matrix"


def _confusion(
    counts: AnalysisCounts | None, truths: int, without_truths: Undefined
) -> ConfusionCounts:
    """Return a stored confusion matrix, with a last column for missing predictions."""
    matrix = counts.confusion.matrix if counts else []
    rows = tuple(tuple([*row, 0][: len(matrix) + 1]) for row in matrix)
    return ConfusionCounts(rows, truths, without_truths)


def _pooled(counts: Counts, *, of_all: bool = False) -> PooledCounts:
    """Return stored counts as those of an evaluation, without curves and apexes.

    ``of_all``: the analysis is that of all true expressions.
    """
    chosen = counts.analysis_all if of_all else counts.analysis
    if counts.spotting is None:
        samples = chosen.total if chosen else 0
        return PooledCounts(analysis=_confusion(chosen, samples, NO_SAMPLES))
    tp, fp, fn = (getattr(counts.spotting, name) for name in ("tp", "fp", "fn"))
    return PooledCounts(
        truths=tp + fn,
        predictions=tp + fp,
        hits=tp,
        analysis=_confusion(chosen, tp + fn, NO_TRUTH),
    )


def _wrong_metrics(
    metrics: MetricMap, counts: Counts, report: Report, protocol: Protocol
) -> Iterator[str]:
    """Yield the metrics that differ from those which are computed from the counts."""
    pooled, pooled_all = _pooled(counts), _pooled(counts, of_all=True)
    for identifier, claimed in metrics.items():
        metric = METRICS_BY_ID.get(identifier)
        value = claimed.value
        if metric is None or not metric.applies_to(protocol):
            yield f"{identifier[:40]} is no metric of the protocol"
        elif metric.section == "Analysis, all videos":
            # Null for several truths or predictions of a video, which the counts do not tell.
            base = METRICS_BY_ID[identifier.replace("_all", "")]
            computed = base.value(pooled_all)
            if counts.analysis_all is None or report.units.videos_without_predictions:
                computed = VIDEO_WITHOUT_PREDICTION
            if value is not None and not _agrees(value, computed):
                yield f"{identifier} is {value}, computed from the counts {_as_text(computed)}"
        elif identifier in ("ap", "ap50", "ap75", "ap_coco101"):
            most = _largest_ap(identifier, pooled, report.signature)
            if value is not None and not 0 <= value <= most + TOLERANCE:
                yield f"{identifier} is {value}; with these counts it is at most {most:.4f}"
        elif identifier in ("asr", "apex_mae"):
            if value is not None and not _is_possible(identifier, value, pooled):
                yield f"{identifier} is {value}, which is not possible with these counts"
        else:
            computed = metric.value(pooled)
            if not _agrees(value, computed):
                yield f"{identifier} is {value}, computed from the counts {_as_text(computed)}"


def _wrong_own_metrics(metrics: MetricMap, own: Mapping[str, Metric]) -> Iterator[str]:
    """Yield the metrics of packages that have an impossible value."""
    for name, metric in own.items():
        value = metrics[name].value if name in metrics else None
        most = LARGEST_VALUE if metric.unit else 1.0
        if value is not None and not 0 <= value <= most:
            yield f"{name} is {value}, which is not possible"


def _agrees(claimed: float | None, computed: Value) -> bool:
    if claimed is None or isinstance(computed, Undefined):
        return claimed is None and isinstance(computed, Undefined)
    return abs(claimed - float(computed)) <= TOLERANCE


def _as_text(computed: Value) -> str:
    return "null" if isinstance(computed, Undefined) else f"{float(computed):.4f}"


def _largest_ap(identifier: str, counts: PooledCounts, signature: str) -> float:
    """Return the largest AP: the precision is at most 1 up to the largest recall.

    With a score threshold, intervals that are not counted can have raised the recall.
    """
    if not counts.truths or parse_signature(signature).get("thr") != "none":
        return 1.0 if counts.truths else 0.0
    recall: float = counts.hits / counts.truths
    if identifier != "ap_coco101" or not counts.hits:
        return recall
    return (floor(100 * recall + TOLERANCE) + 1) / 101


def _is_possible(identifier: str, value: float, counts: PooledCounts) -> bool:
    """Return whether a rate of the true expressions, or an apex error, can have a value."""
    if not isfinite(value) or value < 0:
        return False
    if identifier == "apex_mae":
        return value < 2**53
    inside = value * counts.truths
    return value <= 1 and abs(inside - round(inside)) < 1e-6


def _wrong_details(report: Report, protocol: Protocol) -> Iterator[str]:
    """Yield the details of headline metrics that are not those of the counts."""
    pooled, pooled_all = _pooled(report.counts), _pooled(report.counts, of_all=True)
    for identifier, detail in report.details.items():
        metric = METRICS_BY_ID.get(identifier)
        if metric is None or metric.detail is None or not detail:
            continue
        value = report.metrics[identifier].value if identifier in report.metrics else None
        if identifier == "asr":
            if value is None or not _is_possible(identifier, value, pooled):
                continue
            expected = f"{round(value * pooled.truths)}/{pooled.truths}"
        elif identifier == "apex_mae":
            continue
        elif metric.section == "Analysis, all videos":
            base = METRICS_BY_ID[identifier.replace("_all", "")]
            expected = base.detail(pooled_all) if base.detail else detail
        else:
            expected = metric.detail(pooled)
        if detail != expected:
            yield f"details.{identifier} is {detail[:40]}, computed from the counts {expected}"


def _wrong_totals(
    report: Report, subjects: Sequence[SubjectCounts], protocol: Protocol
) -> Iterator[str]:
    """Yield the sums over subjects and groups that are not the counts of all."""
    units, headline = report.units, _totals(report.counts)
    if len({(counts.dataset, counts.subject) for counts in subjects}) != len(subjects):
        yield "a subject is listed twice"
    if units.subjects != len(subjects):
        yield f"{units.subjects} subjects, but counts of {len(subjects)}"
    parts = {"all subjects": (headline, list(subjects))}
    if protocol.is_composite:
        for dataset in protocol.datasets:
            of_dataset = [counts for counts in subjects if counts.dataset == dataset.id]
            parts[dataset.id] = (_totals(report.group_counts[dataset.id]), of_dataset)
    for name, (totals, members) in parts.items():
        for count, total in totals.items():
            values = [getattr(member, count) for member in members]
            if total is None and any(value is not None for value in values):
                yield f"{count} of subjects, but not of {name}"
            elif total is not None and (None in values or sum(values) != total):
                yield f"{count} of {name} is {total}, but the subjects have another sum"
    if protocol.is_composite and report.counts.analysis:
        matrices = [
            _confusion(report.group_counts[dataset.id].analysis, 0, NO_TRUTH).matrix
            for dataset in protocol.datasets
        ]
        sums = [
            [sum(cells) for cells in zip(*rows, strict=True)]
            for rows in zip(*matrices, strict=True)
        ]
        if sums != [list(row) for row in _confusion(report.counts.analysis, 0, NO_TRUTH).matrix]:
            yield "the confusion matrices of the data sets do not have the sum of all"
    kinds = list(protocol.targets) if protocol.spots else []
    if len(kinds) == 1 and (
        report.groups[kinds[0]] != report.metrics or report.group_counts[kinds[0]] != report.counts
    ):
        yield f"the group {kinds[0]} differs from the headline"
    if len(kinds) > 1:
        of_kinds = [_totals(report.group_counts[kind]) for kind in kinds]
        whole = _totals(report.group_counts["overall"])
        for count in ("tp", "fp", "fn"):
            if not sum(part[count] or 0 for part in of_kinds) == whole[count] == headline[count]:
                yield f"{count} of the kinds does not have the sum of overall"
    counted = report.counts.spotting
    truths = counted.tp + counted.fn if counted else headline["analysed"]
    if units.truths != truths:
        yield f"{units.truths} true expressions, but counts of {truths}"
    if counted and parse_signature(report.signature).get("thr") == "none":
        predictions = counted.tp + counted.fp
        if units.predictions != predictions:
            yield f"{units.predictions} predictions, but counts of {predictions}"


def _totals(counts: Counts) -> Mapping[str, int | None]:
    """Return the counts of which each subject has its own."""
    spotting, analysis = counts.spotting, counts.analysis
    values = [getattr(spotting, name) if spotting else None for name in ("tp", "fp", "fn")]
    values += [analysis.tp, analysis.total] if analysis else [None, None]
    return dict(zip(COUNT_NAMES, values, strict=True))


def _unexpected_counts(report: Report, protocol: Protocol) -> Iterator[str]:
    """Yield the counts that are not those of the complete data set."""
    expected, units = protocol.expected, report.units
    for name, number, found in (
        ("subjects", expected.subjects, units.subjects),
        ("videos", expected.videos, units.videos),
        ("true expressions", expected.samples, units.truths),
    ):
        if number is not None and number != found:
            yield f"{found} {name}, the protocol expects {number}"
    if not protocol.spots:
        missing = sum(row[-1] for row in _confusion(report.counts.analysis, 0, NO_TRUTH).matrix)
        if missing:
            yield f"{missing} samples without a prediction, and a board ranks only complete scores"
    complete = report.counts.analysis if not protocol.spots else report.counts.analysis_all
    for counts in (report.counts.analysis, complete):
        if counts is None:
            continue
        truths = map(sum, counts.confusion.matrix)
        by_class = dict(zip(map(normalize_label, counts.confusion.classes), truths, strict=True))
        for label, number in expected.classes.items():
            found = by_class.get(normalize_label(label), 0)
            if found > number or (counts is complete and found != number):
                yield f"{found} of the class {label}, the protocol expects {number}"
