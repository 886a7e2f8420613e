"""Baselines: the contract for those who write one, and the runner that owns the folds."""

from mebench.baselines.contract import (
    AnnotatedSample,
    AnnotatedVideo,
    Answer,
    Baseline,
    Expression,
    Fold,
    Naming,
    Options,
    Size,
    Spotted,
    UnseenSample,
    UnseenVideo,
)
from mebench.baselines.store import Store

__all__ = [
    "AnnotatedSample",
    "AnnotatedVideo",
    "Answer",
    "Baseline",
    "Expression",
    "Fold",
    "Naming",
    "Options",
    "Size",
    "Spotted",
    "Store",
    "UnseenSample",
    "UnseenVideo",
]
