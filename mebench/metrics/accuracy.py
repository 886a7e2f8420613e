"""Accuracy [Eq. 18]: the share of analyzed expressions with the correct emotion."""

from mebench.metrics.counts import NO_ANALYZED_PAIR, ClassCounts
from mebench.metrics.metric import Definition, equation, over_all_videos, over_spotted
from mebench.metrics.ratios import Value, ratio


def accuracy(confusion: ClassCounts) -> Value:
    """Return correct / analyzed."""
    return ratio(sum(confusion.hits), sum(confusion.truths_by_class), NO_ANALYZED_PAIR)


def _detail(confusion: ClassCounts) -> str:
    return f"{sum(confusion.hits)}/{sum(confusion.truths_by_class)}"


_DEFINITION = Definition(
    "The share of analyzed expressions with the correct emotion.",
    equation(18),
    (NO_ANALYZED_PAIR,),
)

ACCURACY = over_spotted("accuracy", "Accuracy", accuracy, _DEFINITION, _detail, "pairs")
ACCURACY_ALL = over_all_videos("accuracy_all", "Accuracy", accuracy, _DEFINITION, _detail, "pairs")
