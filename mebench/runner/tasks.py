"""Tasks: what a worker process does, and how a task travels to its worker.

A task is pickled by the harness and unpickled by its worker. Its videos travel as their ids, and
the worker gets their frames from its reader process: so the task of a fold contains the
annotations of its training videos only, and names no file of a data set.
"""

from __future__ import annotations

import io
import json
import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Video
from mebench.diagnostics import Diagnostic
from mebench.models.base import VideoKey
from mebench.models.protocol import Protocol
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.locations import DatasetLocation, video_key
from mebench.runner.prediction_checks import bad_result, check_predictions
from mebench.runner.processes.frame_reader import FrameClient, RemoteVideo
from mebench.runner.types import Fold, FoldResult, ProgressCallback, UnseenSample, UnseenVideo
from mebench.util.array_store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

FoldFunction = Callable[[Baseline, Fold, Any], FoldResult]
"""What to do with a baseline in a fold: a function of a module, called with additional input."""


def predict_fold(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Predict the test videos of a fold, and check the predictions."""
    checked = check_predictions(baseline.predict(fold), fold)
    data = {
        "videos": checked.videos,
        "samples": checked.samples,
        "clipped": checked.clipped,
        "unpredicted": checked.unpredicted,
    }
    return FoldResult(data, checked.curves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(ABC):
    """A piece of work for a worker process.

    Attributes
    ----------
    name : str
        The name for messages: ``fold 1 (s01)``.
    baseline, options : type, BaselineOptions
        The baseline's class and its options.
    protocol : Protocol or None
        The protocol of the run.
    datasets : tuple of DatasetLocation
        The data sets that the worker's reader process opens; the worker does not get them.
    store : Store or None
        The prepared arrays.
    timeout : float or None
        The time limit in seconds.
    reuses_process : bool
        Whether the process may execute another task afterwards.
    affinity : str
        Tasks with the same affinity run in the same process where possible, since they share data
        that the process has cached. Usually a subject.
    """

    name: str
    baseline: type[Baseline]
    options: BaselineOptions
    protocol: Protocol | None = None
    datasets: tuple[DatasetLocation, ...] = ()
    store: Store | None = None
    timeout: float | None = None
    reuses_process: bool = True
    affinity: str = ""

    @abstractmethod
    def execute(self, report: ProgressCallback) -> FoldResult:
        """Do the work; exceptions of the baseline are not caught."""

    def pack(self) -> bytes:
        """Return the task as bytes, for :func:`load_task`."""
        buffer = io.BytesIO()
        _TaskPickler(buffer).dump(replace(self, datasets=()))
        return buffer.getvalue()

    def new_baseline(self) -> Baseline:
        """Return an instance of the baseline."""
        baseline = self.baseline(self.options)
        baseline.protocol = self.protocol
        return baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareTask(Task):
    """Prepare one video, and its samples under a recognition protocol."""

    video: UnseenVideo
    samples: tuple[UnseenSample, ...] = ()

    def execute(self, report: ProgressCallback) -> FoldResult:
        """Let the baseline prepare the video; the result is in the store."""
        assert self.store is not None
        baseline = self.new_baseline()
        baseline.prepare(self.video, self.store, report)
        for sample in self.samples:
            baseline.prepare_sample(sample, self.store, report)
        return FoldResult({}, warnings=warnings_of(baseline))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldTask(Task):
    """Apply a function to a baseline and a fold."""

    fold: Fold
    function: FoldFunction
    inputs: Any = None

    def execute(self, report: ProgressCallback) -> FoldResult:
        """Return the checked result: plain data, and arrays of numbers."""
        baseline, fold = self.new_baseline(), replace(self.fold, report=report)
        result = self.function(baseline, fold, self.inputs)
        if not isinstance(result, FoldResult):
            raise bad_result(f"{self.function.__name__}() returned {result!r:.80}.")
        try:
            data = json.loads(json.dumps(result.data, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise bad_result(f"The result of the fold is not plain data: {error}.") from None
        return FoldResult(data, _checked_arrays(result), warnings=warnings_of(baseline))


def _checked_arrays(result: FoldResult) -> dict[str, NDArray[Any]]:
    if not result.arrays:
        return {}
    import numpy as np

    arrays = {name: np.asarray(array) for name, array in result.arrays.items()}
    for name, array in arrays.items():
        if array.dtype.hasobject:
            raise bad_result(f"The array {name!r} contains objects instead of numbers.")
    return arrays


def warnings_of(baseline: Baseline) -> tuple[Diagnostic, ...]:
    """Return the warnings of a baseline, which may have put anything into its list."""
    for warning in baseline.warnings:
        if not isinstance(warning, Diagnostic):
            raise bad_result(f"The list of warnings contains {warning!r:.80}.")
    return tuple(baseline.warnings)


def load_task(content: bytes, client: FrameClient) -> Task:
    """Return the task that the bytes describe; the frames of its videos come from the client."""
    task = _TaskUnpickler(io.BytesIO(content), client).load()
    assert isinstance(task, Task)
    return task


@cache
def _is_source(kind: type) -> bool:
    """Return whether a type is that of the videos of a data set; asked for every value."""
    return issubclass(kind, Video) and not issubclass(kind, UnseenVideo)


class _TaskPickler(pickle.Pickler):
    def persistent_id(self, value: Any) -> Any:
        """Replace the video of a data set by its ids."""
        kind: Any = type(value)
        return tuple(video_key(value)) if _is_source(kind) else None


class _TaskUnpickler(pickle.Unpickler):
    def __init__(self, buffer: io.BytesIO, client: FrameClient) -> None:
        super().__init__(buffer)
        self._client = client

    def persistent_load(self, identity: Any) -> Video:
        """Return the video that has these ids."""
        return RemoteVideo(self._client, VideoKey(*identity))
