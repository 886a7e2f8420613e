"""The emotion of a spotted interval, by majority vote of its pairs (Table 8), and of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mebench.runner import SamplePrediction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import UnseenSample


VoteCase = Literal[1, 2, 3]
"""1: the k' pairs before the peak; 2: the peak; 3: k' pairs before the peak and k' from it on."""


def voting_pairs(peak: int, half: int, case: VoteCase, pairs: int) -> slice:
    """Return the pairs of frames that vote for an interval: at least one, inside the video."""
    first, stop = {1: (-half, 0), 2: (0, 1), 3: (-half, half)}[case]
    start = min(max(peak + first, 0), pairs - 1)
    return slice(start, min(max(peak + stop, start + 1), pairs))


def vote_emotion(
    probabilities: NDArray[np.floating], peak: int, half: int, case: VoteCase
) -> tuple[int, NDArray[np.float64]]:
    """Return the emotion of an interval.

    Parameters
    ----------
    probabilities : array, shape (pairs, classes)
        Outputs of the recognition network.
    peak, half : int
        The peak of the interval, and k'.
    case : {1, 2, 3}
        Which pairs vote.

    Returns
    -------
    index : int
        The class predicted for most pairs; the first one in a tie.
    means : float64, shape (classes,)
        The mean output over the pairs.
    """
    votes = probabilities[voting_pairs(peak, half, case, len(probabilities))]
    counts = np.bincount(votes.argmax(axis=1), minlength=probabilities.shape[1])
    return int(counts.argmax()), votes.mean(axis=0, dtype=np.float64)


def predict_sample(
    sample: UnseenSample, classes: Sequence[str], probabilities: NDArray[np.floating[Any]]
) -> SamplePrediction:
    """Predict the class with the highest output for a sample."""
    scores = dict(zip(classes, map(float, probabilities), strict=True))
    return SamplePrediction(sample, classes[int(probabilities.argmax())], scores)
