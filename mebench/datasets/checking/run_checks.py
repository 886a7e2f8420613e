"""Check a copy of a data set: open as much as possible, count its contents, run all checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mebench.datasets.checking.video_check import check_videos
from mebench.datasets.contract import Adapter, AppliedRepair, Dataset, Extent, Video
from mebench.datasets.generic.metadata_files import protocol_for
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.expected_counts import CountComparison
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol, prefer_shipped, shipped_protocol_ids

if TYPE_CHECKING:
    from mebench.datasets.checking.frame_content_check import DecodeResult


@dataclass(frozen=True, slots=True)
class Inventory:
    """The contents of a copy, as in the JSON output; ``frames`` as far as they can be counted."""

    folder: str | None
    sheets: list[str]
    subjects: int
    videos: int
    videos_with_frames: int
    expressions: dict[str, int]
    samples: int
    frames: int


def expressions_by_kind(truth: TruthManifest) -> dict[str, int]:
    """Return the number of expressions per kind; an empty key if the truth states no kind."""
    kinds = Counter(
        interval.get("kind") or "" for video in truth.videos for interval in video.intervals or []
    )
    return dict(sorted(kinds.items(), reverse=True))


def _countable_frames(video: Video) -> int:
    try:
        return video.n_frames
    except MebenchError:
        return 0  # check_videos reports it


Verdict = Literal["same", "missing", "extra", "unknown"]


@dataclass(frozen=True, slots=True)
class CheckedCount:
    """An expected number and the one found; no protocol stands for the complete release."""

    protocol: str | None
    counted: str
    is_class: bool
    expected: int
    found: int
    verdict: Verdict


@dataclass(slots=True)
class CheckResult:
    """The result of a check; ``found`` is None if nothing could be opened."""

    dataset: str
    findings: Findings = field(default_factory=Findings)
    found: Inventory | None = None
    counts: list[CheckedCount] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)
    repairs: tuple[AppliedRepair, ...] = ()
    deep: DecodeResult | None = None

    @property
    def verdict(self) -> Literal["whole", "flawed", "unopened"]:
        """The outcome in one word."""
        if self.found is None:
            return "unopened"
        return "flawed" if self.findings.has_errors else "whole"

    @property
    def exit_status(self) -> int:
        """0 if the copy has no errors, else 1."""
        return 0 if self.verdict == "whole" else 1


ShowProgress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


def check_copy(
    adapter: Adapter,
    folder: Path | None,
    *,
    protocols: Sequence[str] | None = None,
    deep: bool = False,
    jobs: int = 1,
    showing: ShowProgress = lambda _title, _steps: nullcontext(lambda _: None),
) -> CheckResult:
    """Check a copy, as far as it can be opened.

    Counts are compared with ``protocols``; by default with the size of the complete release and all
    protocols that use the data set. A deep check decodes and compares every frame, ``jobs`` videos
    at the same time. ``showing`` gets a title and the number of steps, and yields a function to
    advance. An error of the command, such as an unknown repair, is raised as UsageError.
    """
    loaded = [load_protocol(name) for name in protocols or ()]
    checkup = CheckResult(adapter.id)
    findings = checkup.findings
    try:
        dataset = adapter.survey(folder, findings)
        truth = dataset.truth()
        checkup.found = Inventory(
            folder=None if folder is None else str(folder),
            sheets=[str(file) for file in dataset.truth_files],
            subjects=len({video.subject for video in truth.videos}),
            videos=len(truth.videos),
            videos_with_frames=len(dataset.videos()),
            expressions=expressions_by_kind(truth),
            samples=len(truth.samples),
            frames=sum(map(_countable_frames, dataset.videos())),
        )
        checkup.dataset, checkup.repairs = dataset.id, dataset.applied_repairs
        # The adapter may have reported intervals outside their video already, with the row.
        by_row = any(finding.code == "frame-outside-video" for finding in findings.kept)
        check_truth(dataset, truth, findings)
        if not loaded:
            if dataset.id == adapter.id:
                extent = dataset.extent or adapter.extent
                checkup.counts += compare_with_extent(dataset, truth, extent, findings)
            if dataset.protocol_file is not None:
                loaded.append(load_protocol(dataset.protocol_file))
            loaded += protocols_of(dataset.id, truth)
        for protocol in loaded:
            checkup.counts += compare_with_protocol(truth, protocol, findings)
            checkup.compared.append(protocol.id)
        with showing("Checking videos", len(truth.videos)) as advance:
            readable = check_videos(dataset, truth, findings, advance, intervals=not by_row)
        if deep:
            from mebench.datasets.checking.frame_content_check import decode_all_frames

            n_frames = sum(video.n_frames for video in readable)
            with showing("Decoding frames", n_frames) as advance:
                checkup.deep = decode_all_frames(readable, findings, jobs, advance)
    except MebenchError as error:
        if error.exit_status != 1:
            raise
        findings.extend_from(error)
    return checkup


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
    from mebench.evaluation.inputs import check_task
    from mebench.formats.loader import read_truth

    findings = Findings()
    try:
        sheet = read_truth(truth, findings)
        check_task(sheet, protocol, findings)
        return compare_counts(build_truth(sheet, protocol, findings)), findings
    except MebenchError as error:
        findings.extend_from(error)
        return [], findings


def protocols_of(dataset: str, truth: TruthManifest) -> list[Protocol]:
    """Return the shipped protocols that use a data set and can score a truth."""
    return [
        protocol
        for protocol in map(load_protocol, shipped_protocol_ids())
        if any(listed.id == dataset for listed in protocol.datasets) and _can_score(protocol, truth)
    ]


def _can_score(protocol: Protocol, truth: TruthManifest) -> bool:
    """Return whether a truth has what a protocol is about: a copy may lack a sheet."""
    rows = truth.videos if protocol.spots else truth.samples
    if protocol.labels == "objective-class":
        return any(sample.objective_class is not None for sample in truth.samples)
    rule = protocol.holdout
    if rule is not None and rule.test is not None and rule.test.splits:
        return bool({row.split for row in rows} & {*rule.test.splits})
    kinds = {interval.get("kind") for video in truth.videos for interval in video.intervals or ()}
    return bool(rows) and (not kinds or kinds >= {*protocol.targets})


def compare_with_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CheckedCount]:
    """Compare the counts of a truth with a protocol; for a composite, of this data set only."""
    if truth.dataset is not None and protocol.dataset(truth.dataset) is None:
        ids = ", ".join(dataset.id for dataset in protocol.datasets)
        message = f"{protocol.id} does not score the data set {truth.dataset[:80]!r}."
        remedy = f"It scores {ids}. Correct the id in the protocol or of the data set."
        findings.error("wrong-dataset", message, remedy)
        return []
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
