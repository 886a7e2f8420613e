"""What a fold's training videos give for spotting: lengths, pseudo-labels, balanced samples."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.datasets import Video
    from mebench.runner import AnnotatedVideo, Expression, Fold


def expressions_of(video: AnnotatedVideo, kind: Literal["micro", "macro"]) -> list[Expression]:
    """Return the expressions of a video that are of a kind."""
    return [expression for expression in video.expressions if expression.kind == kind]


def half_length(lengths: Sequence[int]) -> int:
    """Return k', half the mean length of the training expressions, in frames.

    ``int((mean(offset - onset) + 1) / 2)`` as in the authors' code, but of training subjects only.

    Parameters
    ----------
    lengths : sequence of int
        ``offset - onset + 1`` of each expression; an empty sequence gives 1.
    """
    return max(1, sum(lengths) // (2 * len(lengths))) if lengths else 1


def half_at_rate(half: int, video: Video, training: Sequence[Video]) -> int:
    """Return k' in frames of a test video whose frame rate no training video has.

    It is the same time at the most frequent frame rate of the training videos. Where rates are
    equal or not known, k' stays.

    Parameters
    ----------
    half : int
        k', in frames of the training videos.
    video : Video
        The test video.
    training : sequence of Video
        The training videos.
    """
    rates = Counter(one.fps for one in training)
    if not rates or None in rates or video.fps is None or video.fps in rates:
        return half
    [(rate, _)] = rates.most_common(1)
    assert rate is not None
    return max(1, math.floor(half * video.fps / rate + 0.5))


def pseudo_labels(pairs: int, expressions: Sequence[Expression], half: int) -> NDArray[np.float32]:
    """Label each pair j: 1 if the window [j, j + k' - 1] overlaps an expression (Eqs. 5–6).

    Parameters
    ----------
    pairs : int
        Number of pairs.
    expressions : sequence of Expression
        Expressions of the video.
    half : int
        k', in frames.
    """
    labels = np.zeros(pairs, np.float32)
    for expression in expressions:
        labels[max(0, expression.onset - half + 1) : expression.offset + 1] = 1
    return labels


def balanced_sample(
    labels: NDArray[np.float32], ratio: int, order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Choose the training pairs: all positive ones, and ``ratio`` times as many negative ones.

    If there are too few negative pairs, positive pairs are left out instead.

    Parameters
    ----------
    labels : float32, shape (n,)
        Pseudo-labels.
    ratio : int
        Negative pairs per positive pair.
    order : int64, shape (n,)
        A random permutation of the pairs: the first of each kind are chosen.

    Returns
    -------
    int64
        Indices of the chosen pairs, in the order of the permutation.
    """
    positive = labels[order] > 0
    positives, negatives = order[positive], order[~positive]
    if len(negatives) < ratio * len(positives):
        positives = positives[: len(negatives) // ratio]
    else:
        negatives = negatives[: ratio * len(positives)]
    chosen = np.zeros(len(labels), bool)
    chosen[positives] = chosen[negatives] = True
    return order[chosen[order]]


def random_order(fold: Fold, count: int) -> NDArray[np.int64]:
    """Return a random permutation of the pairs, the same on every machine."""
    keys = fold.random_stream("sample").random_bytes(8 * count).view("<u8")
    return np.argsort(keys, kind="stable").astype(np.int64)
