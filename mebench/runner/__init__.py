"""The runner: the baseline contract, and the harness that owns the folds.

Baseline packages import the names exported here and no others of the runner. A run is planned, its
folds are executed in worker processes, and the predictions become a submission that is scored.

May import: diagnostics, util, models, formats, protocols, evaluation, tables, plots, datasets.
"""

from mebench.runner.contract import Baseline, BaselineOptions, Size
from mebench.runner.types import (
    AnnotatedSample,
    AnnotatedVideo,
    Cost,
    DetectedInterval,
    EpochResult,
    Explanation,
    Expression,
    Fold,
    ProgressCallback,
    SamplePrediction,
    Trained,
    UnseenSample,
    UnseenVideo,
    Variant,
    Variants,
    VideoPrediction,
)
from mebench.util.array_store import Store

__all__ = [
    "AnnotatedSample",
    "AnnotatedVideo",
    "Baseline",
    "BaselineOptions",
    "Cost",
    "DetectedInterval",
    "EpochResult",
    "Explanation",
    "Expression",
    "Fold",
    "ProgressCallback",
    "SamplePrediction",
    "Size",
    "Store",
    "Trained",
    "UnseenSample",
    "UnseenVideo",
    "Variant",
    "Variants",
    "VideoPrediction",
]
