"""UAR, the unweighted average recall [Eq. 23]: the mean over all classes of TP/n, 0/0 := 0.

It equals the macro recall of Eq. 20; papers report it under both names.
"""

from mebench.metrics.analysis_recall import macro_recall
from mebench.metrics.metric import over_all_videos, over_spotted

UAR = over_spotted("uar", "UAR", macro_recall)
UAR_ALL = over_all_videos("uar_all", "UAR", macro_recall)
