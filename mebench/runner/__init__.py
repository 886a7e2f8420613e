"""The runner: the contract for those who write a baseline, and the harness that owns the folds.

Public names for packages of baselines are those exported here. The room may import tables, plots,
datasets, evaluation and what is below them; nothing but the command line imports it.
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
