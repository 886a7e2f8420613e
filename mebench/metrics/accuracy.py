"""Accuracy [Eq. 18]: the share of analyzed expressions with the correct emotion."""

from fractions import Fraction

from mebench.metrics.counts import NO_ANALYZED_PAIR, ConfusionCounts, Value
from mebench.metrics.metric import over_all_videos, over_spotted


def accuracy(confusion: ConfusionCounts) -> Value:
    """Return correct / analyzed."""
    if not confusion.total:
        return NO_ANALYZED_PAIR
    return Fraction(confusion.correct, confusion.total)


def _detail(confusion: ConfusionCounts) -> str:
    return f"{confusion.correct}/{confusion.total}"


ACCURACY = over_spotted("accuracy", "Accuracy", accuracy, _detail)
ACCURACY_ALL = over_all_videos("accuracy_all", "Accuracy", accuracy, _detail)
