"""Tasks: what a worker process does, and how a task travels to its worker.

A task is pickled; both ends are processes of one run. Its videos travel as their ids, and the
worker opens the data sets itself: so an open file never has to be pickled, and the task of a fold
contains the annotations of its training videos only.
"""

from __future__ import annotations

import io
import json
import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from mebench.datasets.contract import Video
from mebench.diagnostics import MebenchError
from mebench.models.base import VideoKey
from mebench.models.protocol import Protocol
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.locations import DatasetLocation, index_videos, open_datasets, video_key
from mebench.runner.prediction_checks import bad_result, check_predictions
from mebench.runner.types import Fold, FoldResult, ProgressCallback, UnseenVideo
from mebench.util.array_store import Store

FoldFunction = Callable[[Baseline, Fold, Any], FoldResult]
"""What to do with a baseline in a fold: a function of a module, called with additional input."""


def predict_fold(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Predict the test videos of a fold, and check the predictions."""
    checked = check_predictions(baseline.predict(fold), fold)
    data = {"videos": checked.videos, "samples": checked.samples, "clipped": checked.clipped}
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
        The data sets that the worker opens.
    timeout : float or None
        The time limit in seconds.
    affinity : str
        Tasks with the same affinity run in the same process where possible, since they share data
        that the process has cached. Usually a subject.
    """

    name: str
    baseline: type[Baseline]
    options: BaselineOptions
    protocol: Protocol | None = None
    datasets: tuple[DatasetLocation, ...] = ()
    timeout: float | None = None
    affinity: str = ""

    @abstractmethod
    def execute(self, report: ProgressCallback) -> Any:
        """Do the work; exceptions of the baseline are not caught."""

    def pack(self) -> bytes:
        """Return the task as bytes, for :func:`load_task`."""
        buffer = io.BytesIO()
        _TaskPickler(buffer, self.datasets).dump(self)
        return buffer.getvalue()

    def new_baseline(self) -> Baseline:
        """Return an instance of the baseline."""
        baseline = self.baseline(self.options)
        baseline.protocol = self.protocol
        return baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepareTask(Task):
    """Prepare one video."""

    video: UnseenVideo
    store: Store

    def execute(self, report: ProgressCallback) -> None:
        """Let the baseline prepare the video."""
        self.new_baseline().prepare(self.video, self.store, report)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldTask(Task):
    """Apply a function to a baseline and a fold."""

    fold: Fold
    function: FoldFunction
    inputs: Any = None

    def execute(self, report: ProgressCallback) -> FoldResult:
        """Return the checked result: plain data, and arrays of numbers."""
        import numpy as np

        baseline, fold = self.new_baseline(), replace(self.fold, report=report)
        result = self.function(baseline, fold, self.inputs)
        if not isinstance(result, FoldResult):
            raise bad_result(f"{self.function.__name__}() returned {result!r:.80}.")
        try:
            data = json.loads(json.dumps(result.data, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise bad_result(f"The result of the fold is not plain data: {error}.") from None
        arrays = {name: np.asarray(array) for name, array in result.arrays.items()}
        objects = [name for name, array in arrays.items() if array.dtype.hasobject]
        if objects:
            raise bad_result(f"The array {objects[0]!r} contains objects instead of numbers.")
        return FoldResult(data, arrays)


def load_task(content: bytes) -> Task:
    """Return the task that the bytes describe, with the videos of this process's data sets.

    Raises
    ------
    MebenchError
        If a data set cannot be opened here; ``video-missing``.
    """
    task = _TaskUnpickler(io.BytesIO(content)).load()
    assert isinstance(task, Task)
    return task


class _TaskPickler(pickle.Pickler):
    def __init__(self, buffer: io.BytesIO, datasets: tuple[DatasetLocation, ...]) -> None:
        super().__init__(buffer)
        self._datasets = datasets

    def persistent_id(self, value: Any) -> Any:
        """Replace the video of a data set by its data sets and its ids."""
        if isinstance(value, Video) and not isinstance(value, UnseenVideo):
            return self._datasets, video_key(value)
        return None


class _TaskUnpickler(pickle.Unpickler):
    def persistent_load(self, identity: Any) -> Video:
        """Return the video of these data sets that has these ids."""
        datasets, key = identity
        videos = _open_videos(datasets)
        if key not in videos:
            raise MebenchError.of(
                "video-missing",
                f"The worker's copy of {key.dataset} lacks the video {key.video!r} of subject "
                f"{key.subject!r}.",
                "Give every worker the same data, in the same folder.",
            )
        return videos[key]


@lru_cache(maxsize=4)
def _open_videos(datasets: tuple[DatasetLocation, ...]) -> dict[VideoKey, Video]:
    """Open data sets once per process."""
    from mebench.datasets.frames.frame_cache import through_cache

    videos = index_videos(open_datasets(datasets))
    return {key: through_cache(video) for key, video in videos.items()}
