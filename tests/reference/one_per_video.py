"""The metrics of protocols with one expression per video."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tests.reference.model import Interval, emotion_index
from tests.reference.outcome import Outcome
from tests.reference.recognition import EmotionPair, Recognition, mean, recognition

APEX_METRICS = ("asr", "apex_mae")
SHARE_METRICS = (
    "analysis_all_precision",
    "analysis_all_recall",
    "analysis_all_f1",
    "uf1_all",
    "uar_all",
)
ALL_METRICS = (*SHARE_METRICS, "accuracy_all")


def chosen(predictions: Sequence[Interval], classes: Sequence[str]) -> Interval | None:
    """Return a video's top prediction: the one with the highest score.

    Ties go to the smallest (onset, offset, index of the emotion, apex with a missing one last). A
    single prediction needs no score.
    """
    if not predictions:
        return None
    return min(
        predictions,
        key=lambda prediction: (
            -prediction.score if prediction.score is not None else 0,
            prediction.onset,
            prediction.offset,
            emotion_index(prediction.emotion, classes),
            prediction.apex is None,
            prediction.apex or 0,
        ),
    )


def apex_of(prediction: Interval) -> int:
    """Return the prediction's apex; if it has none, its middle frame."""
    if prediction.apex is not None:
        return prediction.apex
    return (prediction.onset + prediction.offset) // 2


def undefined_reason(truths: Sequence[Interval], predictions: Sequence[Interval]) -> str | None:
    """Return why a video has no unique truth or top prediction; None if all have.

    ``several-truths`` takes precedence over ``unranked-choice``.
    """
    videos = [truth.video for truth in truths]
    if len(set(videos)) < len(videos):
        return "several-truths"
    unranked = [prediction.video for prediction in predictions if prediction.score is None]
    if any(unranked.count(video) > 1 for video in videos):
        return "unranked-choice"
    return None


def apex_outcome(
    truths: Sequence[Interval], predictions: Sequence[Interval], classes: Sequence[str]
) -> Outcome:
    """Return ``asr`` and ``apex_mae``, from all predictions whatever their score."""
    outcome = Outcome()
    reason = undefined_reason(truths, predictions)
    if reason is not None:
        outcome.undefine(reason, *APEX_METRICS)
        return outcome
    inside = 0
    distances: list[Fraction] = []
    for truth in truths:
        prediction = chosen([other for other in predictions if other.video == truth.video], classes)
        if prediction is None:
            continue
        inside += truth.onset < apex_of(prediction) < truth.offset
        if truth.apex is not None:
            distances.append(Fraction(abs(apex_of(prediction) - truth.apex)))
    if truths:
        outcome.define({"asr": Fraction(inside, len(truths))})
    else:
        outcome.undefine("no-truth", "asr")
    if distances:
        outcome.define({"apex_mae": mean(distances)})
    else:
        outcome.undefine("no-apex", "apex_mae")
    return outcome


def analysis_all(
    truths: Sequence[Interval],
    predictions: Sequence[Interval],
    classes: Sequence[str],
    videos: Sequence[str],
) -> tuple[Recognition | None, Outcome]:
    """Compare every truth in the class list with its video's top prediction, with any overlap.

    The metrics are undefined unless every one of the videos, which are those in scope, has a
    prediction.
    """
    outcome = Outcome()
    reason = undefined_reason(truths, predictions)
    if reason is not None:
        outcome.undefine(reason, *ALL_METRICS)
        return None, outcome
    pairs: list[EmotionPair] = []
    for truth in truths:
        if truth.emotion is not None and truth.emotion in classes:
            prediction = chosen(
                [other for other in predictions if other.video == truth.video], classes
            )
            pairs.append((truth.emotion, prediction.emotion if prediction else None))
    result = recognition(pairs, classes, missing_column=True)
    if not truths:
        outcome.undefine("no-truth", *ALL_METRICS)
        return result, outcome
    if {prediction.video for prediction in predictions} != set(videos):
        outcome.undefine("video-without-prediction", *ALL_METRICS)
        return result, outcome
    measured = (result.precision, result.recall, result.f1, result.uf1, result.uar)
    outcome.define(dict(zip(SHARE_METRICS, measured, strict=True)))
    if result.accuracy is None:
        outcome.undefine("no-analysed-pair", "accuracy_all")
    else:
        outcome.define({"accuracy_all": result.accuracy})
    return result, outcome
