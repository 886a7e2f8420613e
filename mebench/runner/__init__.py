"""The runner: the baseline contract, and the harness that owns the folds.

Baseline packages import the names exported here and no others of the runner. A run is planned, its
folds are executed in worker processes, and the predictions become a submission that is scored.

May import: diagnostics, util, models, formats, protocols, evaluation, tables, plots, datasets.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mebench.runner.contract import (
    Baseline,
    BaselineOptions,
    RunConfig,
    Size,
    Study,
    Trainable,
    WeightsReader,
)
from mebench.runner.types import (
    AnnotatedSample,
    AnnotatedVideo,
    DetectedInterval,
    Expression,
    Fold,
    FoldResult,
    ProgressCallback,
    SamplePrediction,
    Trained,
    UnseenSample,
    UnseenVideo,
    VideoPrediction,
    ignore_progress,
)
from mebench.util.array_store import Store

if TYPE_CHECKING:
    from mebench.runner.composition import Composition
    from mebench.runner.run_data import RunData
    from mebench.runner.runner import Runner
    from mebench.runner.scored_run import run_baseline
    from mebench.runner.study_result import StudyResult
    from mebench.runner.sweep import Setting, Sweep

# Imported on first use: a worker process does not need them.
_MODULES = {
    "Composition": "composition",
    "RunData": "run_data",
    "Runner": "runner",
    "Setting": "sweep",
    "StudyResult": "study_result",
    "Sweep": "sweep",
    "run_baseline": "scored_run",
}

__all__ = [
    "AnnotatedSample",
    "AnnotatedVideo",
    "Baseline",
    "BaselineOptions",
    "Composition",
    "DetectedInterval",
    "Expression",
    "Fold",
    "FoldResult",
    "ProgressCallback",
    "RunConfig",
    "RunData",
    "Runner",
    "SamplePrediction",
    "Setting",
    "Size",
    "Store",
    "Study",
    "StudyResult",
    "Sweep",
    "Trainable",
    "Trained",
    "UnseenSample",
    "UnseenVideo",
    "VideoPrediction",
    "WeightsReader",
    "ignore_progress",
    "run_baseline",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'mebench.runner' has no attribute {name!r}")
    return getattr(import_module(f"mebench.runner.{_MODULES[name]}"), name)
