"""Analysis recall [Eq. 20]: the mean over all classes of TP / truths, 0/0 := 0."""

from fractions import Fraction

from mebench.metrics.counts import ConfusionCounts, mean_ratio
from mebench.metrics.metric import over_all_videos, over_spotted


def macro_recall(confusion: ConfusionCounts) -> Fraction:
    """Return the macro-averaged recall."""
    return mean_ratio(confusion.hits, confusion.truths_by_class)


ANALYSIS_RECALL = over_spotted("analysis_recall", "Recall", macro_recall)
ANALYSIS_RECALL_ALL = over_all_videos("analysis_all_recall", "Recall", macro_recall)
