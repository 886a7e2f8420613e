"""From a trial to the counts of each unit: the one place where matching becomes numbers."""

from __future__ import annotations

import numpy as np

from mebench.metrics.tally import CountsPerSubject, RankedPredictions
from mebench.metrics.trial import NO_CLASS, Expressions, RecognitionInput, SpottingInput
from mebench.records.base import KINDS
from mebench.records.sheets import NO_FRAME, IntegerColumn
from mebench.rules.matching import match_intervals
from mebench.rules.ranking import ranked_hits

MICRO = KINDS.index("micro")


def count_spotting(
    trial: SpottingInput, unit_of_video: IntegerColumn | None = None, units: int = 0
) -> CountsPerSubject:
    """Count a trial.

    Parameters
    ----------
    trial : SpottingInput
        What is scored.
    unit_of_video : int64, optional
        Which unit each video belongs to; by default its subject.
    units : int
        How many units there are, with ``unit_of_video``.

    Returns
    -------
    CountsPerSubject
        Counts a unit.
    """
    if unit_of_video is None:
        unit_of_video, units = trial.subject_of_video, len(trial.subjects)
    truths, predictions = trial.truths, trial.predictions
    operating = predictions
    if predictions.selected is not None:
        operating = predictions.take(predictions.selected)
    truth_rows, prediction_rows = match_intervals(truths.spans(), operating.spans())

    def spread(events: Expressions) -> IntegerColumn:
        place = unit_of_video[events.video] * len(KINDS) + events.kind
        counted = np.bincount(place, minlength=units * len(KINDS))
        return counted.reshape(units, len(KINDS)).astype(np.int64)

    spotting = np.stack(
        [spread(truths), spread(operating), spread(truths.take(truth_rows))], axis=2
    )
    classes = len(trial.classes)
    analysed = (truths.kind[truth_rows] == MICRO) & (truths.label[truth_rows] != NO_CLASS)
    confusion = _count_confusions(
        unit_of_video[truths.video[truth_rows[analysed]]],
        truths.label[truth_rows[analysed]],
        operating.label[prediction_rows[analysed]],
        (units, classes),
    )
    ranking = None
    if predictions.score is not None:
        ranking = RankedPredictions.of(
            predictions.score,
            unit_of_video[predictions.video],
            predictions.kind.astype(np.int64),
            ranked_hits(truths.spans(), predictions.spans()),
        )
    top_predictions, top_prediction_confusion = (
        _count_top_predictions(trial, unit_of_video, units) if trial.one_per_video else (None, None)
    )
    return CountsPerSubject(
        spotting, spread(predictions), ranking, confusion, top_predictions, top_prediction_confusion
    )


def count_recognition(
    samples: RecognitionInput, unit: IntegerColumn | None = None, units: int = 0
) -> CountsPerSubject:
    """Count the samples of a recognition protocol; arguments as in :func:`count_spotting`."""
    if unit is None:
        unit, units = samples.subject, len(samples.subjects)
    classes = len(samples.classes)
    confusion = _count_confusions(unit, samples.truth, samples.prediction, (units, classes))
    nothing = np.zeros((units, len(KINDS)), np.int64)
    return CountsPerSubject(
        np.zeros((units, len(KINDS), 3), np.int64), nothing, None, confusion, None, None, False
    )


def _count_confusions(
    unit: IntegerColumn, truth: IntegerColumn, prediction: IntegerColumn, shape: tuple[int, int]
) -> IntegerColumn:
    """Return a C x (C + 1) matrix a unit; a missing prediction falls in the last column."""
    units, classes = shape
    column = np.where(prediction == NO_CLASS, classes, prediction)
    place = (unit * classes + truth) * (classes + 1) + column
    counted = np.bincount(place, minlength=units * classes * (classes + 1))
    return counted.reshape(units, classes, classes + 1).astype(np.int64)


def _count_top_predictions(
    trial: SpottingInput, unit_of_video: IntegerColumn, units: int
) -> tuple[IntegerColumn, IntegerColumn]:
    """Count what each truth video's one prediction did.

    The one with the highest score, ties by smallest (onset, offset, place of the emotion). Without
    scores a video with several leaves the choice open, which undefines the metrics that need it.
    """
    videos = len(trial.videos)
    truths = trial.truths.take(trial.truths.kind == MICRO)
    predictions = trial.predictions.take(trial.predictions.kind == MICRO)
    truths_in = np.bincount(truths.video, minlength=videos)
    predictions_in = np.bincount(predictions.video, minlength=videos)

    chosen = np.full(videos, -1)
    score = np.zeros(len(predictions)) if predictions.score is None else predictions.score
    order = np.lexsort(
        (predictions.label, predictions.offset, predictions.onset, -score, predictions.video)
    )[::-1]
    chosen[predictions.video[order]] = order  # the last one written, the preferred, stays

    prediction = chosen[truths.video]
    has = prediction >= 0
    picked = predictions.take(prediction[has])
    apex = np.where(picked.apex == NO_FRAME, (picked.onset + picked.offset) // 2, picked.apex)
    of = truths.take(has)
    inside = np.zeros(len(truths), np.int64)
    inside[has] = (of.onset < apex) & (apex < of.offset)
    measured = of.apex != NO_FRAME
    distance = np.zeros(len(truths), np.int64)
    distance[np.flatnonzero(has)[measured]] = np.abs(apex - of.apex)[measured]

    label = np.full(len(truths), NO_CLASS)
    label[has] = picked.label
    several = truths_in[truths.video] > 1
    unranked = (predictions_in[truths.video] > 1) & (trial.predictions.score is None)
    both = np.zeros(len(truths), np.int64)
    both[np.flatnonzero(has)[measured]] = 1

    columns = [np.ones(len(truths), np.int64), inside, distance, both, several, unranked]
    unit = unit_of_video[truths.video]
    top_predictions = np.zeros((units, len(columns)), np.int64)
    for place, column in enumerate(columns):
        np.add.at(top_predictions[:, place], unit, column)
    known = truths.label != NO_CLASS
    confusion = _count_confusions(
        unit[known], truths.label[known], label[known], (units, len(trial.classes))
    )
    return top_predictions, confusion
