"""How values are written in tables."""

from __future__ import annotations

from mebench.metrics.registry import METRICS_BY_ID
from mebench.records.report import MetricMap, MetricValue

REASON_TEXTS = {
    "no-truth": "there is no truth",
    "no-truth-and-no-prediction": "there is neither truth nor prediction",
    "unranked": "the predictions have no scores",
    "unranked-choice": "a video has several predictions without scores",
    "several-truths": "a video has several truths",
    "no-analysed-pair": "nothing was analysed",
    "no-apex": "no video has an annotated and a predicted apex",
    "no-samples": "there are no samples",
    "no-fold": "it is undefined in every fold",
}


def format_number(metric: str, value: MetricValue | None) -> str | None:
    """Return a value as a table shows it: four decimals, frames two; None where there is none."""
    if value is None or value.value is None:
        return None
    return f"{value.value:.2f}" if METRICS_BY_ID[metric].unit == "frames" else f"{value.value:.4f}"


def undefined_reason(metrics: MetricMap, metric: str) -> str:
    """Return why a metric has no value, in words."""
    code = metrics[metric].reason if metric in metrics else None
    return REASON_TEXTS.get(code, code) if code is not None else ""
