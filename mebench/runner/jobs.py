"""Jobs as plain data, and their execution in a worker: prepare a video, or run a fold.

A job names everything it needs; the process that executes it opens the data set itself. The job of
a fold contains the annotations of its training videos only.
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
from mebench.runner.prediction_checks import (
    PREDICTION_ERROR,
    PREDICTION_REMEDY,
    check_predictions,
    curves_as_npz,
)
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
    """Make the jobs of a run.

    Parameters
    ----------
    baseline : str
        The baseline's name.
    options : dict
        The baseline's options, as plain data.
    protocol : Protocol
        The protocol.
    dataset_locations : sequence of DatasetLocation
        The data sets.
    store : Path
        The folder of prepared arrays.
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
            "datasets": [list(location) for location in dataset_locations],
            "store": str(store),
        }

    def preparation(self, video: UnseenVideo) -> dict[str, Any]:
        """Return the job that prepares one video."""
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
        """Return the job that runs one fold.

        Parameters
        ----------
        planned : PlannedFold
            The fold.
        run_data : RunData
            The data of the run.
        task_kind : TaskKind
            The task of the baseline.
        with_truth : bool
            Include the annotations of the test videos (``needs_truth``).
        details : plain data
            Additional input of the task.
        """

        def is_test(unit: AnnotatedVideo | AnnotatedSample) -> bool:
            return (unit.dataset, unit.subject) == planned.subject

        return {
            **self._common,
            "job": "fold",
            "question": task_kind,
            "details": details,
            "name": planned.name(run_data.protocol.is_composite),
            "seed": planned.seed,
            "training": [_video_row(video) for video in run_data.videos if not is_test(video)],
            "test": [
                _video_row(video) if with_truth else list(video_key(video))
                for video in run_data.videos
                if is_test(video)
            ],
            "training_samples": [
                _sample_row(sample, sample.emotion)
                for sample in run_data.samples
                if not is_test(sample)
            ],
            "test_samples": [
                _sample_row(sample, sample.emotion if with_truth else None)
                for sample in tested_samples(run_data, planned, task_kind)
            ],
        }


def _video_row(video: AnnotatedVideo) -> list[Any]:
    expressions = [
        [expression.onset, expression.offset, expression.apex, expression.kind, expression.emotion]
        for expression in video.expressions
    ]
    return [*video_key(video), expressions]


def _sample_row(sample: AnnotatedSample, emotion: str | None) -> list[Any]:
    ids = [sample.dataset, sample.subject, sample.id, list(video_key(sample.video))]
    return [*ids, sample.onset, sample.apex, sample.offset, emotion]


def tested_samples(
    run_data: RunData, planned: PlannedFold, task_kind: TaskKind
) -> list[AnnotatedSample]:
    """Return the test samples of a fold.

    The learning curves of a spotting protocol need samples too: they are the annotated
    micro-expressions of the test subject. The id of each is its video's id and its position in it.
    """
    if task_kind is not TaskKind.LEARNING_CURVES or run_data.samples:
        return [
            sample
            for sample in run_data.samples
            if (sample.dataset, sample.subject) == planned.subject
        ]
    return [
        AnnotatedSample(
            *(video.dataset, video.subject, f"{video.id}/{position}", video),
            *(expression.onset, expression.apex, expression.offset),
            expression.emotion,
        )
        for video in run_data.videos
        if (video.dataset, video.subject) == planned.subject
        for position, expression in enumerate(video.expressions)
        if expression.kind == "micro" and expression.emotion is not None
    ]


def execute(job: dict[str, Any], report: ProgressCallback) -> Message:
    """Execute a job.

    Returns
    -------
    Message
        For a fold the baseline's checked result; empty for the preparation of a video.

    Raises
    ------
    MebenchError
        If the data or the baseline's result are not valid. Other exceptions of the baseline are
        not caught.
    """
    if job["job"] == "spot":
        from mebench.runner.user_video import predict_user_video

        return predict_user_video(job, report)
    baseline_type = baseline_class(job["baseline"])
    baseline = baseline_type(options_from_mapping(baseline_type, job["options"]))
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
    """Rebuild the fold from the rows of the job, and run the baseline's task on it."""

    def annotated(row: list[Any]) -> AnnotatedVideo:
        expressions = [Expression(*values) for values in row[3]]
        return AnnotatedVideo(_find_video(videos, row[:3]), expressions)

    def unseen(row: list[Any]) -> UnseenVideo:
        return annotated(row) if len(row) > 3 else UnseenVideo(_find_video(videos, row))

    def sample(row: list[Any]) -> UnseenSample:
        video = UnseenVideo(_find_video(videos, row[3]))
        fields = (row[0], row[1], row[2], video, row[4], row[5], row[6])
        return UnseenSample(*fields) if row[7] is None else AnnotatedSample(*fields, row[7])

    protocol = baseline.protocol
    assert protocol is not None
    fold = Fold(
        name=job["name"],
        protocol=protocol,
        training=tuple(map(annotated, job["training"])),
        test=tuple(map(unseen, job["test"])),
        training_samples=tuple(
            annotated_sample
            for annotated_sample in map(sample, job["training_samples"])
            if isinstance(annotated_sample, AnnotatedSample)
        ),
        test_samples=tuple(map(sample, job["test_samples"])),
        seed=job["seed"],
        store=store,
        report=report,
    )
    return call_baseline(TaskKind(job["question"]), baseline, fold, job["details"])


@lru_cache(maxsize=4)
def _open_videos(dataset_locations: tuple[tuple[str, str | None], ...]) -> dict[VideoKey, Video]:
    """Open data sets once per process."""
    from mebench.datasets.frames.frame_cache import read_through_cache

    datasets = open_datasets([DatasetLocation(*location) for location in dataset_locations])
    return index_videos([read_through_cache(dataset) for dataset in datasets])


def _find_video(videos: dict[VideoKey, Video], row: Sequence[str]) -> Video:
    key = VideoKey(*row)
    if key not in videos:
        raise MebenchError.of(
            "video-missing",
            f"The worker's copy of {key.dataset} lacks the video {key.video!r} of subject "
            f"{key.subject!r}.",
            "Give every worker the same data, in the same folder.",
        )
    return videos[key]


def call_baseline(task_kind: TaskKind, baseline: Baseline, fold: Fold, details: Any) -> Message:
    """Run a task of a baseline on a fold.

    Parameters
    ----------
    task_kind : TaskKind
        The task.
    baseline : Baseline
        The baseline.
    fold : Fold
        The fold.
    details : plain data
        Additional input of the task: the expressions to explain.

    Returns
    -------
    Message
        The checked result.

    Raises
    ------
    MebenchError
        ``baseline-answer`` if the result is not valid. Exceptions of the baseline are not caught.
    """
    return _HANDLERS[task_kind](baseline, fold, details)


def _predict(baseline: Baseline, fold: Fold, details: Any) -> Message:
    checked = check_predictions(baseline.predict(fold), fold)
    head = {"videos": checked.videos, "samples": checked.samples, "clipped": checked.clipped}
    return Message(head, curves_as_npz(checked.curves))


def _learning_curves(baseline: Baseline, fold: Fold, details: Any) -> Message:
    """Return one row per epoch, with the probabilities in the order of samples and classes."""
    classes = fold.protocol.classes
    rows = []
    for epoch in _require_type(baseline.learning_curves(fold), EpochResult):
        predictions = {
            (prediction.sample.dataset, prediction.sample.subject, prediction.sample.id): prediction
            for prediction in epoch.sample_predictions
        }
        probabilities = []
        for sample in fold.test_samples:
            prediction = predictions.get((sample.dataset, sample.subject, sample.id))
            scores = None if prediction is None else prediction.emotion_scores
            if scores is None or set(scores) != set(classes):
                raise _bad_result(
                    f"Epoch {epoch.epoch} does not have one probability per class for the sample "
                    f"{sample.id!r}."
                )
            probabilities.append([float(scores[name]) for name in classes])
        training = [float(epoch.loss), float(epoch.accuracy)]
        rows.append([str(epoch.curve), int(epoch.epoch), *training, probabilities])
    return Message({"lessons": rows})


def _explain(baseline: Baseline, fold: Fold, details: Any) -> Message:
    import numpy as np

    videos = {(video.subject, video.id): video for video in fold.test}
    spotted = [
        (videos[subject, video], DetectedInterval(onset, offset, apex))
        for subject, video, onset, apex, offset in details
    ]
    rows, arrays = [], {}
    explanations = _require_type(baseline.explain(fold, spotted), Explanation)
    for index, explanation in enumerate(explanations):
        names = list(explanation.maps)
        interval = [explanation.onset, explanation.apex, explanation.offset]
        rows.append([*video_key(explanation.video), *interval, names])
        arrays[f"{index}.face"] = np.asarray(explanation.face, np.uint8)
        for number, name in enumerate(names):
            arrays[f"{index}.{number}"] = np.asarray(explanation.maps[name], np.float32)
    return Message({"explanations": rows}, as_npz(arrays, compressed=True))


def _measure_cost(baseline: Baseline, fold: Fold, details: Any) -> Message:
    [cost] = _require_type([baseline.cost(fold)], Cost)
    return Message(asdict(cost))


def _train(baseline: Baseline, fold: Fold, details: Any) -> Message:
    [trained] = _require_type([baseline.train(fold)], Trained)
    head = {
        "classes": list(trained.classes),
        "one_per_video": trained.one_per_video,
        "about": dict(trained.about),
    }
    return Message(head, as_npz(trained.arrays))


def _require_type(values: Iterable[Any], expected: type) -> Iterable[Any]:
    """Yield the values that a baseline returned, and check the type of each."""
    for value in values:
        if not isinstance(value, expected):
            raise _bad_result(
                f"The baseline returned {value!r:.80}; expected an object of the class "
                f"{expected.__name__}."
            )
        yield value


def _bad_result(message: str) -> MebenchError:
    return MebenchError.of(PREDICTION_ERROR, message, PREDICTION_REMEDY)


_HANDLERS: dict[TaskKind, Callable[[Baseline, Fold, Any], Message]] = {
    TaskKind.PREDICTIONS: _predict,
    TaskKind.LEARNING_CURVES: _learning_curves,
    TaskKind.EXPLANATIONS: _explain,
    TaskKind.COST: _measure_cost,
    TaskKind.WEIGHTS: _train,
}
