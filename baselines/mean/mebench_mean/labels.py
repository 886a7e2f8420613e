"""From annotated expressions to what the spotting network learns: pseudo-labels and a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.baselines import Expression


def half_length(lengths: Sequence[int]) -> int:
    """Return k', half the mean length of the training expressions, in frames.

    ``int((mean(offset - onset) + 1) / 2)`` as in the authors' code, over training subjects alone.

    Parameters
    ----------
    lengths : sequence of int
        ``offset - onset + 1`` of each; empty gives 1.
    """
    return max(1, sum(lengths) // (2 * len(lengths))) if lengths else 1


def pseudo_labels(pairs: int, expressions: Sequence[Expression], half: int) -> NDArray[np.float32]:
    """Label each pair of frames: 1 if the window [j, j + k' - 1] meets an expression (Eq. 7).

    Parameters
    ----------
    pairs : int
        Number of pairs.
    expressions : sequence of Expression
        Those of the video.
    half : int
        k', in frames.

    Returns
    -------
    float32, shape (pairs,)
    """
    labels = np.zeros(pairs, np.float32)
    for one in expressions:
        labels[max(0, one.onset - half + 1) : one.offset + 1] = 1
    return labels


def balanced_sample(
    labels: NDArray[np.float32], ratio: int, order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Choose the pairs to train on: all positives, and ``ratio`` times as many negatives.

    Where negatives are short, positives are left out instead.

    Parameters
    ----------
    labels : float32, shape (n,)
        Pseudo-labels.
    ratio : int
        Negatives to a positive.
    order : int64, shape (n,)
        A drawn permutation of the pairs: the first of each kind are taken.

    Returns
    -------
    int64
        Places of the chosen pairs, in the drawn order.
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
