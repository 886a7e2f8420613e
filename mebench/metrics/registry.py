"""All metrics of the standard, in the order of tables."""

from collections.abc import Container, Iterable

from mebench.metrics.acc_mesr import ACC_MESR
from mebench.metrics.accuracy import ACCURACY, ACCURACY_ALL
from mebench.metrics.analysis_f1 import ANALYSIS_F1, ANALYSIS_F1_ALL
from mebench.metrics.analysis_precision import ANALYSIS_PRECISION, ANALYSIS_PRECISION_ALL
from mebench.metrics.analysis_recall import ANALYSIS_RECALL, ANALYSIS_RECALL_ALL
from mebench.metrics.ap_coco101 import AP_COCO101
from mebench.metrics.apex_mae import APEX_MAE
from mebench.metrics.asr import ASR
from mebench.metrics.average_precision import AP, AP50, AP75
from mebench.metrics.metric import Metric, capabilities_of
from mebench.metrics.spotting_f1 import SPOTTING_F1
from mebench.metrics.spotting_precision import SPOTTING_PRECISION
from mebench.metrics.spotting_recall import SPOTTING_RECALL
from mebench.metrics.strs import STRS
from mebench.metrics.uar import UAR, UAR_ALL
from mebench.metrics.uf1 import UF1, UF1_ALL
from mebench.models.protocol import Protocol
from mebench.models.report import MetricDefinition
from mebench.util.text import did_you_mean

METRICS: tuple[Metric, ...] = (
    SPOTTING_PRECISION,
    SPOTTING_RECALL,
    SPOTTING_F1,
    AP,
    AP50,
    AP75,
    AP_COCO101,
    ASR,
    APEX_MAE,
    ACCURACY,
    ANALYSIS_PRECISION,
    ANALYSIS_RECALL,
    ANALYSIS_F1,
    UF1,
    UAR,
    ACCURACY_ALL,
    ANALYSIS_PRECISION_ALL,
    ANALYSIS_RECALL_ALL,
    ANALYSIS_F1_ALL,
    UF1_ALL,
    UAR_ALL,
    STRS,
    ACC_MESR,
)

METRICS_BY_ID = {metric.id: metric for metric in METRICS}

RANKED_METRICS = {
    "spot": ("spotting_precision", "spotting_recall", "spotting_f1", "ap"),
    "recognize": ("accuracy", "uf1", "uar"),
    "spot-then-recognize": ("spotting_f1", "ap", "asr", "analysis_f1", "uf1", "uar", "strs"),
}
"""The ids of the main metrics of each task, which tables of several systems show."""


def metrics_of(protocol: Protocol) -> list[Metric]:
    """Return the metrics of a protocol, in the order of tables."""
    capabilities = capabilities_of(protocol)
    return [metric for metric in METRICS if metric.needs <= capabilities]


def definition_of(
    identifier: str, own: Iterable[MetricDefinition] | None
) -> Metric | MetricDefinition:
    """Return the definition of a metric: of the standard, or out of those from other packages."""
    known = METRICS_BY_ID.get(identifier)
    return known or next(metric for metric in own or () if metric.id == identifier)


def suggest_metrics(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean ...?`` for an id that does not exist, or an empty text.

    Tables print several metrics as F1 or Precision, so all metrics of a title are suggested; and
    the words of an id can be in another order.
    """
    names, text = list(known), name.strip().casefold()
    words = {*text.replace("_", " ").split()}
    titled = [
        each
        for each in names
        if each in METRICS_BY_ID
        and (text == METRICS_BY_ID[each].title.casefold() or words == {*each.split("_")})
    ]
    if titled:
        *others, last = map(repr, titled)
        return f" Did you mean {', '.join(others)}{' or ' * bool(others)}{last}?"
    return did_you_mean(name, names)


def headline_metric(available: Container[str]) -> Metric:
    """Return the metric that ranks systems, out of the available metric ids."""
    return next(metric for metric in (STRS, SPOTTING_F1, UF1) if metric.id in available)
