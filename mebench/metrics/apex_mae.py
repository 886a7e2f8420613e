"""Apex error: the mean absolute distance in frames between predicted and annotated apex.

The mean is over the videos that have both; for one-per-video protocols.
"""

from fractions import Fraction

from mebench.metrics.counts import NO_APEX, TopPredictionCounts, Value
from mebench.metrics.metric import (
    NEEDS_ONE_PER_VIDEO,
    Metric,
    detail_of_top_predictions,
    of_top_predictions,
)


def apex_mae(top: TopPredictionCounts) -> Value:
    """Return the mean absolute distance, in frames."""
    return Fraction(top.distance, top.measured) if top.measured else NO_APEX


APEX_MAE = Metric(
    "apex_mae",
    "Apex error (frames)",
    "Spotting",
    NEEDS_ONE_PER_VIDEO,
    of_top_predictions(apex_mae, without_truth=NO_APEX),
    detail_of_top_predictions(lambda top: f"n = {top.measured}"),
    unit="frames",
    better="lower",
)
