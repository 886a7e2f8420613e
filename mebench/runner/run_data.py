"""The data of a run: the annotated videos in a protocol's scope, and the folds over subjects.

Each fold leaves one subject out and has its own seed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import filterfalse
from shlex import quote

import numpy as np

from mebench.datasets.checking.video_check import check_length
from mebench.datasets.contract import Dataset, Video
from mebench.datasets.registry import merge_truths
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
from mebench.runner.locations import index_videos, video_key
from mebench.runner.types import AnnotatedSample, AnnotatedVideo, Expression, Fold, UnseenVideo
from mebench.util.array_store import Store
from mebench.util.hashing import digest
from mebench.util.random_streams import RandomStream


@dataclass(frozen=True, slots=True)
class RunData:
    """The subjects, videos and samples in the scope of a protocol, in the order of the truth."""

    protocol: Protocol
    truth: TruthManifest
    subjects: tuple[SubjectKey, ...]
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
        scope = build_spotting_truth(table, protocol, findings)
        findings.raise_errors()
        classes = ClassList(protocol)
        videos = []
        for row in np.flatnonzero(scope.scope != OUT_OF_SCOPE).tolist():
            record = truth.videos[row]
            key = VideoKey(record.dataset or default, record.subject, record.video)
            video = _video(index, key, findings)
            if video is not None:
                check_length(video, record, findings)
                dataset = scope.id_index.names[row].dataset  # the id that the protocol uses
                expressions = _expressions(record, protocol, classes, dataset)
                videos.append(AnnotatedVideo(video, expressions))
        run_data = RunData(protocol, truth, _subjects(videos), tuple(videos), ())
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
    scope = build_recognition_truth(table, protocol, findings)
    findings.raise_errors()
    samples = []
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
    return RunData(protocol, truth, _subjects(samples), (), tuple(samples))


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


SEED_LIMIT = 2**31
"""Seeds are smaller than this: every numerical library accepts them."""


def leave_one_subject_out(
    run_data: RunData, seed: int, store: Store, *, with_truth: bool = False
) -> list[Fold]:
    """Return one fold per subject, with the subject's videos and samples as the test set.

    Parameters
    ----------
    run_data : RunData
        The data of the run.
    seed : int
        The run's seed; the seed of a fold depends only on it and on the subject.
    store : Store
        The cache of prepared arrays.
    with_truth : bool
        Keep the annotations of the test videos (``needs_truth``).

    Raises
    ------
    MebenchError
        ``too-few-subjects``.
    """
    if len(run_data.subjects) < 2:
        raise MebenchError.of(
            "too-few-subjects",
            f"Leave-one-subject-out needs at least two subjects; {len(run_data.subjects)} in the "
            f"scope of {run_data.protocol.id}.",
            "Run `mebench datasets check ID` to see what the copy lacks.",
        )
    return [_fold(run_data, subject, seed, store, with_truth) for subject in run_data.subjects]


def _fold(
    run_data: RunData, subject: SubjectKey, seed: int, store: Store, with_truth: bool
) -> Fold:
    def is_test(unit: AnnotatedVideo | AnnotatedSample) -> bool:
        return (unit.dataset, unit.subject) == subject

    test = tuple(filter(is_test, run_data.videos))
    test_samples = tuple(filter(is_test, run_data.samples))
    return Fold(
        name="/".join(subject) if run_data.protocol.is_composite else subject.subject,
        protocol=run_data.protocol,
        training=tuple(filterfalse(is_test, run_data.videos)),
        test=test if with_truth else tuple(map(UnseenVideo, test)),
        training_samples=tuple(filterfalse(is_test, run_data.samples)),
        test_samples=test_samples
        if with_truth
        else tuple(sample.without_emotion() for sample in test_samples),
        seed=RandomStream(seed, "fold", *subject).integer(0, SEED_LIMIT - 1),
        store=store,
    )


def all_subjects(run_data: RunData, seed: int, store: Store) -> Fold:
    """Return the fold that trains on all subjects and tests none."""
    return Fold(
        name="all subjects",
        protocol=run_data.protocol,
        training=run_data.videos,
        test=(),
        training_samples=run_data.samples,
        test_samples=(),
        seed=RandomStream(seed, "everybody").integer(0, SEED_LIMIT - 1),
        store=store,
    )


def parse_fold_selection(text: str, count: int) -> list[int]:
    """Parse ``0,3-5`` as fold numbers, in ascending order."""
    chosen: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", part)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if low > high or high >= count:
            raise UsageError.of(
                "bad-folds",
                f"--folds {text!r}: {part.strip()!r} is neither a fold nor a range of folds.",
                f"Choose from the folds 0 to {count - 1} of this run, for example --folds 0,3-5",
            )
        chosen.update(range(low, high + 1))
    return sorted(chosen)
