"""Check a copy of a data set: open as much as possible, count its contents, run all checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mebench.datasets.checking.truth_check import (
    CheckedCount,
    check_truth,
    compare_with_extent,
    compare_with_protocol,
    protocols_of,
)
from mebench.datasets.checking.video_check import check_videos
from mebench.datasets.contract import Adapter, AppliedRepair, Video
from mebench.diagnostics import Findings, MebenchError
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol

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


@dataclass(slots=True)
class CheckResult:
    """The result of a check; ``found`` is None if nothing could be opened.

    ``counts`` are compared with the protocols in ``compared``; ``dataset`` is the id in the copy.
    """

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
                checkup.counts += compare_with_extent(dataset, truth, adapter.extent, findings)
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
