"""Verify a report: score the files again and compare everything that the two reports state."""

from __future__ import annotations

import re
from collections.abc import Collection, Set
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from mebench.diagnostics import Findings, Place, UsageError
from mebench.evaluation.inputs import ProtocolInput, resolve_protocol
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature, signature_differences
from mebench.formats.loader import read_model
from mebench.metrics.find_metrics import is_installed
from mebench.models.report import MetricDefinition, Report

Content = TypeVar("Content")

TOLERANCE = 1e-12

COMPARED = (
    *("protocol", "protocol_title", "task", "units", "counts", "metrics", "details"),
    *("groups", "group_counts", "mean_over_folds", "folds"),
)
"""The parts of a report that depend only on the files and the options."""

WORDING = "folds.text"
"""A sentence made from the other fields; its wording may change between versions."""

HOW_TRUTH_WAS_FOUND = ("truth-shipped", "truth-from-log")
"""Notes that depend on whether the truth was given, and not on its content."""


class Verification(NamedTuple):
    """The result of a verification.

    Attributes
    ----------
    differences : list of str
        One line per field in which the report and the new score differ.
    unchecked : list of str
        One line per field that the files cannot confirm.
    """

    differences: list[str]
    unchecked: list[str]


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
) -> Verification:
    """Score again with the options of a report, and compare all its fields.

    By default the protocol is the one that the report names. The names of the files and the notes
    on how the truth was found need not be the same; they are then listed as not checked, and so
    are the options, and metrics of packages that are not installed.
    """
    missing = [one for one in report.options.metrics or () if not is_installed(one.id)]
    report = _without_metrics(report, {metric.id for metric in missing})
    options = ScoringOptions.from_record(report.options)
    if protocol is None:
        if "rules" in parse_signature(report.signature):
            raise UsageError.of(
                "protocol-needed",
                f"The report was computed under a user-defined protocol, {report.protocol}.",
                "Pass the protocol file with --protocol.",
            )
        protocol = resolve_protocol(None, report.protocol, Place(pointer="/protocol"))
    # A report without intervals is compared without them.
    ci = any(value.ci95 is not None for value in report.metrics.values())
    computed = score_with_options(predictions, truth, protocol, options, by=report.by, ci=ci)
    differences, unchecked = compare_reports(report, computed)
    return Verification(differences, [*unchecked, *map(_why_unchecked, missing)])


def _why_unchecked(metric: MetricDefinition) -> str:
    if metric.package is None:
        return f"metrics.{metric.id}: passed in Python, and not the metric of a package"
    return f"metrics.{metric.id}: {metric.package} {metric.version} is not installed"


def _without_metrics(report: Report, ids: Set[str]) -> Report:
    """Return a report without some metrics of other packages, also in its signature."""
    if not ids:
        return report

    def others(values: dict[str, Content]) -> dict[str, Content]:
        return {name: value for name, value in values.items() if name not in ids}

    signed = parse_signature(report.signature)
    texts = signed.pop("metrics", "").split(",")
    kept = [text for text in texts if re.split("[=~]", text)[0] not in ids]
    if kept:
        signed["metrics"] = ",".join(kept)
    defined = [metric for metric in report.options.metrics or () if metric.id not in ids]
    parts = report.parts and [
        part.model_copy(update={"metrics": others(part.metrics)}) for part in report.parts
    ]
    changes = {
        "signature": "|".join(f"{name}:{value}" for name, value in signed.items()),
        "options": report.options.model_copy(update={"metrics": defined or None}),
        "metrics": others(report.metrics),
        "details": others(report.details),
        "groups": {name: others(values) for name, values in report.groups.items()},
        "parts": parts,
    }
    return report.model_copy(update=changes)


def compare_reports(report: Report, computed: Report) -> Verification:
    """Compare all fields of a report with those of a new score with the same options."""
    differences = [
        f"signature: {name} is {claimed or 'nothing'} in the report, {found or 'nothing'} computed"
        for name, (claimed, found) in signature_differences(
            report.signature, computed.signature
        ).items()
    ]
    claimed_data, computed_data = report.to_json(), computed.to_json()
    unchecked = _ignore_sources(claimed_data, computed_data)
    for part in dict.fromkeys([*claimed_data, *computed_data]):
        if part != "signature":
            claimed, found = claimed_data.get(part), computed_data.get(part)
            differences += report_differences(part, claimed, found, ignored=())
    given = [name for name, value in report.options if value is not None and value is not False]
    if given:
        unchecked.append(f"options: taken from the report ({', '.join(given)})")
    return Verification(differences, unchecked)


def _ignore_sources(claimed: dict[str, Any], computed: dict[str, Any]) -> list[str]:
    """Make two reports equal in what depends on how the files were given; return what differed."""
    unchecked = []
    for index, (stated, given) in enumerate(
        zip(claimed["inputs"], computed["inputs"], strict=False)
    ):
        if stated["file"] != given["file"]:
            unchecked.append(
                f"inputs[{index}].file: {stated['file']} in the report, {given['file']} given"
            )
            stated["file"] = given["file"]
    sources = [
        [finding for finding in data["findings"] if finding["code"] in HOW_TRUTH_WAS_FOUND]
        for data in (claimed, computed)
    ]
    if sources[0] != sources[1]:
        unchecked.append("findings: how the truth was found")
        for data, notes in zip((claimed, computed), sources, strict=True):
            data["findings"] = [one for one in data["findings"] if one not in notes]
    return unchecked


def report_differences(
    where: str, claimed: Any, computed: Any, *, ignored: Collection[str] = (WORDING,)
) -> list[str]:
    """Compare a part of two reports; return one line per difference.

    Numbers may differ by rounding. ``where`` is the name of the part in the lines; fields with a
    name in ``ignored`` may differ.
    """
    if where in ignored:
        return []
    if isinstance(claimed, dict) and isinstance(computed, dict):
        if "ci95" in claimed and claimed.get("value") != computed.get("value"):
            ignored = {*ignored, f"{where}.ci95"}  # of another value the interval differs too
        return [
            line
            for name in dict.fromkeys([*claimed, *computed])
            for line in report_differences(
                f"{where}.{name}", claimed.get(name), computed.get(name), ignored=ignored
            )
        ]
    if isinstance(claimed, list) and isinstance(computed, list) and len(claimed) == len(computed):
        return [
            line
            for index, pair in enumerate(zip(claimed, computed, strict=True))
            for line in report_differences(f"{where}[{index}]", *pair, ignored=ignored)
        ]
    if isinstance(claimed, float) and isinstance(computed, float):
        same = abs(claimed - computed) <= TOLERANCE
    else:
        same = claimed == computed
    name = where.removesuffix(".value")
    return [] if same else [f"{name}: {claimed} in the report, {computed} computed"]
