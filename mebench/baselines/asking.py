"""Putting a question to a baseline: its method called, and what it hands back as a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from mebench.baselines.answers import check_predictions, curves_as_npz
from mebench.baselines.arrays import as_npz
from mebench.baselines.contract import Baseline
from mebench.baselines.material import video_key
from mebench.baselines.questions import TaskKind
from mebench.baselines.studies.contract import Cost, EpochResult, Explanation, Trained
from mebench.baselines.units import DetectedInterval, Fold
from mebench.baselines.wire import Message
from mebench.diagnostics import MebenchError


def call_baseline(task_kind: TaskKind, baseline: Baseline, fold: Fold, details: Any) -> Message:
    """Ask a baseline.

    Parameters
    ----------
    question : TaskKind
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
