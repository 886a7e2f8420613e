"""Score several systems on the same truth, and rank them by value, without a significance test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mebench.diagnostics import Diagnostic, Findings, MebenchError, UsageError
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import SIGNATURE_PARTS_THAT_MAY_DIFFER, signature_differences
from mebench.metrics.registry import METRICS_BY_ID, headline_metric
from mebench.models.report import Report
from mebench.util.text import did_you_mean


def rank_systems(
    predictions: Sequence[Path],
    truth: Path | None,
    protocol: str | None,
    options: ScoringOptions,
    *,
    sort: str | None = None,
) -> tuple[list[Report], str]:
    """Return the reports of several files, the best first, and the metric that ranks them.

    All files are scored with the same truth, protocol and options. ``sort`` is the metric to rank
    by; by default the protocol's headline. The errors of all files are raised together;
    ``not-comparable`` if the rules or the truth differ.
    """
    reports: list[Report] = []
    errors: list[Diagnostic] = []
    omitted: Counter[str] = Counter()
    for path in predictions:
        try:
            reports.append(score_with_options(path, truth, protocol, options))
        except UsageError:
            raise
        except MebenchError as error:
            errors.extend(error.diagnostics)
            omitted.update(error.omitted)
    if errors:
        raise MebenchError(errors, omitted)
    _raise_if_not_comparable(reports)
    metric = sort or headline_metric(reports[0].metrics).id
    if metric not in reports[0].metrics:
        raise UsageError.of(
            "unknown-metric",
            f"{reports[0].protocol} has no metric {metric!r}."
            + did_you_mean(metric, reports[0].metrics),
            f"Its metrics are {', '.join(reports[0].metrics)}.",
        )
    sign = -1 if METRICS_BY_ID[metric].better == "higher" else 1

    def rank(report: Report) -> tuple[bool, float]:
        value = report.metrics[metric].value
        return value is None, 0.0 if value is None else sign * value

    return sorted(reports, key=rank), metric


def _raise_if_not_comparable(reports: list[Report]) -> None:
    findings = Findings()
    first = reports[0]
    for report in reports[1:]:
        different = [
            name
            for name in signature_differences(first.signature, report.signature)
            if name not in SIGNATURE_PARTS_THAT_MAY_DIFFER
        ]
        if different:
            findings.error(
                "not-comparable",
                f"The signatures of {report.inputs[0].file} and {first.inputs[0].file} differ "
                f"in {', '.join(different)}: {report.signature}",
                "Compare only scores under the same rules, on the same truth.",
            )
    findings.raise_errors()
