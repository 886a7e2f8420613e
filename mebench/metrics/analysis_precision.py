"""Analysis precision [Eq. 19]: the mean over all classes of TP / predictions, 0/0 := 0."""

from mebench.metrics.counts import ClassCounts, computed_once
from mebench.metrics.metric import Definition, equation, over_all_videos, over_spotted
from mebench.metrics.ratios import Quantity, mean_ratio


@computed_once
def macro_precision(confusion: ClassCounts) -> Quantity:
    """Return the macro-averaged precision."""
    return mean_ratio(confusion.hits, confusion.predictions_by_class)


_DEFINITION = Definition(
    "The mean over all classes of TP / predictions. A class with 0/0 counts as 0.",
    equation(19),
)

ANALYSIS_PRECISION = over_spotted("analysis_precision", "Precision", macro_precision, _DEFINITION)
ANALYSIS_PRECISION_ALL = over_all_videos(
    "analysis_all_precision", "Precision", macro_precision, _DEFINITION
)
