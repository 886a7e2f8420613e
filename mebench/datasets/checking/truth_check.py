"""Check the annotations of a copy: by themselves, and their counts against every protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mebench.datasets.contract import Dataset, Extent
from mebench.datasets.generic.metadata_files import protocol_for
from mebench.diagnostics import Diagnostic, Findings, MebenchError
from mebench.evaluation.completeness import CountComparison
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol, prefer_shipped, shipped_protocol_ids


def check_truth(dataset: Dataset, truth: TruthManifest, findings: Findings) -> None:
    """Report what is wrong with a truth, whatever the protocol.

    Parameters
    ----------
    dataset : Dataset
        Whose truth it is.
    truth : TruthManifest
        The truth.
    findings : Findings
        Takes in what is wrong.
    """
    within = Findings()
    try:
        counts_by_protocol(
            truth, prefer_shipped(protocol_for(truth, dataset.id, dataset.id)), within
        )
    except MebenchError as error:
        within.extend_from(error)
    for one in within.kept:
        findings.add(_placed(one, dataset))


def counts_by_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CountComparison]:
    """Read a truth under a protocol; return what the protocol expects beside what is there.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Takes in what is wrong.

    Raises
    ------
    MebenchError
        If the truth is none that the protocol can score.
    """
    from mebench.evaluation.completeness import recognition_counts, spotting_counts
    from mebench.evaluation.ground_truth import build_recognition_truth, build_spotting_truth
    from mebench.evaluation.score import check_truth_task
    from mebench.formats.loader import read_truth

    sheet = read_truth(truth, findings)
    check_truth_task(sheet, protocol, findings)
    if protocol.spots:
        return spotting_counts(build_spotting_truth(sheet, protocol, findings))
    return recognition_counts(build_recognition_truth(sheet, protocol, findings))


def _placed(one: Diagnostic, dataset: Dataset) -> Diagnostic:
    """Return a finding on the truth with the file it came from; a data set may have none."""
    file = next(iter(dataset.truth_files), None)
    place = replace(one.place, file=None if file is None else str(file), pointer=None)
    return replace(one, place=place)


Verdict = Literal["same", "missing", "extra", "unknown"]

ITSELF = "the data set"
"""Stands where a protocol's id would, for what the data set says of itself."""


@dataclass(frozen=True, slots=True)
class CheckedCount:
    """A number that somebody expects, beside the one that was found.

    Attributes
    ----------
    protocol : str or None
        Who expects it; None is the data set itself, of its complete release.
    counted : str
        What was counted: ``subjects``, ``videos``, ``samples``, ``expressions``, a class, or
        ``outside the classes``.
    is_class : bool
        Whether it is a class.
    expected, found : int
        The two numbers.
    verdict : {"same", "missing", "extra", "unknown"}
        Unknown is what cannot be counted without frames.
    """

    protocol: str | None
    counted: str
    is_class: bool
    expected: int
    found: int
    verdict: Verdict

    def as_dict(self) -> dict[str, str | int | None]:
        """Return it as plain data."""
        return {
            "protocol": self.protocol,
            "counted": self.counted,
            "class": self.is_class,
            "expected": self.expected,
            "found": self.found,
            "verdict": self.verdict,
        }


def protocols_of(dataset: str, truth: TruthManifest) -> list[Protocol]:
    """Return the protocols that come with mebench, use a data set, and can be laid over a truth.

    Parameters
    ----------
    dataset : str
        The data set's id.
    truth : TruthManifest
        What there is to score: videos with expressions, or samples.
    """
    return [
        protocol
        for protocol in map(load_protocol, shipped_protocol_ids())
        if any(one.id == dataset for one in protocol.datasets)
        and bool(truth.videos if protocol.spots else truth.samples)
    ]


def compare_with_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CheckedCount]:
    """Lay a truth beside what a protocol expects; of a composite, of this data set alone.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Takes in each number that is another, and why the protocol cannot score the truth.
    """
    apart = Findings()
    counts: Sequence[CountComparison] = ()
    try:
        counts = counts_by_protocol(truth, protocol, apart)
    except MebenchError as error:
        apart.extend_from(error)
    known = {(one.code, one.message) for one in findings.kept}
    for one in apart.kept:
        if one.severity == "error" and (one.code, one.message) not in known:
            findings.add(one)
    part = _part(protocol, truth)
    found = [
        CheckedCount(
            protocol.id,
            one.counted,
            one.is_class,
            one.expected,
            one.found,
            _verdict(one.expected, one.found),
        )
        for one in counts
        if not protocol.is_composite or one.dataset == part
    ]
    for each in found:
        if each.verdict != "same":
            findings.error(
                "dataset-incomplete",
                f"{protocol.id}: {each.counted} {each.found} instead of {each.expected}.",
                "Is the copy complete, and of the release that the protocol is for?",
            )
    return found


def compare_with_extent(
    dataset: Dataset, truth: TruthManifest, extent: Extent, findings: Findings
) -> list[CheckedCount]:
    """Lay a truth beside what the data set's complete release holds.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    extent : Extent
        How large the release is.
    findings : Findings
        Takes in each number that is another.
    """
    kinds = [one.get("kind") for video in truth.videos for one in video.intervals or []]
    expressions = len(kinds)
    # Some say how many micro-expressions there are: the others come in a sheet of their own.
    if expressions != extent.expressions and kinds.count("micro") == extent.expressions:
        expressions = kinds.count("micro")
    counts = {
        "subjects": (extent.subjects, len({video.subject for video in truth.videos})),
        "videos": (extent.videos, len(truth.videos)),
        "expressions": (extent.expressions, expressions),
    }
    is_bare = not dataset.videos()  # a sheet alone does not name videos without expressions
    compared = []
    for name, (expected, found) in counts.items():
        if expected is None:
            continue
        verdict = _verdict(expected, found)
        if verdict == "missing" and is_bare and name != "expressions":
            verdict = "unknown"
        compared.append(CheckedCount(None, name, False, expected, found, verdict))
        if verdict in {"missing", "extra"}:
            findings.error(
                "dataset-incomplete",
                f"{dataset.id}: {name} {found} instead of {expected}.",
                "Is the copy complete, and of the latest release?",
            )
    return compared


def _verdict(expected: int, found: int) -> Verdict:
    if found == expected:
        return "same"
    return "missing" if found < expected else "extra"


def _part(protocol: Protocol, truth: TruthManifest) -> str | None:
    """Return the data set of a composite that a truth is of."""
    found = protocol.dataset(truth.dataset or "")
    return None if found is None else found.id
