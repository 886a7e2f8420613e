"""Apex error: the mean absolute distance in frames between predicted and annotated apex.

The mean is over the videos that have both; for one-per-video protocols.
"""

from mebench.metrics.counts import NO_APEX, TopPredictionCounts
from mebench.metrics.metric import (
    NEEDS_ONE_PER_VIDEO,
    NO_UNIQUE_EXPRESSION,
    Definition,
    Metric,
    detail_of_top_predictions,
    of_top_predictions,
)
from mebench.metrics.ratios import Value, ratio


def apex_mae(top: TopPredictionCounts) -> Value:
    """Return the mean absolute distance, in frames."""
    return ratio(top.distance, top.measured, NO_APEX)


APEX_MAE = Metric(
    "apex_mae",
    "Apex error (frames)",
    "Spotting",
    NEEDS_ONE_PER_VIDEO,
    of_top_predictions(apex_mae, without_truth=NO_APEX),
    detail_of_top_predictions(lambda top: f"n = {top.measured}"),
    scale="log",
    unit="frames",
    better="lower",
    definition=Definition(
        "The mean distance between the predicted and the annotated apex, over the videos that have "
        "both.",
        undefined=(NO_APEX, *NO_UNIQUE_EXPRESSION),
    ),
)
