"""Baselines without a model: a reference for every leaderboard, and examples to copy.

This file holds the statistics of the training videos that they share: lengths and emotions.
"""

from __future__ import annotations

from collections import Counter

from mebench.models.base import Kind
from mebench.runner.types import Expression, Fold


def expressions(fold: Fold, kind: Kind) -> list[Expression]:
    """Return the training expressions of a kind."""
    return [
        expression
        for video in fold.training
        for expression in video.expressions
        if expression.kind == kind
    ]


def emotions(fold: Fold) -> list[str]:
    """Return the emotions of all training micro-expressions and samples.

    Where there are none, return each class of the protocol once.
    """
    micro = expressions(fold, "micro")
    of_videos = [expression.emotion for expression in micro if expression.emotion is not None]
    of_samples = [sample.emotion for sample in fold.training_samples]
    return of_videos + of_samples or list(fold.protocol.classes)


def majority_emotion(fold: Fold) -> str:
    """Return the most frequent training emotion; of several, the first in the protocol."""
    counts = Counter(emotions(fold))
    return max(fold.protocol.classes, key=lambda name: counts[name], default="")


def mean_length(fold: Fold, kind: Kind) -> int:
    """Return the mean length of the training expressions, in frames, rounded half up."""
    lengths = [len(expression) for expression in expressions(fold, kind)] or [1]
    return (2 * sum(lengths) + len(lengths)) // (2 * len(lengths))
