"""The data of a run: the annotated videos or samples in a protocol's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

import numpy as np

from mebench.datasets.checking.video_check import check_length
from mebench.datasets.contract import Dataset, Video
from mebench.datasets.registry import merge_truths
from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import (
    OUT_OF_SCOPE,
    build_recognition_truth,
    build_spotting_truth,
)
from mebench.evaluation.holdout import TEST
from mebench.formats import native_json
from mebench.models.annotation_table import TruthTable
from mebench.models.base import SubjectKey, VideoKey
from mebench.models.protocol import Protocol
from mebench.models.truth import TruthManifest, TruthVideo
from mebench.protocols.label_mapping import EXCLUDED, ClassList
from mebench.runner.locations import index_videos, video_key
from mebench.runner.types import AnnotatedSample, AnnotatedVideo, Expression, UnseenVideo
from mebench.util.hashing import digest


@dataclass(frozen=True, slots=True)
class RunData:
    """The subjects, videos and samples in the scope of a protocol, in the order of the truth.

    Under a holdout they are those of both parts; ``tested`` are the subjects of the test part, and
    otherwise all subjects.
    """

    protocol: Protocol
    truth: TruthManifest
    subjects: tuple[SubjectKey, ...]
    tested: tuple[SubjectKey, ...]
    videos: tuple[AnnotatedVideo, ...]
    samples: tuple[AnnotatedSample, ...]

    @property
    def distinct_videos(self) -> list[UnseenVideo]:
        """The videos whose frames are read, each once."""
        if self.protocol.spots:
            return list(self.videos)
        return list({video_key(sample.video): sample.video for sample in self.samples}.values())

    @property
    def digest(self) -> str:
        """The digest of the truth and of the videos' content: 16 hexadecimal digits."""
        keys = [[*video_key(video), video.content_key()] for video in self.distinct_videos]
        return digest([self.truth.to_json(), keys], digits=16)


def load_run_data(protocol: Protocol, datasets: Sequence[Dataset]) -> RunData:
    """Select the subjects, videos and samples in the scope of a protocol.

    All problems of the truth are reported at once, with every video that is missing or whose length
    differs from the truth.
    """
    findings = Findings()
    truth = merge_truths(datasets)
    # The rows of several data sets name theirs.
    default = truth.dataset or datasets[0].id
    table = native_json.read_truth(truth.to_json(), None, findings)
    index = index_videos(datasets)
    if protocol.spots:
        scope = build_spotting_truth(table, protocol, findings, with_training=True)
        findings.raise_errors()
        classes = ClassList(protocol)
        videos, tested = [], []
        for row in np.flatnonzero(scope.scope != OUT_OF_SCOPE).tolist():
            record = truth.videos[row]
            key = VideoKey(record.dataset or default, record.subject, record.video)
            video = _video(index, key, findings)
            if video is not None:
                check_length(video, record, findings)
                dataset = scope.id_index.names[row].dataset  # the id that the protocol uses
                expressions = _expressions(record, protocol, classes, dataset)
                videos.append(AnnotatedVideo(video, expressions))
                tested += videos[-1:] if scope.parts[row] == TEST else []
        subjects = _subjects(videos), _subjects(tested)
        run_data = RunData(protocol, truth, *subjects, tuple(videos), ())
    else:
        run_data = _load_recognition_data(protocol, truth, default, table, index, findings)
    findings.raise_errors()
    return run_data


def _load_recognition_data(
    protocol: Protocol,
    truth: TruthManifest,
    default: str,
    table: TruthTable,
    index: dict[VideoKey, Video],
    findings: Findings,
) -> RunData:
    scope = build_recognition_truth(table, protocol, findings, with_training=True)
    findings.raise_errors()
    samples, tested = [], []
    for row, record in enumerate(truth.samples):
        position = int(scope.scope[row])
        if position < 0:
            continue
        dataset = record.dataset or default
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
                    scope.classes.names[int(scope.truth[position])],
                )
            )
            tested += samples[-1:] if scope.parts[row] == TEST else []
    return RunData(protocol, truth, _subjects(samples), _subjects(tested), (), tuple(samples))


def _subjects(
    units: Sequence[AnnotatedVideo] | Sequence[AnnotatedSample],
) -> tuple[SubjectKey, ...]:
    return tuple(dict.fromkeys(SubjectKey(unit.dataset, unit.subject) for unit in units))


def _video(index: dict[VideoKey, Video], key: VideoKey, findings: Findings) -> Video | None:
    video = index.get(key)
    if video is None:
        findings.error(
            "video-missing",
            f"The copy of {key.dataset} lacks the video {key.video!r} of subject {key.subject!r}.",
            f"Run `mebench datasets check {quote(key.dataset)}` to list what the copy lacks.",
            Place(dataset=key.dataset, subject=key.subject, video=key.video),
        )
    return video


def _expressions(
    record: TruthVideo, protocol: Protocol, classes: ClassList, dataset: str
) -> list[Expression]:
    expressions = []
    for interval in record.intervals or ():
        label = classes.index(dataset, interval.get("emotion"))
        kind = interval.get("kind") or protocol.targets[0]
        is_further = protocol.first_expression_only and interval.get("order", 1) > 1
        if label != EXCLUDED and not is_further:
            expressions.append(
                Expression(
                    interval["onset"],
                    interval["offset"],
                    interval.get("apex"),
                    kind,
                    classes.names[label] if label >= 0 else None,
                )
            )
    return expressions
