"""The data of a run: the annotated videos in a protocol's scope, and the folds over subjects.

Folds leave one subject out, each with its own seed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mebench.datasets.checking.video_check import check_length
from mebench.datasets.contract import Dataset, Video
from mebench.datasets.registry import merge_truths, open_dataset
from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.ground_truth import (
    OUT_OF_SCOPE,
    build_recognition_truth,
    build_spotting_truth,
)
from mebench.formats import native_json
from mebench.models.annotation_table import TruthTable
from mebench.models.base import SubjectKey, VideoKey
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest, TruthVideo
from mebench.protocols.label_mapping import EXCLUDED, ClassList
from mebench.runner.types import AnnotatedSample, AnnotatedVideo, Expression, UnseenVideo
from mebench.util.hashing import digest
from mebench.util.random_streams import RandomStream


class DatasetLocation(NamedTuple):
    """A data set and where it lies: what another process needs to open it."""

    id: str
    root: str | None


@dataclass(frozen=True, slots=True)
class RunData:
    """The data sets of a run, as its protocol sees them.

    Attributes
    ----------
    protocol : Protocol
        The protocol.
    truth : TruthManifest
        Of all its data sets.
    subjects : tuple of SubjectKey
        Those in scope, in the order of the truth.
    videos : tuple of AnnotatedVideo
        Those in scope of a spotting protocol.
    samples : tuple of AnnotatedSample
        Those in scope of a recognition protocol.
    """

    protocol: Protocol
    truth: TruthManifest
    subjects: tuple[SubjectKey, ...]
    videos: tuple[AnnotatedVideo, ...]
    samples: tuple[AnnotatedSample, ...]

    @property
    def distinct_videos(self) -> list[UnseenVideo]:
        """The videos that frames are read from, each once."""
        if self.protocol.spots:
            return list(self.videos)
        return list({video_key(one.video): one.video for one in self.samples}.values())

    @property
    def digest(self) -> str:
        """Sixteen digits that stand for the truth and for the videos' content."""
        keys = [[*video_key(one), one.content_key()] for one in self.distinct_videos]
        return digest([self.truth.to_json(), keys], digits=16)


def video_key(video: Video) -> VideoKey:
    """Return the name of a video."""
    return VideoKey(video.dataset, video.subject, video.id)


def open_datasets(dataset_locations: Sequence[DatasetLocation]) -> list[Dataset]:
    """Open data sets by their ids and roots."""
    return [
        open_dataset(one.id, None if one.root is None else Path(one.root))
        for one in dataset_locations
    ]


def index_videos(datasets: Sequence[Dataset]) -> dict[VideoKey, Video]:
    """Return all videos of the data sets by name."""
    return {video_key(video): video for dataset in datasets for video in dataset.videos()}


def load_run_data(protocol: Protocol, datasets: Sequence[Dataset]) -> RunData:
    """Lay data sets under a protocol.

    Raises
    ------
    MebenchError
        With everything that is wrong with the truth, and every video that is missing or not as
        long as the truth says.
    """
    findings = Findings()
    truth = merge_truths(datasets)
    sheet = native_json.read_truth(truth.to_json(), None, findings)
    index = index_videos(datasets)
    if protocol.spots:
        scope = build_spotting_truth(sheet, protocol, findings)
        findings.raise_errors()
        classes = ClassList(protocol)
        videos = []
        for row in np.flatnonzero(scope.scope != OUT_OF_SCOPE).tolist():
            record = truth.videos[row]
            key = VideoKey(record.dataset or truth.dataset or "", record.subject, record.video)
            video = _video(index, key, findings)
            if video is not None:
                check_length(video, record, findings)
                known_as = scope.directory.names[row].dataset
                expressions = _expressions(record, protocol, classes, known_as)
                videos.append(AnnotatedVideo(video, expressions))
        run_data = RunData(protocol, truth, _subjects(videos), tuple(videos), ())
    else:
        run_data = _recognition(protocol, truth, sheet, index, findings)
    findings.raise_errors()
    return run_data


def _recognition(
    protocol: Protocol,
    truth: TruthManifest,
    sheet: TruthTable,
    index: dict[VideoKey, Video],
    findings: Findings,
) -> RunData:
    scope = build_recognition_truth(sheet, protocol, findings)
    findings.raise_errors()
    samples = []
    for row, record in enumerate(truth.samples):
        place = int(scope.scope[row])
        if place < 0:
            continue
        dataset = record.dataset or truth.dataset or ""
        key = VideoKey(dataset, record.subject, record.video or record.sample)
        video = _video(index, key, findings)
        if video is not None:
            samples.append(
                AnnotatedSample(
                    dataset,
                    record.subject,
                    record.sample,
                    UnseenVideo(video),
                    record.onset,
                    record.apex,
                    record.offset,
                    scope.classes.names[int(scope.truth[place])],
                )
            )
    return RunData(protocol, truth, _subjects(samples), (), tuple(samples))


def _subjects(
    units: Sequence[AnnotatedVideo] | Sequence[AnnotatedSample],
) -> tuple[SubjectKey, ...]:
    return tuple(dict.fromkeys(SubjectKey(one.dataset, one.subject) for one in units))


def _video(index: dict[VideoKey, Video], key: VideoKey, findings: Findings) -> Video | None:
    video = index.get(key)
    if video is None:
        findings.error(
            "video-missing",
            f"The copy of {key.dataset} lacks the video {key.video!r} of subject {key.subject!r}.",
            f"`mebench datasets check {key.dataset}` lists what a copy lacks.",
            Place(dataset=key.dataset, subject=key.subject, video=key.video),
        )
    return video


def _expressions(
    record: TruthVideo, protocol: Protocol, classes: ClassList, dataset: str
) -> list[Expression]:
    found = []
    for interval in record.intervals or ():
        label = classes.place(dataset, interval.get("emotion"))
        kind = interval.get("kind") or protocol.targets[0]
        if label != EXCLUDED:
            found.append(
                Expression(
                    interval["onset"],
                    interval["offset"],
                    interval.get("apex"),
                    kind,
                    classes.names[label] if label >= 0 else None,
                )
            )
    return found


SEED_LIMIT = 2**31
"""Seeds lie below it: every numerical library takes them."""


@dataclass(frozen=True, slots=True)
class PlannedFold:
    """A fold before it is carried out.

    Attributes
    ----------
    number : int
        Its place, counted from 0.
    subject : SubjectKey
        Who is tested.
    seed : int
        Depends on the run's seed and the subject alone.
    """

    number: int
    subject: SubjectKey
    seed: int

    def name(self, composite: bool) -> str:
        """Return the fold's name for messages."""
        if not self.subject.subject:
            return "all subjects"
        return "/".join(self.subject) if composite else self.subject.subject


def leave_one_subject_out(run_data: RunData, seed: int) -> list[PlannedFold]:
    """Plan the folds of a run.

    Raises
    ------
    MebenchError
        ``too-few-subjects``.
    """
    if len(run_data.subjects) < 2:
        raise MebenchError.of(
            "too-few-subjects",
            f"Leaving one subject out takes two subjects or more; in scope of "
            f"{run_data.protocol.id} there are {len(run_data.subjects)}.",
            "`mebench datasets check ID` says what is missing.",
        )
    return [
        PlannedFold(
            number, subject, RandomStream(seed, "fold", *subject).integer(0, SEED_LIMIT - 1)
        )
        for number, subject in enumerate(run_data.subjects)
    ]


def all_subjects(seed: int) -> PlannedFold:
    """Plan the one fold that trains on all subjects and tests none."""
    return PlannedFold(
        0, SubjectKey("", ""), RandomStream(seed, "everybody").integer(0, SEED_LIMIT - 1)
    )


def parse_fold_selection(text: str, count: int) -> list[int]:
    """Read ``0,3-5`` as fold numbers, in ascending order.

    Raises
    ------
    UsageError
        ``bad-folds``.
    """
    chosen: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", part)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if low > high or high >= count:
            raise UsageError.of(
                "bad-folds",
                f"--folds {text!r}: {part.strip()!r} is no fold and no range of folds.",
                f"This run has the folds 0 to {count - 1}: --folds 0,3-5",
            )
        chosen.update(range(low, high + 1))
    return sorted(chosen)
