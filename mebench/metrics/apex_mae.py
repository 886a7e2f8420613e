"""Apex error: the mean distance in frames between predicted and annotated apex.

Over the truth videos that have both.
"""

from fractions import Fraction

from mebench.metrics.asr import choice_of
from mebench.metrics.counts import Counts
from mebench.metrics.metric import ONE_SPOTTED, Metric
from mebench.metrics.value import NO_APEX, NO_TRUTH, Undefined, Value


def apex_mae(counts: Counts) -> Value:
    """Return the mean absolute distance, in frames."""
    choice = choice_of(counts)
    if isinstance(choice, Undefined):
        return NO_APEX if choice is NO_TRUTH else choice
    return Fraction(choice.distance, choice.measured) if choice.measured else NO_APEX


def _detail(counts: Counts) -> str:
    choice = choice_of(counts)
    return "" if isinstance(choice, Undefined) else f"n = {choice.measured}"


APEX_MAE = Metric(
    id="apex_mae",
    title="Apex error (frames)",
    section="Spotting",
    needs=ONE_SPOTTED,
    value=apex_mae,
    detail=_detail,
    unit="frames",
    better="lower",
)
