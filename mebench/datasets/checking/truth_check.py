"""Check the annotations of a copy: by themselves, and their counts against every protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mebench.datasets.contract import Dataset, Extent
from mebench.datasets.generic.metadata_files import protocol_for
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.expected_counts import CountComparison
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol, prefer_shipped, shipped_protocol_ids


def check_truth(dataset: Dataset, truth: TruthManifest, findings: Findings) -> None:
    """Report the problems of a truth that do not depend on a protocol, with the copy's file."""
    protocol = prefer_shipped(protocol_for(truth, dataset.id, dataset.id))
    _, new_findings = _counts_by_protocol(truth, protocol)
    file = next(iter(dataset.truth_files), None)
    for finding in new_findings.kept:
        place = replace(finding.place, file=None if file is None else str(file), pointer=None)
        findings.add(replace(finding, place=place))


def _counts_by_protocol(
    truth: TruthManifest, protocol: Protocol
) -> tuple[list[CountComparison], Findings]:
    """Read a truth under a protocol; return the expected and found counts, and the findings."""
    from mebench.evaluation.expected_counts import compare_counts
    from mebench.evaluation.ground_truth import build_truth
    from mebench.evaluation.score import check_task
    from mebench.formats.loader import read_truth

    findings = Findings()
    try:
        sheet = read_truth(truth, findings)
        check_task(sheet, protocol, findings)
        return compare_counts(build_truth(sheet, protocol, findings)), findings
    except MebenchError as error:
        findings.extend_from(error)
        return [], findings


Verdict = Literal["same", "missing", "extra", "unknown"]


@dataclass(frozen=True, slots=True)
class CheckedCount:
    """An expected number and the number found, as in the JSON output.

    The protocol is None for the size of the complete release; the verdict is "unknown" if frames
    are needed to count.
    """

    protocol: str | None
    counted: str
    is_class: bool
    expected: int
    found: int
    verdict: Verdict


def protocols_of(dataset: str, truth: TruthManifest) -> list[Protocol]:
    """Return the shipped protocols that use a data set and can score a truth."""
    return [
        protocol
        for protocol in map(load_protocol, shipped_protocol_ids())
        if any(listed.id == dataset for listed in protocol.datasets)
        and bool(truth.videos if protocol.spots else truth.samples)
    ]


def compare_with_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CheckedCount]:
    """Compare the counts of a truth with a protocol; for a composite, of this data set only.

    Numbers that differ, and reasons why the protocol cannot score the truth, become findings.
    """
    counts, new_findings = _counts_by_protocol(truth, protocol)
    known = {(finding.code, finding.message) for finding in findings.kept}
    for finding in new_findings.kept:
        if finding.severity == "error" and (finding.code, finding.message) not in known:
            findings.add(finding)
    listed = protocol.dataset(truth.dataset or "")
    part = None if listed is None else listed.id
    checked = [
        _compare(protocol.id, count.counted, count.is_class, count.expected, count.found)
        for count in counts
        if not protocol.is_composite or count.dataset == part
    ]
    _report_differences(protocol.id, checked, "the release that the protocol is for", findings)
    return checked


def compare_with_extent(
    dataset: Dataset, truth: TruthManifest, extent: Extent, findings: Findings
) -> list[CheckedCount]:
    """Compare the counts of a truth with the size of the complete release."""
    kinds = [interval.get("kind") for video in truth.videos for interval in video.intervals or []]
    expressions = len(kinds)
    # Some releases count micro-expressions only: the others are in a separate spreadsheet.
    if expressions != extent.expressions and kinds.count("micro") == extent.expressions:
        expressions = kinds.count("micro")
    counts = {
        "subjects": (extent.subjects, len({video.subject for video in truth.videos})),
        "videos": (extent.videos, len(truth.videos)),
        "expressions": (extent.expressions, expressions),
    }
    checked = []
    for name, (expected, found) in counts.items():
        if expected is None:
            continue
        count = _compare(None, name, False, expected, found)
        # A spreadsheet does not name videos without expressions: only the frames show them.
        if count.verdict == "missing" and name != "expressions" and not dataset.videos():
            count = replace(count, verdict="unknown")
        checked.append(count)
    _report_differences(dataset.id, checked, "the latest release", findings)
    return checked


def _compare(
    protocol: str | None, counted: str, is_class: bool, expected: int, found: int
) -> CheckedCount:
    verdict: Verdict = "same"
    if found != expected:
        verdict = "missing" if found < expected else "extra"
    return CheckedCount(protocol, counted, is_class, expected, found, verdict)


def _report_differences(
    identifier: str, counts: Sequence[CheckedCount], release: str, findings: Findings
) -> None:
    for count in counts:
        if count.verdict in {"missing", "extra"}:
            message = f"{identifier}: {count.counted} {count.found} instead of {count.expected}."
            remedy = f"Check that the copy is complete, and of {release}."
            findings.error("dataset-incomplete", message, remedy)
