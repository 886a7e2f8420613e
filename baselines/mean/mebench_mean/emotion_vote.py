"""The emotion of a spotted interval, by majority vote of its pairs (Table 8), or of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mebench.runner import SamplePrediction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import UnseenSample


VoteCase = Literal[1, 2, 3]
"""1: from k' before the peak to just before it; 2: the peak; 3: k' on both sides."""


def voting_pairs(peak: int, half: int, case: VoteCase, pairs: int) -> slice:
    """Return the pairs of frames that name an interval, within the video; one at least."""
    low, high = {1: (-half, 0), 2: (0, 1), 3: (-half, half)}[case]
    start = min(max(peak + low, 0), pairs - 1)
    return slice(start, min(max(peak + high, start + 1), pairs))


def vote_emotion(
    probabilities: NDArray[np.floating], peak: int, half: int, case: VoteCase
) -> tuple[int, NDArray[np.float64]]:
    """Name an interval.

    Parameters
    ----------
    probabilities : array, shape (pairs, classes)
        The recognition network's output.
    peak, half : int
        The interval's peak, and k'.
    case : {1, 2, 3}
        Which pairs count.

    Returns
    -------
    place : int
        The class that most pairs are taken for; of equally common ones the first.
    means : float64, shape (classes,)
        The mean output over the pairs.
    """
    part = probabilities[voting_pairs(peak, half, case, len(probabilities))]
    counts = np.bincount(part.argmax(axis=1), minlength=probabilities.shape[1])
    return int(counts.argmax()), part.mean(axis=0, dtype=np.float64)


def predict_sample(
    sample: UnseenSample, classes: Sequence[str], shares: NDArray[np.floating[Any]]
) -> SamplePrediction:
    """Name a sample by the class with the highest output."""
    names = dict(zip(classes, map(float, shares), strict=True))
    return SamplePrediction(sample, classes[int(shares.argmax())], names)
