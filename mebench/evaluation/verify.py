"""Verify a report: score the files again and compare the two reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, Place, UsageError
from mebench.evaluation.score import ProtocolInput, resolve_protocol, score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature, signature_differences
from mebench.formats.loader import read_model
from mebench.models.report import Report

TOLERANCE = 1e-12

COMPARED = (
    *("protocol", "protocol_title", "task", "units", "counts", "metrics", "details"),
    *("groups", "group_counts", "mean_over_folds", "folds"),
)
"""The parts of a report that depend only on the files and the options."""

WORDING = "folds.text"
"""A sentence made from the other fields; its wording may change between versions."""


def read_report(path: str | Path) -> Report:
    """Read a score report."""
    findings = Findings()
    report = read_model(path, Report, findings)
    findings.raise_errors()
    assert report is not None
    return report


def verify(
    report: Report,
    predictions: str | Path,
    truth: str | Path | None,
    protocol: ProtocolInput | None = None,
) -> list[str]:
    """Score again with the options of a report; return one line per difference.

    By default the protocol is the one that the report names.
    """
    options = ScoringOptions.from_record(report.options)
    if protocol is None:
        if "rules" in parse_signature(report.signature):
            raise UsageError.of(
                "protocol-needed",
                f"The report was computed under a user-defined protocol, {report.protocol}.",
                "Pass the protocol file with --protocol.",
            )
        protocol = resolve_protocol(None, report.protocol, Place(pointer="/protocol"))
    computed = score_with_options(predictions, truth, protocol, options, by=report.by)
    differences = [
        f"signature: {name} is {claimed or 'nothing'} in the report, {found or 'nothing'} computed"
        for name, (claimed, found) in signature_differences(
            report.signature, computed.signature
        ).items()
    ]
    claimed_data, computed_data = report.to_json(), computed.to_json()
    for part in COMPARED:
        differences += report_differences(part, claimed_data[part], computed_data[part])
    return differences


def report_differences(where: str, claimed: Any, computed: Any) -> list[str]:
    """Compare a part of two reports; return one line per difference.

    Numbers may differ by rounding. ``where`` is the name of the part in the lines.
    """
    if where == WORDING:
        return []
    if isinstance(claimed, dict) and isinstance(computed, dict):
        return [
            line
            for name in dict.fromkeys([*claimed, *computed])
            for line in report_differences(f"{where}.{name}", claimed.get(name), computed.get(name))
        ]
    if isinstance(claimed, list) and isinstance(computed, list) and len(claimed) == len(computed):
        return [
            line
            for index, pair in enumerate(zip(claimed, computed, strict=True))
            for line in report_differences(f"{where}[{index}]", *pair)
        ]
    if isinstance(claimed, float) and isinstance(computed, float):
        same = abs(claimed - computed) <= TOLERANCE
    else:
        same = claimed == computed
    name = where.removesuffix(".value")
    return [] if same else [f"{name}: {claimed} in the report, {computed} computed"]
