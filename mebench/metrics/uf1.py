"""UF1, the unweighted F1: the mean over all classes of 2TP/(2TP+FP+FN).

Equation 22 of the MEAN paper (Liong, See and Chan 2023); a class with no samples and no predictions
counts as 0.
"""

from mebench.metrics.counts import ClassCounts
from mebench.metrics.metric import Definition, equation, over_all_videos, over_spotted
from mebench.metrics.ratios import Quantity, add, mean_ratio


def unweighted_f1(confusion: ClassCounts) -> Quantity:
    """Return the mean F1 of the classes; 2TP+FP+FN is truths plus predictions of the class."""
    truths, predictions = confusion.truths_by_class, confusion.predictions_by_class
    return mean_ratio(add(confusion.hits, confusion.hits), add(truths, predictions))


_DEFINITION = Definition(
    "The mean over all classes of 2TP / (2TP + FP + FN), macro-F1. A class with 0/0 counts as 0.",
    equation(22),
)

UF1 = over_spotted("uf1", "UF1", unweighted_f1, _DEFINITION)
UF1_ALL = over_all_videos("uf1_all", "UF1", unweighted_f1, _DEFINITION)
