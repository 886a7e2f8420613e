"""Compare systems on the same truth; ``mebench compare`` and ``mebench.compare`` call it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.build_report import (
    EvaluationResult,
    build_report,
    groups_of,
    metrics_of_group,
)
from mebench.evaluation.comparison_text import conclusion_of
from mebench.evaluation.inputs import PredictionsInput, ProtocolInput, TruthInput
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import SIGNATURE_PARTS_THAT_MAY_DIFFER, signature_differences
from mebench.metrics.metric import Metric
from mebench.metrics.registry import RANKED_METRICS, headline_metric, suggest_metrics
from mebench.metrics.replicates import SubjectSums
from mebench.metrics.subject_counts import CountsPerSubject
from mebench.models import comparison as records
from mebench.models.report import Finding, MetricMap, Report
from mebench.protocols.id_matching import canonical_name
from mebench.statistics import comparison as statistics
from mebench.statistics.jackknife import effective_subjects
from mebench.util.arguments import check_argument
from mebench.util.short_paths import distinct_names
from mebench.util.text import did_you_mean, pluralize


@dataclass(slots=True)
class _Scored:
    """A system that was scored: its counts, its report, and what was found."""

    result: EvaluationResult
    report: Report
    file: str | None
    findings: Findings


def compare_with_options(
    predictions: Sequence[PredictionsInput],
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    *,
    metrics: Sequence[str] | None = None,
    group: str | None = None,
    baseline: int | None = None,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> records.Comparison:
    """Compare systems on the same truth, with the subject as the unit.

    ``metrics`` are ids, by default the main ones of the protocol, and those of other packages that
    the options name; ``group`` is a kind, ``overall`` or a data set; ``baseline`` is the position
    of the system with which the others are compared, by default all pairs are; ``names`` are those
    of the systems.
    """
    number = len(predictions)
    check_argument("predictions", predictions, number > 1, "a list of at least two predictions")
    check_argument("seed", seed, type(seed) is int and seed >= 0, "a number from 0 on")
    is_position = baseline is None or (type(baseline) is int and 0 <= baseline < number)
    check_argument("baseline", baseline, is_position, "the position of a system or None")
    systems = _score_all(predictions, truth, protocol, options)
    _check_comparable(systems)
    first = systems[0].result
    chosen = _chosen_metrics(systems, group, metrics)
    pairs = list(combinations(range(number), 2))
    if baseline is not None:
        pairs = [(baseline, other) for other in range(number) if other != baseline]
    sums = [_aligned_sums(system.result, first, group) for system in systems]
    compared = statistics.compare(sums, chosen, pairs, seed=seed)
    names = list(names) if names is not None else _names(systems)
    values = [_values_of(system.report, group, chosen) for system in systems]
    result = records.Comparison.model_construct(
        protocol=first.protocol.id,
        protocol_title=first.protocol.title,
        task=first.protocol.task,
        group=group,
        subjects=len(sums[0]),
        effective_subjects=effective_subjects(sums[0].truths),
        truths=int(sums[0].truths.sum()),
        seed=seed,
        swaps="enumerated" if statistics.enumerates_swaps(len(sums[0])) else "random",
        family="all-pairs" if baseline is None else "baseline",
        baseline=baseline,
        systems=[
            records.ComparedSystem.model_construct(
                name=name, file=system.file, signature=system.report.signature, metrics=of_system
            )
            for name, system, of_system in zip(names, systems, values, strict=True)
        ],
        pairs=[
            records.ComparedPair.model_construct(
                first=one,
                second=other,
                metrics={
                    metric.id: _difference(metric, difference, values[one], values[other])
                    for metric, difference in of_pair.items()
                },
            )
            for (one, other), of_pair in compared.items()
        ],
        own_metrics=options.to_record().metrics,
        headline=headline_of([metric.id for metric in chosen]),
        conclusion="",
        findings=_findings(names, systems),
    )
    return result.model_copy(update={"conclusion": conclusion_of(result)})


def headline_of(metrics: Sequence[str]) -> str:
    """Return the metric of the conclusion: the one that ranks systems, or else the first one."""
    try:
        return headline_metric(metrics).id
    except StopIteration:
        return metrics[0]


def _score_all(
    predictions: Sequence[PredictionsInput],
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
) -> list[_Scored]:
    """Score all systems; the problems of all files are raised together."""
    scored, problems = [], Findings()
    only_usage_errors = True
    files = distinct_names(one for one in predictions if isinstance(one, str | Path))
    for source in predictions:
        findings = Findings()
        try:
            result = evaluate_predictions(source, truth, protocol, options, findings)
        except MebenchError as error:
            only_usage_errors &= isinstance(error, UsageError)
            problems.extend_from(error)
            continue
        report = build_report(result, findings)
        file = files[str(source)] if isinstance(source, str | Path) else None
        scored.append(_Scored(result, report, file, findings))
    if problems.has_errors:
        kind = UsageError if only_usage_errors else MebenchError
        raise kind(list(dict.fromkeys(problems.kept)), problems.omitted)
    return scored


def _check_comparable(systems: Sequence[_Scored]) -> None:
    """Refuse systems whose signatures differ in more than the predictions and the threshold."""
    findings, model = Findings(), systems[0].report
    for system in systems[1:]:
        differences = [
            f"{name}:{ours or 'nothing'} and {name}:{theirs or 'nothing'}"
            for name, (ours, theirs) in signature_differences(
                model.signature, system.report.signature
            ).items()
            if name not in SIGNATURE_PARTS_THAT_MAY_DIFFER
        ]
        if differences:
            files = [name or "(memory)" for name in (systems[0].file, system.file)]
            findings.error(
                "not-comparable",
                f"The signatures of {files[0]} and {files[1]} have {'; '.join(differences)}.",
                "Compare systems that are scored by the same rules on the same truth; pass --truth "
                "FILE to score logs on another truth than their own.",
                Place(file=system.file or ""),
            )
    findings.raise_errors()


def _chosen_metrics(
    systems: Sequence[_Scored], group: str | None, names: Sequence[str] | None
) -> list[Metric]:
    """Return the metrics to compare, in the order of tables.

    If none is named, these are the main ones of which any system has a value, and own ones.
    """
    result, reports = systems[0].result, [system.report for system in systems]
    groups = [name for name, _, _ in groups_of(result)]
    if group is not None and group not in groups:
        raise UsageError.of(
            "group-unknown",
            f"{result.protocol.id} has no group {group!r}." + did_you_mean(group, groups),
            f"Its groups are: {', '.join(groups) or 'none'}.",
        )
    metrics = {metric.id: metric for metric in metrics_of_group(result, group or "overall")}
    if names is None:
        main = [name for name in RANKED_METRICS[result.protocol.task] if name in metrics]
        values = [_values_of(report, group, [metrics[name] for name in main]) for report in reports]
        names = [name for name in main if any(one[name].value is not None for one in values)]
        own = [own.metric.id for own in result.options.own_metrics if own.metric.id in metrics]
        names = (names or main) + own
    is_list = not isinstance(names, str) and len(names) > 0
    check_argument("metrics", names, is_list, "a list of metric ids")
    for name in names:
        if name not in metrics:
            raise UsageError.of(
                "unknown-metric",
                f"{result.protocol.id} has no metric {name!r}." + suggest_metrics(name, metrics),
                f"Its metrics are {', '.join(metrics)}.",
            )
    return [metric for name, metric in metrics.items() if name in names]


def _aligned_sums(
    result: EvaluationResult, model: EvaluationResult, group: str | None
) -> SubjectSums:
    """Return the counts of a system, with the subjects in the order of another result."""
    kinds, selected = result.kinds, None
    for name, of_group, subjects in groups_of(model):
        if name == group:
            kinds, selected = of_group, subjects
    return SubjectSums.of(_aligned_counts(result, model), kinds, selected)


def _aligned_counts(result: EvaluationResult, model: EvaluationResult) -> CountsPerSubject:
    names, order = _subjects(result), _subjects(model)
    if names == order:
        return result.subject_counts
    # Each of the two truths is part of a log, and they list the subjects in different orders.
    place = {subject: index for index, subject in enumerate(order)}
    position = np.array([place[subject] for subject in names], np.int64)
    return result.recount(position[result.truth.subject_index], units=len(order))


def _subjects(result: EvaluationResult) -> list[tuple[str, str]]:
    protocol = result.protocol
    return [canonical_name(protocol, (*key, ""))[:2] for key in result.truth.subjects]


def _names(systems: Sequence[_Scored]) -> list[str]:
    """Return a unique name per system: its own, or that of its file, with a number if needed."""
    own = [system.report.system.name if system.report.system else None for system in systems]
    counts = Counter(own)
    names: list[str] = []
    for system, name in zip(systems, own, strict=True):
        unique = name if name and counts[name] == 1 else system.file or name or "system"
        number = sum(unique in (earlier, earlier.rpartition(" (")[0]) for earlier in names)
        names.append(f"{unique} ({number + 1})" if number else unique)
    return names


def _values_of(report: Report, group: str | None, metrics: Sequence[Metric]) -> MetricMap:
    values = report.metrics if group is None else report.groups[group]
    return {metric.id: values[metric.id] for metric in metrics}


def _difference(
    metric: Metric, found: statistics.Difference, first: MetricMap, second: MetricMap
) -> records.MetricDifference:
    """Return the record of a difference."""
    if first[metric.id].value is None or second[metric.id].value is None:
        # Also where a log does not state the kinds, so that a sum over them has no meaning.
        found = statistics.Difference(reason="no-value")
    verdict: records.Verdict | None = None
    if found.adjusted_p is not None and found.value is not None:
        is_gain = (found.value > 0) == (metric.better == "higher")
        verdict = "second-better" if is_gain else "first-better"
        verdict = verdict if found.is_significant else "not-distinguishable"
    return records.MetricDifference.model_construct(
        difference=found.value,
        low=found.low,
        high=found.high,
        p=found.p,
        adjusted_p=found.adjusted_p,
        detectable=found.detectable,
        swap_p=found.swap_p,
        wins=found.wins,
        ties=found.ties,
        losses=found.losses,
        verdict=verdict,
        reason=found.reason or None,
    )


def _findings(names: Sequence[str], systems: Sequence[_Scored]) -> list[Finding]:
    """Return the findings of all systems; those that not all have begin with the name."""
    found = []
    for system in systems:
        left_out = system.report.units.subjects_left_out
        if left_out:
            names_left_out = ", ".join(left_out[:5]) + " and others" * (len(left_out) > 5)
            system.findings.warning(
                "leaves-out-subjects",
                f"{pluralize(len(left_out), 'subject')} left out: {names_left_out}. Their "
                "expressions count as missed.",
                "Predict for all subjects.",
            )
        found.append([(one.code, one.severity, one.message) for one in system.findings.kept])
    everywhere = [key for key in found[0] if all(key in others for others in found)]
    rows = list(dict.fromkeys(everywhere))
    for name, of_system in zip(names, found, strict=True):
        rows += [
            (code, severity, f"{name}: {message}")
            for code, severity, message in of_system
            if (code, severity, message) not in everywhere
        ]
    return [
        Finding.model_construct(code=code, severity=severity, message=message)
        for code, severity, message in rows
    ]
