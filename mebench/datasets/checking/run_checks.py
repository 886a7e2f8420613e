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
from mebench.datasets.contract import Adapter, AppliedRepair, Dataset, Extent
from mebench.diagnostics import Findings, MebenchError
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest
from mebench.protocols.loader import load_protocol

if TYPE_CHECKING:
    from mebench.datasets.checking.decode_check import DecodeResult


def open_for_check(adapter: Adapter, root: Path | None, findings: Findings) -> Dataset | None:
    """Open a copy as far as that is possible.

    Parameters
    ----------
    adapter : Adapter
        Of the data set.
    root : Path or None
        Its folder.
    findings : Findings
        Takes in what is wrong.

    Returns
    -------
    Dataset or None
        None where nothing can be opened.

    Raises
    ------
    UsageError
        Where the command is at fault and not the copy, as by an unknown repair.
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
    """What is in a copy.

    Attributes
    ----------
    folder : Path or None
        Where it lies; None where nothing is read from the user's disk.
    sheets : tuple of Path
        The files that its truth was read from.
    subjects, videos : int
        Of the truth.
    with_frames : int
        Videos whose frames are there.
    expressions : dict of str to int
        By kind; of a kind that no file names, under an empty name.
    samples : int
        Samples of recognition protocols.
    frames : int
        Frames of the videos that are there, as far as they can be counted.
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
        """Return it as plain data."""
        return {
            "folder": None if self.folder is None else str(self.folder),
            "sheets": [str(one) for one in self.sheets],
            "subjects": self.subjects,
            "videos": self.videos,
            "videos_with_frames": self.with_frames,
            "expressions": self.expressions,
            "samples": self.samples,
            "frames": self.frames,
        }


def inventory(dataset: Dataset, truth: TruthManifest, folder: Path | None) -> Inventory:
    """Count what is in a copy.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    folder : Path or None
        Where it was opened.
    """
    kinds = Counter(one.get("kind") or "" for row in truth.videos for one in row.intervals or [])
    return Inventory(
        folder,
        dataset.truth_files,
        len({video.subject for video in truth.videos}),
        len(truth.videos),
        len(dataset.videos()),
        dict(sorted(kinds.items(), reverse=True)),
        len(truth.samples),
        sum(map(_length, dataset.videos())),
    )


def _length(video: Any) -> int:
    try:
        return int(video.n_frames)
    except MebenchError:
        return 0  # said where its files are looked at


Advance = Callable[[int], None]
ShowProgress = Callable[[str, int], AbstractContextManager[Advance]]
"""Shows progress: from a title and a number of steps to what is told of each."""


@dataclass(slots=True)
class CheckResult:
    """What a check found.

    Attributes
    ----------
    dataset : str
        The data set, as it calls itself.
    findings : Findings
        What is wrong, and what should be known.
    found : Inventory or None
        What is there; None where nothing could be opened.
    counts : list of CheckedCount
        How much there is beside what is expected.
    compared : list of str
        The protocols whose counts were compared.
    repairs : tuple of AppliedRepair
        What was mended in the annotations.
    deep : DecodeResult or None
        What a look at every frame saw.
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
        """The outcome in a word."""
        if self.found is None:
            return "unopened"
        return "flawed" if self.findings.has_errors else "whole"

    @property
    def exit_status(self) -> int:
        """0 where nothing is missing, too much, unreadable or outside; else 1."""
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
        Of the data set.
    folder : Path or None
        Where the copy lies.
    protocols : sequence of str, optional
        Whose counts alone must hold; by default those of the data set's complete release, and of
        all that use it.
    deep : bool
        Read, decode and compare every frame.
    jobs : int
        How many videos are decoded at a time.
    showing : callable
        Shows progress.

    Raises
    ------
    UsageError
        Where the command is at fault, and not the copy.
    """
    named = [load_protocol(name) for name in protocols or ()]
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
            protocols=named,
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
    """Check an opened copy; parameters as in :func:`check_copy`.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    checkup : CheckResult
        Takes in what is found.
    extent : Extent
        How large the complete release is.
    protocols, deep, jobs, showing
        As in :func:`check_copy`.
    """
    checkup.dataset = dataset.id
    truth, findings = dataset.truth(), checkup.findings
    # An adapter that lays rows of a sheet beside frames names the row: once is enough.
    by_row = any(one.code == "frame-outside-video" for one in findings.kept)
    check_truth(dataset, truth, findings)
    if not protocols:
        checkup.counts += compare_with_extent(dataset, truth, extent, findings)
    for protocol in protocols or _protocols(dataset, truth):
        checkup.counts += compare_with_protocol(truth, protocol, findings)
        checkup.compared.append(protocol.id)
    with showing("Checking videos", len(truth.videos)) as advance:
        readable = check_videos(dataset, truth, findings, advance, intervals=not by_row)
    if deep:
        from mebench.datasets.checking.decode_check import decode_all_frames

        with showing("Decoding frames", sum(video.n_frames for video in readable)) as advance:
            checkup.deep = decode_all_frames(readable, findings, jobs, advance)


def _protocols(dataset: Dataset, truth: TruthManifest) -> list[Protocol]:
    """Return the data set's own protocol, and all that come with mebench and use it."""
    own = [] if dataset.protocol_file is None else [load_protocol(dataset.protocol_file)]
    return [*own, *protocols_of(dataset.id, truth)]
