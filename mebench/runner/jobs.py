"""Jobs as plain data, and their execution in a worker: prepare a video, or run a fold.

A job names everything it needs; the process that executes it opens the data set itself. The
annotations that travel with a fold are those of its training videos only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from mebench.datasets.contract import Video
from mebench.diagnostics import MebenchError
from mebench.models.base import VideoKey
from mebench.models.protocol import Protocol
from mebench.runner.contract import Baseline, TaskKind
from mebench.runner.prediction_checks import check_predictions, curves_as_npz
from mebench.runner.processes.ipc import Message
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import options_from_mapping
from mebench.runner.run_data import (
    DatasetLocation,
    PlannedFold,
    RunData,
    index_videos,
    open_datasets,
    video_key,
)
from mebench.runner.types import (
    AnnotatedSample,
    AnnotatedVideo,
    Cost,
    DetectedInterval,
    EpochResult,
    Explanation,
    Expression,
    Fold,
    ProgressCallback,
    Trained,
    UnseenSample,
    UnseenVideo,
)
from mebench.util.array_store import Store, as_npz


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
    dataset_locations : sequence of DatasetLocation
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
        run_data: RunData,
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
        run_data : RunData
            What there is.
        task_kind : TaskKind
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
            "name": planned.name(run_data.protocol.is_composite),
            "seed": planned.seed,
            "training": [_annotated(one) for one in run_data.videos if not is_test(one)],
            "test": [
                _annotated(one) if with_truth else list(video_key(one))
                for one in run_data.videos
                if is_test(one)
            ],
            "training_samples": [
                _sample(one, one.emotion) for one in run_data.samples if not is_test(one)
            ],
            "test_samples": [
                _sample(one, one.emotion if with_truth else None)
                for one in tested_samples(run_data, planned, task_kind)
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
    run_data: RunData, planned: PlannedFold, task_kind: TaskKind
) -> list[AnnotatedSample]:
    """Return the samples that a baseline names in a fold.

    Where the protocol gives none and the question is about learning to name, they are the
    micro-expressions of the test subject, named by their video and their place in it.
    """
    if task_kind is not TaskKind.LEARNING_CURVES or run_data.samples:
        return [one for one in run_data.samples if (one.dataset, one.subject) == planned.subject]
    return [
        AnnotatedSample(
            *(video.dataset, video.subject, f"{video.id}/{place}", video),
            *(one.onset, one.apex, one.offset),
            one.emotion,
        )
        for video in run_data.videos
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
        from mebench.runner.inference import predict_user_video

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


def call_baseline(task_kind: TaskKind, baseline: Baseline, fold: Fold, details: Any) -> Message:
    """Ask a baseline.

    Parameters
    ----------
    task_kind : TaskKind
        What.
    baseline : Baseline
        Whom.
    fold : Fold
        In which fold.
    details : plain data
        What else belongs to the question: the expressions to be explained.

    Returns
    -------
    Message
        The reply, checked.

    Raises
    ------
    MebenchError
        ``baseline-answer`` if it is not what was asked for. What the baseline raises comes through.
    """
    return _HANDLERS[task_kind](baseline, fold, details)


def _predict(baseline: Baseline, fold: Fold, details: Any) -> Message:
    found = check_predictions(baseline.predict(fold), fold)
    head = {"videos": found.videos, "samples": found.samples, "clipped": found.clipped}
    return Message(head, curves_as_npz(found.curves))


def _learning_curves(baseline: Baseline, fold: Fold, details: Any) -> Message:
    """Return a row a lesson; the emotions that it names in the order of the test samples."""
    classes = fold.protocol.classes
    rows = []
    for lesson in _checked(baseline.learning_curves(fold), EpochResult):
        named = {
            (one.sample.dataset, one.sample.subject, one.sample.id): one
            for one in lesson.sample_predictions
        }
        shares = []
        for sample in fold.test_samples:
            naming = named.get((sample.dataset, sample.subject, sample.id))
            scores = None if naming is None else naming.emotion_scores
            if scores is None or set(scores) != set(classes):
                raise _bad_reply(
                    f"Epoch {lesson.epoch} has no probability a class of {sample.id!r}."
                )
            shares.append([float(scores[name]) for name in classes])
        training = [float(lesson.loss), float(lesson.accuracy)]
        rows.append([str(lesson.curve), int(lesson.epoch), *training, shares])
    return Message({"lessons": rows})


def _explain(baseline: Baseline, fold: Fold, details: Any) -> Message:
    import numpy as np

    videos = {(one.subject, one.id): one for one in fold.test}
    asked = [
        (videos[subject, video], DetectedInterval(onset, offset, apex))
        for subject, video, onset, apex, offset in details
    ]
    rows, arrays = [], {}
    for place, one in enumerate(_checked(baseline.explain(fold, asked), Explanation)):
        names = list(one.maps)
        rows.append([*video_key(one.video), one.onset, one.apex, one.offset, names])
        arrays[f"{place}.face"] = np.asarray(one.face, np.uint8)
        for number, name in enumerate(names):
            arrays[f"{place}.{number}"] = np.asarray(one.maps[name], np.float32)
    return Message({"explanations": rows}, as_npz(arrays, compressed=True))


def _measure_cost(baseline: Baseline, fold: Fold, details: Any) -> Message:
    [cost] = _checked([baseline.cost(fold)], Cost)
    return Message(asdict(cost))


def _train(baseline: Baseline, fold: Fold, details: Any) -> Message:
    [trained] = _checked([baseline.train(fold)], Trained)
    head = {
        "classes": list(trained.classes),
        "one_per_video": trained.one_per_video,
        "about": dict(trained.about),
    }
    return Message(head, as_npz(trained.arrays))


def _checked(given: Iterable[Any], kind: type) -> Iterable[Any]:
    """Give what a baseline handed back, and see that it is what it should be."""
    for one in given:
        if not isinstance(one, kind):
            raise _bad_reply(f"{one!r:.80} is no {kind.__name__}.")
        yield one


def _bad_reply(message: str) -> MebenchError:
    return MebenchError.of(
        "baseline-answer", message, "The baseline has to be corrected; see its documentation."
    )


_HANDLERS: dict[TaskKind, Callable[[Baseline, Fold, Any], Message]] = {
    TaskKind.PREDICTIONS: _predict,
    TaskKind.LEARNING_CURVES: _learning_curves,
    TaskKind.EXPLANATIONS: _explain,
    TaskKind.COST: _measure_cost,
    TaskKind.WEIGHTS: _train,
}
