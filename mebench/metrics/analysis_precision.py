"""Analysis precision [Eq. 19]: the mean over all classes of TP / predictions, 0/0 := 0."""

from mebench.metrics.counts import ClassCounts, computed_once
from mebench.metrics.metric import over_all_videos, over_spotted
from mebench.metrics.ratios import Quantity, mean_ratio


@computed_once
def macro_precision(confusion: ClassCounts) -> Quantity:
    """Return the macro-averaged precision."""
    return mean_ratio(confusion.hits, confusion.predictions_by_class)


ANALYSIS_PRECISION = over_spotted("analysis_precision", "Precision", macro_precision)
ANALYSIS_PRECISION_ALL = over_all_videos("analysis_all_precision", "Precision", macro_precision)
