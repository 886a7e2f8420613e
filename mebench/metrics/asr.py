"""ASR, the apex spotting rate [Eq. 13], for one-per-video protocols.

The share of videos with a predicted apex strictly inside (onset, offset) of the true expression.
"""

from fractions import Fraction

from mebench.metrics.counts import PooledCounts, top_predictions_of
from mebench.metrics.metric import NEEDS_ONE_PER_VIDEO, Metric
from mebench.metrics.value import Undefined, Value


def asr(counts: PooledCounts) -> Value:
    """Return the share of videos with the predicted apex inside the true expression."""
    top_predictions = top_predictions_of(counts)
    return (
        top_predictions
        if isinstance(top_predictions, Undefined)
        else Fraction(top_predictions.inside, top_predictions.videos)
    )


def _detail(counts: PooledCounts) -> str:
    top_predictions = top_predictions_of(counts)
    return (
        ""
        if isinstance(top_predictions, Undefined)
        else f"{top_predictions.inside}/{top_predictions.videos}"
    )


ASR = Metric(
    id="asr", title="ASR", section="Spotting", needs=NEEDS_ONE_PER_VIDEO, value=asr, detail=_detail
)
