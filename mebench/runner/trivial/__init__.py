"""Baselines without a model: what every board should have, and what a newcomer copies.

Here is what they learn from the training videos: counts, lengths and emotions.
"""

from __future__ import annotations

from collections import Counter

from mebench.models.base import Kind
from mebench.runner.types import Expression, Fold


def expressions(fold: Fold, kind: Kind) -> list[Expression]:
    """Return the training expressions of a kind."""
    return [one for video in fold.training for one in video.expressions if one.kind == kind]


def emotions(fold: Fold) -> list[str]:
    """Return the emotions to draw from: one a training micro-expression or sample."""
    spotted = [one.emotion for one in expressions(fold, "micro") if one.emotion is not None]
    return spotted + [one.emotion for one in fold.training_samples] or list(fold.protocol.classes)


def majority_emotion(fold: Fold) -> str:
    """Return the commonest training emotion; of equally common ones the first of the protocol."""
    counts = Counter(emotions(fold))
    return max(fold.protocol.classes, key=lambda name: counts[name], default="")


def mean_length(fold: Fold, kind: Kind) -> int:
    """Return the mean length of the training expressions, in frames, rounded half up."""
    lengths = [len(one) for one in expressions(fold, kind)] or [1]
    return (2 * sum(lengths) + len(lengths)) // (2 * len(lengths))
