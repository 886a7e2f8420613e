"""The counts a metric sees: sums over whichever subjects were asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from mebench.metrics.confusion import ConfusionCounts
from mebench.metrics.curve import PrecisionRecallCurve
from mebench.metrics.value import NO_TRUTH, UNRANKED, Undefined


@dataclass(frozen=True, slots=True)
class TopPredictionCounts:
    """What the one prediction chosen for each truth video did (one-per-video protocols).

    Attributes
    ----------
    videos : int
        Videos with a truth.
    inside : int
        Those whose predicted apex lies strictly inside the truth.
    distance : int
        Sum of the distances of predicted and annotated apex, in frames.
    measured : int
        Videos that have both apexes.
    confusion : ConfusionCounts
        Every truth in the class list against its video's prediction, whatever the overlap.
    undefined : Undefined or None
        Why there is no choice, where a video leaves it open.
    """

    videos: int
    inside: int
    distance: int
    measured: int
    confusion: ConfusionCounts
    undefined: Undefined | None


@dataclass(frozen=True)
class PooledCounts:
    """Sums over subjects.

    Attributes
    ----------
    truths, predictions, hits : int
        M, N and A of Eqs. 15 and 16: at the operating point, IoU >= 1/2.
    compute_curves : callable
        Draws the ranking's curves, which take longer than the rest and are rarely looked at.
    analysis : ConfusionCounts
        Over the hits whose truth is in the class list; in recognition over all samples.
    top_predictions : TopPredictionCounts or None
        For one-per-video protocols.
    """

    truths: int = 0
    predictions: int = 0
    hits: int = 0
    compute_curves: Callable[[], list[PrecisionRecallCurve] | Undefined] = lambda: UNRANKED
    analysis: ConfusionCounts = field(default_factory=lambda: ConfusionCounts((), 0, NO_TRUTH))
    top_predictions: TopPredictionCounts | None = None

    @cached_property
    def curves(self) -> list[PrecisionRecallCurve] | Undefined:
        """The ranking's curves at the ten thresholds, or why there is no ranking."""
        return self.compute_curves()
