"""Score several systems on the same truth, and rank them by value, without a significance test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mebench.diagnostics import Diagnostic, MebenchError, Place, UsageError
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import (
    SIGNATURE_PARTS_THAT_MAY_DIFFER,
    parse_signature,
    signature_differences,
)
from mebench.metrics.registry import definition_of, headline_metric, suggest_metrics
from mebench.models.report import Report
from mebench.util.short_paths import distinct_names


@dataclass(slots=True)
class Ranking:
    """The reports of several files, and what is wrong with the other files.

    The best report comes first; reports that leave out subjects come last and have no rank.
    ``metric`` ranks them. ``refused`` are the files without a report, with their problems in
    ``errors``; ``omitted`` counts further problems per code.
    """

    reports: list[Report] = field(default_factory=list)
    metric: str = ""
    refused: list[Path] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)
    omitted: Counter[str] = field(default_factory=Counter)

    def refuse(self, path: Path, error: MebenchError) -> None:
        """Record the problems of a file; the same problem of several files is recorded once."""
        self.refused.append(path)
        known = set(self.errors)
        named = (
            one if one.place.file else replace(one, place=replace(one.place, file=str(path)))
            for one in error.diagnostics
        )
        self.errors += [one for one in named if one not in known]
        self.omitted.update(error.omitted)


def rank_systems(
    predictions: Sequence[Path],
    truth: Path | None,
    protocol: str | None,
    options: ScoringOptions,
    *,
    sort: str | None = None,
    ci: bool = True,
) -> Ranking:
    """Score several files with the same truth, protocol and options, and rank them.

    ``sort`` is the metric to rank by; by default the protocol's headline. ``ci`` is whether metrics
    have intervals. A file that cannot be
    scored, or was scored under other rules or on another truth than most, is refused and the rest
    is ranked. A report names its file by the shortest end of its path that no other file has. If
    nothing is left to rank, the problems are raised.
    """
    ranking = Ranking()
    scored: list[tuple[Path, Report]] = []
    names = distinct_names(predictions)
    only_usage_errors = True
    for path in predictions:
        try:
            report = score_with_options(path, truth, protocol, options, ci=ci)
            scored.append((path, _with_name(report, names[str(path)])))
        except MebenchError as error:
            only_usage_errors &= isinstance(error, UsageError)
            ranking.refuse(path, error)
    ranking.reports = _comparable(scored, ranking)
    if not ranking.reports:
        kind = UsageError if only_usage_errors and not scored else MebenchError
        raise kind(ranking.errors, ranking.omitted)
    first = ranking.reports[0]
    ranking.metric = metric = sort or headline_metric(first.metrics).id
    if metric not in first.metrics:
        raise UsageError.of(
            "unknown-metric",
            f"{first.protocol} has no metric {metric!r}." + suggest_metrics(metric, first.metrics),
            f"Its metrics are {', '.join(first.metrics)}.",
        )
    sign = -1 if definition_of(metric, first.options.metrics).better == "higher" else 1

    def rank(report: Report) -> tuple[bool, bool, float]:
        value = report.metrics[metric].value
        left_out = bool(report.units.subjects_left_out)
        return left_out, value is None, 0.0 if value is None else sign * value

    ranking.reports.sort(key=rank)
    return ranking


def _with_name(report: Report, name: str) -> Report:
    """Return a report with a name of the prediction file that no other file has."""
    predictions, *others = report.inputs
    named = predictions.model_copy(update={"file": name})
    return report.model_copy(update={"inputs": [named, *others]})


def _comparable(scored: Sequence[tuple[Path, Report]], ranking: Ranking) -> list[Report]:
    """Return the reports under the most frequent rules and truth; refuse the others.

    If two are equally frequent, nothing is left.
    """
    parts = [parse_signature(report.signature) for _, report in scored]
    rules = [
        tuple(pair for pair in one.items() if pair[0] not in SIGNATURE_PARTS_THAT_MAY_DIFFER)
        for one in parts
    ]
    if len(set(rules)) < 2:
        return [report for _, report in scored]
    (most, count), (_, second) = Counter(rules).most_common(2)
    model = scored[rules.index(most)][1]
    for (path, report), own in zip(scored, rules, strict=True):
        if own == most:
            continue
        different = [
            name
            for name in signature_differences(model.signature, report.signature)
            if name not in SIGNATURE_PARTS_THAT_MAY_DIFFER
        ]
        ranking.refuse(
            path,
            MebenchError.of(
                "not-comparable",
                f"The signatures of {report.inputs[0].file} and {model.inputs[0].file} differ "
                f"in {', '.join(different)}: {report.signature}",
                "Compare only scores under the same rules, on the same truth.",
                Place(file=str(path)),
            ),
        )
    if count == second:
        return []
    return [report for (_, report), own in zip(scored, rules, strict=True) if own == most]
