"""Apex error: the mean absolute distance in frames between predicted and annotated apex.

The mean is over the videos that have both; for one-per-video protocols.
"""

from fractions import Fraction

from mebench.metrics.counts import PooledCounts, top_predictions_of
from mebench.metrics.metric import NEEDS_ONE_PER_VIDEO, Metric
from mebench.metrics.value import NO_APEX, NO_TRUTH, Undefined, Value


def apex_mae(counts: PooledCounts) -> Value:
    """Return the mean absolute distance, in frames."""
    top_predictions = top_predictions_of(counts)
    if isinstance(top_predictions, Undefined):
        return NO_APEX if top_predictions is NO_TRUTH else top_predictions
    return (
        Fraction(top_predictions.distance, top_predictions.measured)
        if top_predictions.measured
        else NO_APEX
    )


def _detail(counts: PooledCounts) -> str:
    top_predictions = top_predictions_of(counts)
    return "" if isinstance(top_predictions, Undefined) else f"n = {top_predictions.measured}"


APEX_MAE = Metric(
    id="apex_mae",
    title="Apex error (frames)",
    section="Spotting",
    needs=NEEDS_ONE_PER_VIDEO,
    value=apex_mae,
    detail=_detail,
    unit="frames",
    better="lower",
)
