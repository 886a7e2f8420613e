"""Analysis F1 [Eq. 21]: the harmonic mean of macro precision and macro recall.

It is not macro F1. That is ``uf1``, which is never larger, because the harmonic mean is concave.
"""

from mebench.metrics.analysis_precision import macro_precision
from mebench.metrics.analysis_recall import macro_recall
from mebench.metrics.counts import ClassCounts, computed_once
from mebench.metrics.metric import Definition, equation, over_all_videos, over_spotted
from mebench.metrics.ratios import Quantity, harmonic_mean


@computed_once
def macro_harmonic_f1(confusion: ClassCounts) -> Quantity:
    """Return the harmonic mean of the two macro averages."""
    return harmonic_mean(macro_precision(confusion), macro_recall(confusion))


_DEFINITION = Definition(
    "The harmonic mean of macro precision and macro recall. It is not macro-F1, which is UF1.",
    equation(21),
)

ANALYSIS_F1 = over_spotted("analysis_f1", "F1", macro_harmonic_f1, _DEFINITION)
ANALYSIS_F1_ALL = over_all_videos("analysis_all_f1", "F1", macro_harmonic_f1, _DEFINITION)
