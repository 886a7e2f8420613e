"""What a run works on: the videos in a protocol's scope, with their annotations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mebench.baselines.units import AnnotatedSample, AnnotatedVideo, Expression, UnseenVideo
from mebench.canonical import digest
from mebench.datasets.checking.truth import check_length
from mebench.datasets.contract import Dataset, Video
from mebench.datasets.merging import merge_truths
from mebench.datasets.registry import open_dataset
from mebench.diagnostics import Findings, Place
from mebench.formats import native
from mebench.metrics.trial import SubjectKey, VideoKey
from mebench.records.protocol import Protocol
from mebench.records.sheets import TruthTable
from mebench.records.truth import TruthManifest, TruthVideo
from mebench.scoring.labels import EXCLUDED, ClassList
from mebench.scoring.manifest import OUT_OF_SCOPE, build_spotting_truth
from mebench.scoring.recognition import build_recognition_truth


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
    sheet = native.read_truth(truth.to_json(), None, findings)
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
        material = RunData(protocol, truth, _subjects(videos), tuple(videos), ())
    else:
        material = _recognition(protocol, truth, sheet, index, findings)
    findings.raise_errors()
    return material


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
