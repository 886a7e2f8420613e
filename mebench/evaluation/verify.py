"""Verify a report: score again, and compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, Place, UsageError
from mebench.evaluation.score import ProtocolInput, resolve_protocol, score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature
from mebench.formats.loader import read_model
from mebench.models.report import Report

TOLERANCE = 1e-12

COMPARED = (
    *("protocol", "protocol_title", "task", "units", "counts", "metrics", "details"),
    *("groups", "group_counts", "mean_over_folds", "folds"),
)
"""The parts of a report that follow from the files and the options."""


def read_report(path: str | Path) -> Report:
    """Read a score report.

    Raises
    ------
    MebenchError
        If it is none.
    """
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
    """Score again with the report's own settings, and compare.

    Parameters
    ----------
    report : Report
        What is claimed.
    predictions, truth : path
        The files.
    protocol : optional
        By default the one the report names.

    Returns
    -------
    list of str
        What differs; empty where the report holds.
    """
    settings = ScoringOptions.of_record(report.options)
    if protocol is None:
        if "rules" in parse_signature(report.signature):
            raise UsageError.of(
                "protocol-needed",
                f"The report was made under a user's own protocol, {report.protocol}.",
                "Pass that file with --protocol.",
                Place(),
            )
        place = Place(pointer="/protocol")
        protocol = resolve_protocol(None, report.protocol, place)
    again = score_with_options(predictions, truth, protocol, settings, by=report.by)
    found = []
    claimed, computed = parse_signature(report.signature), parse_signature(again.signature)
    for name in dict.fromkeys([*claimed, *computed]):
        one, other = claimed.get(name, "nothing"), computed.get(name, "nothing")
        if one != other:
            found.append(f"signature: {name} is {one} in the report, {other} computed")
    ours, theirs = again.to_json(), report.to_json()
    for part in COMPARED:
        found += report_differences(part, theirs[part], ours[part])
    return found


def report_differences(where: str, claimed: Any, computed: Any) -> list[str]:
    """Compare plain data; numbers may differ by rounding.

    Parameters
    ----------
    where : str
        What it is, for the lines.
    claimed, computed : plain data
        What a report says, and what was found.

    Returns
    -------
    list of str
        A line for each difference.
    """
    if isinstance(claimed, dict) and isinstance(computed, dict):
        return [
            line
            for name in dict.fromkeys([*claimed, *computed])
            for line in report_differences(f"{where}.{name}", claimed.get(name), computed.get(name))
        ]
    if isinstance(claimed, list) and isinstance(computed, list) and len(claimed) == len(computed):
        return [
            line
            for place, (one, other) in enumerate(zip(claimed, computed, strict=True))
            for line in report_differences(f"{where}[{place}]", one, other)
        ]
    if isinstance(claimed, float) and isinstance(computed, float):
        same = abs(claimed - computed) <= TOLERANCE
    else:
        same = claimed == computed
    shown = where.removesuffix(".value")
    return [] if same else [f"{shown}: {claimed} in the report, {computed} computed"]
