"""The result of an evaluation, and the score report that is built from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.ground_truth import GroundTruth
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.counts import KIND_UNKNOWN, ConfusionCounts, PooledCounts
from mebench.metrics.expressions import Expressions
from mebench.metrics.metric import Metric
from mebench.metrics.ratios import Undefined, Value
from mebench.metrics.registry import metrics_of
from mebench.metrics.replicates import SubjectSums
from mebench.metrics.subject_counts import CountsPerSubject
from mebench.metrics.unit_rows import ALL
from mebench.models import report as records
from mebench.models.annotation_table import (
    AnnotationTable,
    BoolColumn,
    IntegerColumn,
    PredictionTable,
)
from mebench.models.base import Kind
from mebench.models.protocol import Protocol
from mebench.models.report import FoldReport, Units
from mebench.statistics.intervals import Interval, IntervalEstimator
from mebench.statistics.jackknife import exact_mean

if TYPE_CHECKING:
    from mebench.formats.external_formats import Role


@dataclass(slots=True, eq=False, repr=False)
class EvaluationResult:
    """The counts of an evaluation, with everything that a report needs.

    ``sums`` has their matrices. ``kinds`` are those that the headline metrics pool, ``tests`` the
    test subjects of each fold. ``recount`` counts per other units: from the unit of each video or
    sample, and ``units=N``. ``predicted`` are the predictions that are counted: the expressions, or
    the class of each sample. If not ``kinds_known``, only the sum over the kinds has a meaning.
    ``log`` has the counts of a log.
    """

    protocol: Protocol
    options: ScoringOptions
    predictions: PredictionTable
    truth: GroundTruth
    signature: str
    units: Units
    subject_counts: CountsPerSubject
    sums: SubjectSums
    kinds: tuple[Kind, ...]
    folds: FoldReport
    tests: list[list[int]] | None
    recount: Callable[..., CountsPerSubject]
    predicted: Expressions | IntegerColumn
    kinds_known: bool = True
    log: records.LogVerdicts | None = None


PartUnit = Literal["subject", "video", "dataset"]

AVERAGED_OVER_FOLDS = ("spotting_f1", "analysis_f1", "uf1", "uar", "strs")


def build_report(
    result: EvaluationResult,
    findings: Findings,
    by: PartUnit | None = None,
    *,
    intervals: bool = True,
) -> records.Report:
    """Build the report of an evaluation.

    ``findings`` belong to the score; ``by`` adds the same numbers per subject, video or data set.
    ``intervals`` is whether metrics have confidence intervals.
    """
    protocol = result.protocol
    headline = result.subject_counts.pool(result.kinds)
    metrics = metrics_of_group(result, "overall")
    counts = _counts_record(headline, metrics_of(protocol), protocol.classes)
    groups: dict[str, records.MetricMap] = {}
    group_counts: dict[str, records.Counts] = {}
    for name, kinds, subjects in groups_of(result):
        of_group = metrics_of_group(result, name)
        is_headline = subjects is None and kinds == result.kinds
        pooled, sums = headline, result.sums
        if not is_headline:
            pooled = result.subject_counts.pool(kinds, ALL if subjects is None else subjects)
        if name in result.kinds and not result.kinds_known:
            groups[name] = {metric.id: _metric_value(KIND_UNKNOWN) for metric in of_group}
            group_counts[name] = _counts_record(pooled, [], protocol.classes)
            continue
        if not is_headline and intervals:
            sums = SubjectSums.of(result.subject_counts, kinds, subjects)
        groups[name] = _metric_values(of_group, pooled, sums if intervals else None, protocol)
        is_all = is_headline and len(kinds) == 1
        group_counts[name] = (
            counts if is_all else _counts_record(pooled, of_group, protocol.classes)
        )
    values = groups.get("overall" if len(result.kinds) > 1 else next(iter(result.kinds), ""))
    if values is None:
        values = _metric_values(metrics, headline, result.sums if intervals else None, protocol)
    tables: dict[Role, AnnotationTable] = {
        "predictions": result.predictions,
        "truth": result.truth.table,
    }
    return records.Report.model_construct(
        signature=result.signature,
        protocol=protocol.id,
        protocol_title=protocol.title,
        task=protocol.task,
        system=result.predictions.system,
        inputs=[
            records.InputFile.model_construct(
                role=role,
                file=Path(table.file).name if table.file else None,
                format=table.format,
                first_frame=table.first_frame if protocol.spots else None,
            )
            for role, table in tables.items()
        ],
        options=result.options.to_record(),
        units=result.units,
        counts=counts,
        metrics=values,
        classes=_class_scores(counts.analysis),
        # Undefined for the same reason as the metrics: a video without a prediction is left out.
        classes_all=_class_scores(counts.analysis_all)
        if "accuracy_all" in values and values["accuracy_all"].value is not None
        else [],
        details={metric.id: metric.detail(headline) for metric in metrics if metric.detail},
        groups=groups,
        group_counts=group_counts,
        log=result.log,
        mean_over_folds=_mean_over_folds(result, metrics),
        folds=result.folds,
        by=by,
        parts=None if by is None else list(_parts(result, by)),
        findings=[
            records.Finding.model_construct(
                code=diagnostic.code, severity=diagnostic.severity, message=diagnostic.message
            )
            for diagnostic in findings.kept
        ],
    )


def groups_of(
    result: EvaluationResult,
) -> Iterable[tuple[str, tuple[Kind, ...], BoolColumn | None]]:
    """Yield name, kinds and subjects of each group: kinds, their union, and data sets."""
    for kind in result.kinds:
        yield kind, (kind,), None
    if len(result.kinds) > 1:
        yield "overall", result.kinds, None
    if result.protocol.is_composite:
        for dataset in result.protocol.datasets:
            in_dataset = [subject.dataset == dataset.id for subject in result.truth.subjects]
            yield dataset.id, result.kinds, np.array(in_dataset, bool)


def metrics_of_group(result: EvaluationResult, group: str) -> list[Metric]:
    """Return the metrics of a group; with two kinds, emotions are analyzed only for micro."""
    own = [own.metric for own in result.options.own_metrics]
    metrics = [*metrics_of(result.protocol), *own]
    if len(result.kinds) < 2 or group == "micro":
        return metrics
    return [metric for metric in metrics if "analysis" not in metric.needs]


def _metric_values(
    metrics: Iterable[Metric],
    counts: PooledCounts,
    sums: SubjectSums | None,
    protocol: Protocol,
) -> records.MetricMap:
    """Return the values of metrics; ``sums`` give them confidence intervals."""
    values = {metric: metric.value(counts) for metric in metrics}
    intervals: dict[Metric, Interval] = {}
    if sums is not None:
        defined = {
            metric: float(value)
            for metric, value in values.items()
            if not isinstance(value, Undefined)
        }
        intervals = IntervalEstimator(sums).intervals(defined)
    return {
        metric.id: _metric_value(value, intervals.get(metric), protocol.classes)
        for metric, value in values.items()
    }


def _metric_value(
    value: Value, interval: Interval | None = None, classes: Sequence[str] = ()
) -> records.MetricValue:
    if isinstance(value, Undefined):
        return records.MetricValue.model_construct(value=None, reason=value.reason)
    ci95 = None
    if interval is not None:
        ci95 = records.ConfidenceInterval.model_construct(
            low=interval.low,
            high=interval.high,
            method=interval.method,
            reason=interval.reason or None,
            few={classes[index]: numbers for index, *numbers in interval.few} or None,
        )
    return records.MetricValue.model_construct(value=float(value), reason=None, ci95=ci95)


def _counts_record(
    counts: PooledCounts, metrics: Iterable[Metric], classes: list[str]
) -> records.Counts:
    """Return the counts from which metrics are computed."""
    needs = frozenset().union(*(metric.needs for metric in metrics))
    top_predictions = counts.top_predictions
    return records.Counts.model_construct(
        spotting=records.SpottingCounts.model_construct(
            tp=counts.hits,
            fp=counts.predictions - counts.hits,
            fn=counts.truths - counts.hits,
        )
        if "spotting" in needs
        else None,
        analysis=_analysis(counts.analysis, classes, missing="spotting" not in needs)
        if "analysis" in needs
        else None,
        analysis_all=_analysis(top_predictions.confusion, classes, missing=True)
        if top_predictions is not None and top_predictions.undefined is None and "analysis" in needs
        else None,
    )


def _analysis(
    confusion: ConfusionCounts, classes: list[str], *, missing: bool
) -> records.AnalysisCounts:
    width = len(classes) + missing
    rows = {row: list(row[:width]) for row in confusion.matrix}  # most rows of many are equal
    return records.AnalysisCounts.model_construct(
        tp=confusion.correct,
        total=confusion.total,
        confusion=records.Confusion.model_construct(
            classes=list(classes), matrix=[rows[row] for row in confusion.matrix]
        ),
        absent_classes=[classes[name] for name in confusion.absent],
    )


def _class_scores(counts: records.AnalysisCounts | None) -> list[records.ClassScores]:
    """Return precision, recall and F1 of each class of a confusion matrix."""
    if counts is None:
        return []
    matrix = counts.confusion.matrix
    columns = [*zip(*matrix, strict=True)]
    numbers = [(sum(row), sum(columns[index]), row[index]) for index, row in enumerate(matrix)]
    return [
        records.ClassScores.model_construct(
            name=name,
            truths=truths,
            predictions=predictions,
            hits=hits,
            precision=hits / max(1, predictions),
            recall=hits / max(1, truths),
            f1=2 * hits / max(1, truths + predictions),
        )
        for name, (truths, predictions, hits) in zip(counts.confusion.classes, numbers, strict=True)
    ]


def _mean_over_folds(result: EvaluationResult, metrics: list[Metric]) -> records.MetricMap:
    """Average over the folds with a value; without stated folds each subject is a fold."""
    sums = result.sums if result.tests is None else result.sums.grouped(result.tests)
    averaged = [metric for metric in metrics if metric.id in AVERAGED_OVER_FOLDS]
    means: records.MetricMap = {}
    for metric, values in zip(averaged, sums.each(averaged), strict=True):
        defined = values[~np.isnan(values)]
        mean = exact_mean(defined) if len(defined) else Undefined("no-fold")
        means[metric.id] = _metric_value(mean)
    return means


def _parts(result: EvaluationResult, by: PartUnit) -> Iterable[records.Part]:
    """Yield the numbers of each subject, video (or sample) or data set, in natural order."""
    length = {"dataset": 1, "subject": 2, "video": 3}[by]
    keys = [name[:length] for name in result.truth.names]
    units = sorted(set(keys), key=natural_sort_key)
    index_of = {key: index for index, key in enumerate(units)}
    unit_of_name = np.array([index_of[key] for key in keys], np.int64)
    unit_counts = result.recount(unit_of_name, units=len(units))
    metrics = metrics_of_group(result, "overall")
    # Small parts often have the same counts, so their numbers are computed once.
    known: dict[object, tuple[records.Counts, records.MetricMap]] = {}
    for index, key in enumerate(units):
        identity = unit_counts.key(index)
        if identity not in known:
            counts = unit_counts.pool(result.kinds, [index])
            known[identity] = (
                _counts_record(counts, metrics, result.protocol.classes),
                _metric_values(metrics, counts, None, result.protocol),
            )
        dataset, subject, video = (*key, None, None)[:3]
        yield records.Part.model_construct(
            dataset=dataset,
            subject=subject,
            video=video,
            counts=known[identity][0],
            metrics=known[identity][1],
        )


def natural_sort_key(key: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Return a sort key under which ``s2`` comes before ``s10``."""
    import re

    return [
        (0, int(piece), "") if piece.isascii() and piece.isdigit() else (1, 0, piece)
        for part in key
        for piece in [*re.split(r"([0-9]+)", part), ""]
    ]
