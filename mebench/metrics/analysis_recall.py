"""Analysis recall [Eq. 20]: the mean over all classes of TP / truths, 0/0 := 0."""

from mebench.metrics.counts import ClassCounts, computed_once
from mebench.metrics.metric import Definition, equation, over_all_videos, over_spotted
from mebench.metrics.ratios import Quantity, mean_ratio


@computed_once
def macro_recall(confusion: ClassCounts) -> Quantity:
    """Return the macro-averaged recall."""
    return mean_ratio(confusion.hits, confusion.truths_by_class)


_DEFINITION = Definition(
    "The mean over all classes of TP / true expressions. A class with 0/0 counts as 0.",
    equation(20),
)

ANALYSIS_RECALL = over_spotted("analysis_recall", "Recall", macro_recall, _DEFINITION)
ANALYSIS_RECALL_ALL = over_all_videos("analysis_all_recall", "Recall", macro_recall, _DEFINITION)
