"""The kinds of job, as plain data, and how a worker carries them out.

A job names everything it needs; the process that carries it out opens the data set itself. The
annotations that travel with a fold are those of its training videos alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from mebench.baselines.asking import call_baseline
from mebench.baselines.contract import Baseline
from mebench.baselines.folds import PlannedFold
from mebench.baselines.material import (
    DatasetLocation,
    RunData,
    index_videos,
    open_datasets,
    video_key,
)
from mebench.baselines.options import options_from_mapping
from mebench.baselines.questions import TaskKind
from mebench.baselines.registry import baseline_class
from mebench.baselines.store import Store
from mebench.baselines.units import (
    AnnotatedSample,
    AnnotatedVideo,
    Expression,
    Fold,
    UnseenSample,
    UnseenVideo,
)
from mebench.baselines.wire import Message
from mebench.datasets.contract import Video
from mebench.diagnostics import MebenchError
from mebench.metrics.trial import VideoKey
from mebench.records.protocol import Protocol

ProgressCallback = Callable[[float, str], None]


class JobFactory:
    """What all jobs of a run share.

    Parameters
    ----------
    baseline : str
        Its name.
    options : dict
        Its options, as plain data.
    protocol : Protocol
        The rules.
    located : sequence of DatasetLocation
        The data sets.
    store : Path
        Where prepared arrays are kept.
    """

    def __init__(
        self,
        baseline: str,
        options: dict[str, Any],
        protocol: Protocol,
        dataset_locations: Sequence[DatasetLocation],
        store: Path,
    ) -> None:
        self._common = {
            "baseline": baseline,
            "options": options,
            "protocol": protocol.model_dump(mode="json"),
            "datasets": [list(one) for one in dataset_locations],
            "store": str(store),
        }

    def preparation(self, video: UnseenVideo) -> dict[str, Any]:
        """Return the job of preparing one video."""
        return {**self._common, "job": "prepare", "video": list(video_key(video))}

    def fold(
        self,
        planned: PlannedFold,
        material: RunData,
        task_kind: TaskKind = TaskKind.PREDICTIONS,
        *,
        with_truth: bool,
        details: Any = None,
    ) -> dict[str, Any]:
        """Return the job of one fold.

        Parameters
        ----------
        planned : PlannedFold
            Which.
        material : RunData
            What there is.
        question : TaskKind
            What is asked.
        with_truth : bool
            Hand over the annotations of the test videos too (``needs_truth``).
        details : plain data
            What else belongs to the question.
        """

        def is_test(one: AnnotatedVideo | AnnotatedSample) -> bool:
            return (one.dataset, one.subject) == planned.subject

        return {
            **self._common,
            "job": "fold",
            "question": task_kind,
            "details": details,
            "name": planned.name(material.protocol.is_composite),
            "seed": planned.seed,
            "training": [_annotated(one) for one in material.videos if not is_test(one)],
            "test": [
                _annotated(one) if with_truth else list(video_key(one))
                for one in material.videos
                if is_test(one)
            ],
            "training_samples": [
                _sample(one, one.emotion) for one in material.samples if not is_test(one)
            ],
            "test_samples": [
                _sample(one, one.emotion if with_truth else None)
                for one in tested_samples(material, planned, task_kind)
            ],
        }


def _annotated(video: AnnotatedVideo) -> list[Any]:
    return [
        *video_key(video),
        [[one.onset, one.offset, one.apex, one.kind, one.emotion] for one in video.expressions],
    ]


def _sample(one: AnnotatedSample, emotion: str | None) -> list[Any]:
    place = [one.dataset, one.subject, one.id, list(video_key(one.video))]
    return [*place, one.onset, one.apex, one.offset, emotion]


def tested_samples(
    material: RunData, planned: PlannedFold, task_kind: TaskKind
) -> list[AnnotatedSample]:
    """Return the samples that a baseline names in a fold.

    Where the protocol gives none and the question is about learning to name, they are the
    micro-expressions of the test subject, named by their video and their place in it.
    """
    if task_kind is not TaskKind.LEARNING_CURVES or material.samples:
        return [one for one in material.samples if (one.dataset, one.subject) == planned.subject]
    return [
        AnnotatedSample(
            *(video.dataset, video.subject, f"{video.id}/{place}", video),
            *(one.onset, one.apex, one.offset),
            one.emotion,
        )
        for video in material.videos
        if (video.dataset, video.subject) == planned.subject
        for place, one in enumerate(video.expressions)
        if one.kind == "micro" and one.emotion is not None
    ]


def execute(job: dict[str, Any], report: ProgressCallback) -> Message:
    """Carry out a job.

    Returns
    -------
    Message
        For a fold: the baseline's reply.

    Raises
    ------
    MebenchError
        If data or answers are not as they should be. Whatever else the baseline raises comes
        through.
    """
    if job["job"] == "spot":
        from mebench.baselines.own_video import predict_user_video

        return predict_user_video(job, report)
    kind = baseline_class(job["baseline"])
    baseline = kind(options_from_mapping(kind, job["options"]))
    baseline.protocol = Protocol.model_validate(job["protocol"])
    store = Store(Path(job["store"]))
    videos = _open_videos(tuple((name, root) for name, root in job["datasets"]))
    if job["job"] == "prepare":
        baseline.prepare(UnseenVideo(_find_video(videos, job["video"])), store, report)
        return Message({})
    return _execute_fold(baseline, job, videos, store, report)


def _execute_fold(
    baseline: Baseline,
    job: dict[str, Any],
    videos: dict[VideoKey, Video],
    store: Store,
    report: ProgressCallback,
) -> Message:
    def annotated(row: list[Any]) -> AnnotatedVideo:
        expressions = [Expression(*one) for one in row[3]]
        return AnnotatedVideo(_find_video(videos, row[:3]), expressions)

    def unseen(row: list[Any]) -> UnseenVideo:
        return annotated(row) if len(row) > 3 else UnseenVideo(_find_video(videos, row))

    def sample(row: list[Any]) -> UnseenSample:
        video = UnseenVideo(_find_video(videos, row[3]))
        given = (row[0], row[1], row[2], video, row[4], row[5], row[6])
        return UnseenSample(*given) if row[7] is None else AnnotatedSample(*given, row[7])

    protocol = baseline.protocol
    assert protocol is not None
    fold = Fold(
        name=job["name"],
        protocol=protocol,
        training=tuple(map(annotated, job["training"])),
        test=tuple(map(unseen, job["test"])),
        training_samples=tuple(
            one for one in map(sample, job["training_samples"]) if isinstance(one, AnnotatedSample)
        ),
        test_samples=tuple(map(sample, job["test_samples"])),
        seed=job["seed"],
        store=store,
        report=report,
    )
    return call_baseline(TaskKind(job["question"]), baseline, fold, job["details"])


@lru_cache(maxsize=4)
def _open_videos(dataset_locations: tuple[tuple[str, str | None], ...]) -> dict[VideoKey, Video]:
    """Open data sets once a process."""
    from mebench.datasets.frames.cache import read_through_cache

    datasets = open_datasets([DatasetLocation(*one) for one in dataset_locations])
    return index_videos([read_through_cache(dataset) for dataset in datasets])


def _find_video(videos: dict[VideoKey, Video], row: Sequence[str]) -> Video:
    key = VideoKey(*row)
    if key not in videos:
        raise MebenchError.of(
            "video-missing",
            f"Here the copy of {key.dataset} lacks the video {key.video!r} of {key.subject!r}.",
            "Every worker needs the same data, at the same place.",
        )
    return videos[key]
