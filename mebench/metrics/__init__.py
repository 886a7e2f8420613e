"""Metrics: small declarative files, each a function of counts.

A :class:`~mebench.metrics.metric.Metric` is an id, a title and a function from
:class:`~mebench.metrics.counts.PooledCounts` to a value. Counts are sums over subjects, so the
score, the score of a fold, a bootstrap replicate and a leaderboard entry are the same call.

Truth and predictions of the scored videos (:class:`~mebench.metrics.expressions.Expressions`) are
counted once per subject (:class:`~mebench.metrics.subject_counts.CountsPerSubject`).

Authors of metrics in other packages import the names exported here (``docs/metrics.md``); they are
loaded on first use.

May import: diagnostics, util, models, matching.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench.metrics.counts import (
        ClassCounts,
        PooledCounts,
        PrecisionRecallCurve,
        TopPredictionCounts,
    )
    from mebench.metrics.metric import (
        Definition,
        Metric,
        of_top_predictions,
        over_all_videos,
        over_spotted,
    )
    from mebench.metrics.ratios import (
        Undefined,
        Value,
        add,
        harmonic_mean,
        mean_ratio,
        product,
        ratio,
        where_defined,
        zero_if_undefined,
    )
    from mebench.metrics.registry import METRICS_BY_ID

_MODULES = {
    **dict.fromkeys(("Definition", "Metric", "of_top_predictions"), "metric"),
    **dict.fromkeys(("over_all_videos", "over_spotted"), "metric"),
    **dict.fromkeys(
        ("ClassCounts", "PooledCounts", "PrecisionRecallCurve", "TopPredictionCounts"), "counts"
    ),
    **dict.fromkeys(
        ("Undefined", "Value", "add", "harmonic_mean", "mean_ratio", "product", "ratio"), "ratios"
    ),
    **dict.fromkeys(("where_defined", "zero_if_undefined"), "ratios"),
    "METRICS_BY_ID": "registry",
}

__all__ = [
    "METRICS_BY_ID",
    "ClassCounts",
    "Definition",
    "Metric",
    "PooledCounts",
    "PrecisionRecallCurve",
    "TopPredictionCounts",
    "Undefined",
    "Value",
    "add",
    "harmonic_mean",
    "mean_ratio",
    "of_top_predictions",
    "over_all_videos",
    "over_spotted",
    "product",
    "ratio",
    "where_defined",
    "zero_if_undefined",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'mebench.metrics' has no attribute {name!r}")
    return getattr(import_module(f"mebench.metrics.{_MODULES[name]}"), name)
