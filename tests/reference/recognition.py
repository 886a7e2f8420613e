"""Emotion recognition: the confusion matrix, and the rates computed from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

EmotionPair = tuple[str, str | None]
"""The true emotion, and the predicted one; None where there is no prediction."""


@dataclass(frozen=True)
class Recognition:
    """The recognition measures of a list of pairs.

    ``accuracy`` is None where there is no pair; the others are then 0.
    """

    accuracy: Fraction | None
    precision: Fraction
    recall: Fraction
    f1: Fraction
    uf1: Fraction
    uar: Fraction
    correct: int
    total: int
    confusion: list[list[int]]
    absent_classes: list[str]


def ratio(numerator: int, denominator: int) -> Fraction:
    """Return the ratio of two counts of a class; 0/0 is 0."""
    return Fraction(numerator, denominator) if denominator else Fraction(0)


def mean(values: Sequence[Fraction]) -> Fraction:
    """Return the mean of at least one value."""
    return sum(values, Fraction(0)) / len(values)


def harmonic_mean(first: Fraction, second: Fraction) -> Fraction:
    """Return the harmonic mean, 0 where both are 0."""
    return 2 * first * second / (first + second) if first + second else Fraction(0)


def confusion_matrix(
    pairs: Sequence[EmotionPair], classes: Sequence[str], missing_column: bool
) -> list[list[int]]:
    """Count the pairs: a row for each true class, a column for each predicted class.

    With ``missing_column`` a last column counts the truths without a prediction.
    """
    columns: list[str | None] = [*classes]
    if missing_column:
        columns.append(None)
    return [[pairs.count((truth, predicted)) for predicted in columns] for truth in classes]


def recognition(
    pairs: Sequence[EmotionPair], classes: Sequence[str], missing_column: bool = False
) -> Recognition:
    """Return every recognition measure of pairs whose emotions are all in the class list.

    A missing prediction is wrong, but not a false positive of any class.
    """
    precisions, recalls, f1s, absent = [], [], [], []
    for emotion in classes:
        hits = sum(truth == emotion and predicted == emotion for truth, predicted in pairs)
        false_positives = sum(truth != emotion == predicted for truth, predicted in pairs)
        false_negatives = sum(truth == emotion != predicted for truth, predicted in pairs)
        precisions.append(ratio(hits, hits + false_positives))
        recalls.append(ratio(hits, hits + false_negatives))
        f1s.append(ratio(2 * hits, 2 * hits + false_positives + false_negatives))
        if hits + false_positives + false_negatives == 0:
            absent.append(emotion)
    correct = sum(truth == predicted for truth, predicted in pairs)
    precision, recall = mean(precisions), mean(recalls)
    return Recognition(
        accuracy=Fraction(correct, len(pairs)) if pairs else None,
        precision=precision,
        recall=recall,
        f1=harmonic_mean(precision, recall),
        uf1=mean(f1s),
        uar=recall,
        correct=correct,
        total=len(pairs),
        confusion=confusion_matrix(pairs, classes, missing_column),
        absent_classes=absent,
    )
