"""Check the annotations of a copy: by themselves, and their counts against every protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mebench.datasets.contract import Dataset, Extent
from mebench.datasets.generic.metadata_files import protocol_for
from mebench.diagnostics import Diagnostic, Findings, MebenchError
from mebench.evaluation.expected_counts import CountComparison
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol, prefer_shipped, shipped_protocol_ids


def check_truth(dataset: Dataset, truth: TruthManifest, findings: Findings) -> None:
    """Report the problems of a truth that do not depend on a protocol.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    findings : Findings
        Collects the problems.
    """
    truth_findings = Findings()
    try:
        counts_by_protocol(
            truth, prefer_shipped(protocol_for(truth, dataset.id, dataset.id)), truth_findings
        )
    except MebenchError as error:
        truth_findings.extend_from(error)
    for finding in truth_findings.kept:
        findings.add(_with_truth_file(finding, dataset))


def counts_by_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CountComparison]:
    """Read a truth under a protocol; return the expected and found counts.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Collects the problems.

    Raises
    ------
    MebenchError
        If the protocol cannot score the truth.
    """
    from mebench.evaluation.expected_counts import recognition_counts, spotting_counts
    from mebench.evaluation.ground_truth import build_recognition_truth, build_spotting_truth
    from mebench.evaluation.score import check_truth_task
    from mebench.formats.loader import read_truth

    sheet = read_truth(truth, findings)
    check_truth_task(sheet, protocol, findings)
    if protocol.spots:
        return spotting_counts(build_spotting_truth(sheet, protocol, findings))
    return recognition_counts(build_recognition_truth(sheet, protocol, findings))


def _with_truth_file(finding: Diagnostic, dataset: Dataset) -> Diagnostic:
    """Return a finding with the file that the truth was read from, if there is one."""
    file = next(iter(dataset.truth_files), None)
    place = replace(finding.place, file=None if file is None else str(file), pointer=None)
    return replace(finding, place=place)


Verdict = Literal["same", "missing", "extra", "unknown"]

ITSELF = "the data set"
"""Shown in place of a protocol's id for the size of the complete release."""


@dataclass(frozen=True, slots=True)
class CheckedCount:
    """An expected number and the number found.

    Attributes
    ----------
    protocol : str or None
        Id of the protocol that states the expected number; None for the size of the complete
        release.
    counted : str
        What was counted: ``subjects``, ``videos``, ``samples``, ``expressions``, a class, or
        ``outside the classes``.
    is_class : bool
        Whether ``counted`` is a class.
    expected, found : int
        The two numbers.
    verdict : {"same", "missing", "extra", "unknown"}
        "unknown" if it cannot be counted without frames.
    """

    protocol: str | None
    counted: str
    is_class: bool
    expected: int
    found: int
    verdict: Verdict

    def as_dict(self) -> dict[str, str | int | None]:
        """Return plain data."""
        return {
            "protocol": self.protocol,
            "counted": self.counted,
            "class": self.is_class,
            "expected": self.expected,
            "found": self.found,
            "verdict": self.verdict,
        }


def protocols_of(dataset: str, truth: TruthManifest) -> list[Protocol]:
    """Return the shipped protocols that use a data set and can score a truth.

    Parameters
    ----------
    dataset : str
        Id of the data set.
    truth : TruthManifest
        Its truth, with videos for spotting or samples for recognition.
    """
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

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Collects the numbers that differ, and why the protocol cannot score the truth.
    """
    new_findings = Findings()
    counts: Sequence[CountComparison] = ()
    try:
        counts = counts_by_protocol(truth, protocol, new_findings)
    except MebenchError as error:
        new_findings.extend_from(error)
    known = {(finding.code, finding.message) for finding in findings.kept}
    for finding in new_findings.kept:
        if finding.severity == "error" and (finding.code, finding.message) not in known:
            findings.add(finding)
    listed = protocol.dataset(truth.dataset or "")
    part = None if listed is None else listed.id
    checked = [
        CheckedCount(
            protocol.id,
            count.counted,
            count.is_class,
            count.expected,
            count.found,
            _verdict(count.expected, count.found),
        )
        for count in counts
        if not protocol.is_composite or count.dataset == part
    ]
    for count in checked:
        if count.verdict != "same":
            findings.error(
                "dataset-incomplete",
                f"{protocol.id}: {count.counted} {count.found} instead of {count.expected}.",
                "Check that the copy is complete, and of the release that the protocol is for.",
            )
    return checked


def compare_with_extent(
    dataset: Dataset, truth: TruthManifest, extent: Extent, findings: Findings
) -> list[CheckedCount]:
    """Compare the counts of a truth with the size of the complete release.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    extent : Extent
        Size of the complete release.
    findings : Findings
        Collects the numbers that differ.
    """
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
    # A spreadsheet does not name videos without expressions: only the frames show them.
    has_no_frames = not dataset.videos()
    checked = []
    for name, (expected, found) in counts.items():
        if expected is None:
            continue
        verdict = _verdict(expected, found)
        if verdict == "missing" and has_no_frames and name != "expressions":
            verdict = "unknown"
        checked.append(CheckedCount(None, name, False, expected, found, verdict))
        if verdict in {"missing", "extra"}:
            findings.error(
                "dataset-incomplete",
                f"{dataset.id}: {name} {found} instead of {expected}.",
                "Check that the copy is complete, and of the latest release.",
            )
    return checked


def _verdict(expected: int, found: int) -> Verdict:
    if found == expected:
        return "same"
    return "missing" if found < expected else "extra"
