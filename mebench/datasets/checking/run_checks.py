"""Check a copy of a data set: open as much as possible, count its contents, run all checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mebench.datasets.checking.truth_check import (
    CheckedCount,
    check_truth,
    compare_with_extent,
    compare_with_protocol,
    protocols_of,
)
from mebench.datasets.checking.video_check import check_videos
from mebench.datasets.contract import Adapter, AppliedRepair, Dataset, Extent, Video
from mebench.diagnostics import Findings, MebenchError
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol

if TYPE_CHECKING:
    from mebench.datasets.checking.frame_content_check import DecodeResult


def open_for_check(adapter: Adapter, root: Path | None, findings: Findings) -> Dataset | None:
    """Open as much of a copy as possible.

    Parameters
    ----------
    adapter : Adapter
        The adapter of the data set.
    root : Path or None
        The folder of the copy.
    findings : Findings
        Collects the problems.

    Returns
    -------
    Dataset or None
        None if nothing can be opened.

    Raises
    ------
    UsageError
        If the command is wrong and not the copy, for example because of an unknown repair.
    """
    try:
        return adapter.survey(root, findings)
    except MebenchError as error:
        if error.exit_status != 1:
            raise
        findings.extend_from(error)
        return None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The contents of a copy.

    Attributes
    ----------
    folder : Path or None
        Its folder; None if the data set is not read from a folder.
    sheets : tuple of Path
        The files that its truth was read from.
    subjects, videos : int
        Number of subjects and videos in the truth.
    with_frames : int
        Number of videos whose frames were found.
    expressions : dict of str to int
        Number of expressions per kind; an empty key if the truth does not state the kind.
    samples : int
        Number of samples for recognition.
    frames : int
        Number of frames found, as far as they can be counted.
    """

    folder: Path | None
    sheets: tuple[Path, ...]
    subjects: int
    videos: int
    with_frames: int
    expressions: dict[str, int]
    samples: int
    frames: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "folder": None if self.folder is None else str(self.folder),
            "sheets": [str(sheet) for sheet in self.sheets],
            "subjects": self.subjects,
            "videos": self.videos,
            "videos_with_frames": self.with_frames,
            "expressions": self.expressions,
            "samples": self.samples,
            "frames": self.frames,
        }


def inventory(dataset: Dataset, truth: TruthManifest, folder: Path | None) -> Inventory:
    """Count the contents of a copy.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    folder : Path or None
        Its folder.
    """
    kinds = Counter(
        interval.get("kind") or "" for video in truth.videos for interval in video.intervals or []
    )
    return Inventory(
        folder,
        dataset.truth_files,
        len({video.subject for video in truth.videos}),
        len(truth.videos),
        len(dataset.videos()),
        dict(sorted(kinds.items(), reverse=True)),
        len(truth.samples),
        sum(map(_countable_frames, dataset.videos())),
    )


def _countable_frames(video: Video) -> int:
    try:
        return video.n_frames
    except MebenchError:
        return 0  # check_videos reports it


Advance = Callable[[int], None]
ShowProgress = Callable[[str, int], AbstractContextManager[Advance]]
"""Shows progress: gets a title and the number of steps, yields a function to advance."""


@dataclass(slots=True)
class CheckResult:
    """The result of a check.

    Attributes
    ----------
    dataset : str
        Id of the data set, as the copy states it.
    findings : Findings
        All problems and notes.
    found : Inventory or None
        The contents of the copy; None if nothing could be opened.
    counts : list of CheckedCount
        Expected and found counts.
    compared : list of str
        Ids of the protocols whose counts were compared.
    repairs : tuple of AppliedRepair
        Repairs of the annotations.
    deep : DecodeResult or None
        Result of decoding every frame, if requested.
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

    Parameters
    ----------
    adapter : Adapter
        The adapter of the data set.
    folder : Path or None
        The folder of the copy.
    protocols : sequence of str, optional
        Protocols whose counts are compared; by default the size of the complete release and all
        protocols that use the data set.
    deep : bool
        Decode and compare every frame.
    jobs : int
        Number of videos that are decoded at the same time.
    showing : callable
        Shows progress.

    Raises
    ------
    UsageError
        If the command is wrong and not the copy.
    """
    loaded = [load_protocol(name) for name in protocols or ()]
    checkup = CheckResult(adapter.id)
    dataset = open_for_check(adapter, folder, checkup.findings)
    if dataset is None:
        return checkup
    checkup.found = inventory(dataset, dataset.truth(), folder)
    checkup.repairs = dataset.applied_repairs
    try:
        check_dataset(
            dataset,
            checkup,
            extent=adapter.extent if dataset.id == adapter.id else Extent(),
            protocols=loaded,
            deep=deep,
            jobs=jobs,
            showing=showing,
        )
    except MebenchError as error:
        if error.exit_status != 1:
            raise
        checkup.findings.extend_from(error)
    return checkup


def check_dataset(
    dataset: Dataset,
    checkup: CheckResult,
    *,
    extent: Extent,
    protocols: Sequence[Protocol] = (),
    deep: bool = False,
    jobs: int = 1,
    showing: ShowProgress = lambda _title, _steps: nullcontext(lambda _: None),
) -> None:
    """Check an opened copy.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    checkup : CheckResult
        Collects the results.
    extent : Extent
        Size of the complete release.
    protocols, deep, jobs, showing
        As in :func:`check_copy`.
    """
    checkup.dataset = dataset.id
    truth, findings = dataset.truth(), checkup.findings
    # The adapter may have reported intervals outside their video already, with the row.
    by_row = any(finding.code == "frame-outside-video" for finding in findings.kept)
    check_truth(dataset, truth, findings)
    if not protocols:
        checkup.counts += compare_with_extent(dataset, truth, extent, findings)
    for protocol in protocols or _protocols(dataset, truth):
        checkup.counts += compare_with_protocol(truth, protocol, findings)
        checkup.compared.append(protocol.id)
    with showing("Checking videos", len(truth.videos)) as advance:
        readable = check_videos(dataset, truth, findings, advance, intervals=not by_row)
    if deep:
        from mebench.datasets.checking.frame_content_check import decode_all_frames

        with showing("Decoding frames", sum(video.n_frames for video in readable)) as advance:
            checkup.deep = decode_all_frames(readable, findings, jobs, advance)


def _protocols(dataset: Dataset, truth: TruthManifest) -> list[Protocol]:
    """Return the copy's own protocol and all shipped protocols that use the data set."""
    own = [] if dataset.protocol_file is None else [load_protocol(dataset.protocol_file)]
    return [*own, *protocols_of(dataset.id, truth)]
