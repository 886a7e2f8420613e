"""The ids of the metrics, for completion and help that must not import the metrics themselves."""

from __future__ import annotations

from mebench.util.entry_points import find_entry_points

GROUP = "mebench.metrics"
"""The entry points of metrics of other packages."""

STANDARD_METRICS = (
    "spotting_precision",
    "spotting_recall",
    "spotting_f1",
    "ap",
    "ap50",
    "ap75",
    "ap_coco101",
    "asr",
    "apex_mae",
    "accuracy",
    "analysis_precision",
    "analysis_recall",
    "analysis_f1",
    "uf1",
    "uar",
    "accuracy_all",
    "analysis_all_precision",
    "analysis_all_recall",
    "analysis_all_f1",
    "uf1_all",
    "uar_all",
    "strs",
    "acc_mesr",
)
"""The metrics of the standard, in the order of tables."""


def metric_ids() -> tuple[str, ...]:
    """Return the ids of the metrics of the standard, and the names of those of other packages."""
    return (*STANDARD_METRICS, *sorted({point.name for point in find_entry_points(GROUP)}))
