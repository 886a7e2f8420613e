"""UAR, the unweighted average recall [Eq. 23]: the mean over all classes of TP/n, 0/0 := 0.

It equals the macro recall of Eq. 20; papers report it under both names.
"""

from mebench.metrics.analysis_recall import macro_recall
from mebench.metrics.metric import Definition, equation, over_all_videos, over_spotted

_DEFINITION = Definition(
    "The mean over all classes of TP / true expressions. A class with 0/0 counts as 0.",
    equation(23),
)

UAR = over_spotted("uar", "UAR", macro_recall, _DEFINITION)
UAR_ALL = over_all_videos("uar_all", "UAR", macro_recall, _DEFINITION)
