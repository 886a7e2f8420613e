"""The result of an evaluation, and the score report that is built from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np

from mebench.diagnostics import Findings
from mebench.evaluation.completeness import summarize_differences
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.counts import ConfusionCounts, PooledCounts
from mebench.metrics.metric import Metric
from mebench.metrics.registry import metrics_of
from mebench.metrics.subject_counts import CountsPerSubject
from mebench.metrics.value import Undefined
from mebench.models import report as records
from mebench.models.annotation_table import (
    AnnotationTable,
    IntegerColumn,
    PredictionTable,
    TruthTable,
)
from mebench.models.base import Kind, SubjectKey
from mebench.models.protocol import Protocol
from mebench.models.report import FoldReport, Units


@dataclass(slots=True, eq=False, repr=False)
class EvaluationResult:
    """A counted case.

    Attributes
    ----------
    protocol, settings
        How it was scored.
    sheet, truth : sheets
        What was read.
    signature : str
        Fixes the number.
    units : Units
        What was scored.
    tally : CountsPerSubject
        Counts a subject.
    subjects : list of SubjectKey
        The tally's units.
    kinds : tuple of kind
        The kinds of the headline.
    folds : FoldReport
        What is known of the cross-validation.
    tests : list of list of int or None
        The test subjects of each fold.
    recount : callable
        Counts again by other units: from (unit of each video or sample, number of units).
    names : sequence of tuple
        (data set, subject, video or sample) in scope.
    """

    protocol: Protocol
    settings: ScoringOptions
    sheet: PredictionTable
    truth: TruthTable
    signature: str
    units: Units
    tally: CountsPerSubject
    subjects: list[SubjectKey]
    kinds: tuple[Kind, ...]
    folds: FoldReport
    tests: list[list[int]] | None
    recount: Callable[[IntegerColumn, int], CountsPerSubject]
    names: Sequence[tuple[str, str, str]]


def display_name(name: tuple[str, ...], protocol: Protocol) -> str:
    """Return a name for people; the data set only where there are several."""
    return "/".join(name if protocol.is_composite else name[1:])


def warn_if_incomplete(differ: list[str], protocol: Protocol, findings: Findings) -> None:
    """Warn of a truth that is not the complete data set."""
    if differ:
        findings.warning(
            "counts-differ",
            f"The truth is not the one {protocol.id} expects: {summarize_differences(differ)}.",
            "The signature says so, and a leaderboard refuses the row.",
        )


PartUnit = Literal["subject", "video", "dataset"]
InputRole = Literal["predictions", "truth"]

AVERAGED_OVER_FOLDS = ("spotting_f1", "analysis_f1", "uf1", "uar", "strs")


def build_report(
    case: EvaluationResult, findings: Findings, by: PartUnit | None = None
) -> records.Report:
    """Build the report of a case.

    Parameters
    ----------
    case : EvaluationResult
        What was counted.
    findings : Findings
        Warnings and notes that belong to the score.
    by : {"subject", "video", "dataset"}, optional
        Adds the same numbers for each of them.
    """
    protocol = case.protocol
    everything = case.tally.each_unit_once()
    headline = case.tally.pool(everything, case.kinds)
    named = dict(_groups(case))
    groups, group_counts = {}, {}
    for name, (weights, kinds) in named.items():
        pooled = case.tally.pool(weights, kinds)
        metrics = _metrics_of_group(case, name)
        groups[name] = metric_values(metrics, pooled)
        group_counts[name] = counts_record(pooled, metrics, protocol.classes)
    metrics = _metrics_of_group(case, "overall")
    sheets: list[tuple[InputRole, AnnotationTable]] = [
        ("predictions", case.sheet),
        ("truth", case.truth),
    ]
    return records.Report.model_construct(
        signature=case.signature,
        protocol=protocol.id,
        protocol_title=protocol.title,
        task=protocol.task,
        system=case.sheet.system,
        inputs=[
            records.InputFile.model_construct(
                role=role,
                file=Path(sheet.file).name if sheet.file else None,
                format=sheet.format,
                first_frame=sheet.first_frame if protocol.spots else None,
            )
            for role, sheet in sheets
        ],
        options=case.settings.as_record(),
        units=case.units,
        counts=counts_record(headline, _metrics_of_protocol(case), protocol.classes),
        metrics=metric_values(metrics, headline),
        details={one.id: one.detail(headline) for one in metrics if one.detail},
        groups=groups,
        group_counts=group_counts,
        mean_over_folds=_mean_over_folds(case, metrics),
        folds=case.folds,
        by=by,
        parts=None if by is None else list(_parts(case, by)),
        findings=[
            records.Finding.model_construct(
                code=one.code, severity=one.severity, message=one.message
            )
            for one in findings.kept
        ],
    )


def _groups(case: EvaluationResult) -> Iterable[tuple[str, tuple[IntegerColumn, tuple[Kind, ...]]]]:
    """Yield the groups of a report: kinds, their union, and the data sets of a composite."""
    everything = case.tally.each_unit_once()
    for kind in case.kinds:
        yield kind, (everything, (kind,))
    if len(case.kinds) > 1:
        yield "overall", (everything, case.kinds)
    if case.protocol.is_composite:
        for dataset in case.protocol.datasets:
            here = np.array([one.dataset == dataset.id for one in case.subjects], np.int64)
            yield dataset.id, (here, case.kinds)


def _metrics_of_protocol(case: EvaluationResult) -> list[Metric]:
    return metrics_of(case.protocol)


def _metrics_of_group(case: EvaluationResult, group: str) -> list[Metric]:
    """Return the metrics of a group: analysis belongs to micro where there are two kinds."""
    metrics = _metrics_of_protocol(case)
    if len(case.kinds) < 2 or group == "micro":
        return metrics
    return [metric for metric in metrics if "analysis" not in metric.needs]


def metric_values(metrics: Iterable[Metric], counts: PooledCounts) -> records.MetricMap:
    """Return the metrics' values over some counts."""
    return {metric.id: _value(metric, counts) for metric in metrics}


def _value(metric: Metric, counts: PooledCounts) -> records.MetricValue:
    value = metric.value(counts)
    if isinstance(value, Undefined):
        return records.MetricValue.model_construct(value=None, reason=value.reason)
    return records.MetricValue.model_construct(value=float(value))


def counts_record(
    counts: PooledCounts, metrics: Iterable[Metric], classes: list[str]
) -> records.Counts:
    """Return the integers behind some metrics."""
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
    return records.AnalysisCounts.model_construct(
        tp=confusion.correct,
        total=confusion.total,
        confusion=records.Confusion.model_construct(
            classes=list(classes), matrix=[list(row[:width]) for row in confusion.matrix]
        ),
        absent_classes=[classes[name] for name in confusion.absent],
    )


def _mean_over_folds(case: EvaluationResult, metrics: list[Metric]) -> records.MetricMap:
    """Average the folds that have a value; without stated folds each subject is one."""
    folds = case.tests or [[subject] for subject in range(len(case.subjects))]
    pooled = [case.tally.pool(case.tally.only_units(*fold), case.kinds) for fold in folds]
    means = {}
    for metric in metrics:
        if metric.id in AVERAGED_OVER_FOLDS:
            found = [metric.value(counts) for counts in pooled]
            defined = [value for value in found if not isinstance(value, Undefined)]
            means[metric.id] = (
                records.MetricValue.model_construct(
                    value=float(sum(Fraction(value) for value in defined) / len(defined))
                )
                if defined
                else records.MetricValue.model_construct(value=None, reason="no-fold")
            )
    return means


def _parts(case: EvaluationResult, by: PartUnit) -> Iterable[records.Part]:
    """Yield the same numbers for each subject, video (or sample) or data set, by name."""
    keys: list[tuple[str, ...]] = [
        name[: {"dataset": 1, "subject": 2, "video": 3}[by]] for name in case.names
    ]
    units = sorted(set(keys), key=natural_sort_key)
    place = {key: at for at, key in enumerate(units)}
    tally: CountsPerSubject = case.recount(
        np.array([place[key] for key in keys], np.int64), len(units)
    )
    metrics = _metrics_of_group(case, "overall")
    for at, key in enumerate(units):
        counts = tally.pool(tally.only_units(at), case.kinds)
        dataset, subject, video = (*key, None, None)[:3]
        yield records.Part.model_construct(
            dataset=dataset,
            subject=subject,
            video=video,
            counts=counts_record(counts, metrics, case.protocol.classes),
            metrics=metric_values(metrics, counts),
        )


def natural_sort_key(key: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Return a sort key under which ``s2`` comes before ``s10``."""
    import re

    return [
        (0, int(piece), "") if piece.isascii() and piece.isdigit() else (1, 0, piece)
        for part in key
        for piece in [*re.split(r"([0-9]+)", part), ""]
    ]
