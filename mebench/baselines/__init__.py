"""Baselines: the contract for those who write one, and the runner that owns the folds."""

from mebench.baselines.contract import Baseline, BaselineOptions, Size
from mebench.baselines.store import Store
from mebench.baselines.studies.contract import (
    Cost,
    EpochResult,
    Explanation,
    Trained,
    Variant,
    Variants,
)
from mebench.baselines.units import (
    AnnotatedSample,
    AnnotatedVideo,
    DetectedInterval,
    Expression,
    Fold,
    ProgressCallback,
    SamplePrediction,
    UnseenSample,
    UnseenVideo,
    VideoPrediction,
)

__all__ = [
    "AnnotatedSample",
    "AnnotatedVideo",
    "Answer",
    "Baseline",
    "Cost",
    "Explanation",
    "Expression",
    "Fold",
    "Lesson",
    "Naming",
    "Options",
    "Report",
    "Size",
    "Spotted",
    "Store",
    "Trained",
    "UnseenSample",
    "UnseenVideo",
    "Variant",
    "Variants",
]
