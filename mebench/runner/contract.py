"""The baseline contract: the methods that a baseline implements, and its metadata.

The harness owns the folds. For each fold a baseline is given the training videos with their
annotations and the test videos without, and predicts every test video. A package adds its own
baselines through the entry point group ``mebench.baselines``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict

from mebench.models.submission import ModelSelection

if TYPE_CHECKING:
    from pathlib import Path

    from mebench.datasets.contract import Video
    from mebench.models.protocol import Protocol
    from mebench.runner.types import (
        Cost,
        DetectedInterval,
        EpochResult,
        Explanation,
        Fold,
        ProgressCallback,
        SamplePrediction,
        Trained,
        UnseenVideo,
        Variants,
        VideoPrediction,
    )
    from mebench.util.array_store import Store


class TaskKind(StrEnum):
    """What a fold asks of a baseline, and the method of the baseline that does it."""

    PREDICTIONS = "predict"
    LEARNING_CURVES = "lessons"
    EXPLANATIONS = "explain"
    COST = "cost"
    WEIGHTS = "train"


@dataclass(frozen=True, slots=True)
class Size:
    """How much work a run is, estimated before it starts.

    Attributes
    ----------
    pairs : int
        The number of frame pairs for which the baseline computes optical flow.
    disk : int
        The size of the prepared arrays in bytes.
    """

    pairs: int = 0
    disk: int = 0


class BaselineOptions(BaseModel):
    """The options of a baseline: one field per option, with a default and a description.

    On the command line a field ``window_size`` is ``--window-size``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Baseline(ABC):
    """A method that predicts the test videos of a fold.

    Subclass it, and register the class as an entry point.

    Attributes
    ----------
    name : str
        The name of the entry point, which is the name on the command line.
    version : str
        Raise it with every change that changes predictions.
    title : str
        A description in one line.
    authors, paper, url, code : optional
        Metadata for the submission.
    model_selection : str
        The data that the model is selected on: ``none``, ``validation``, ``test`` or ``unknown``.
    needs_truth : bool
        Whether the test videos come with their annotations. The submissions are marked, and no
        leaderboard ranks them.
    options_type : type
        The class of the options.
    studies : dict of str to Variants
        The comparisons of settings that ``--study NAME`` runs, by name.
    protocol : Protocol or None
        The protocol of the run. The harness sets it before it calls ``size``, ``prepare`` or a
        method that takes a fold; None when ``spot`` predicts a user's video.
    """

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    title: ClassVar[str] = ""
    authors: ClassVar[Sequence[str]] = ()
    paper: ClassVar[str | None] = None
    url: ClassVar[str | None] = None
    code: ClassVar[str | None] = None
    model_selection: ClassVar[ModelSelection] = "none"
    needs_truth: ClassVar[bool] = False
    options_type: ClassVar[type[BaselineOptions]] = BaselineOptions
    studies: ClassVar[Mapping[str, Variants]] = {}
    protocol: Protocol | None = None

    def __init__(self, options: BaselineOptions) -> None:
        self.options = options

    @abstractmethod
    def predict(self, fold: Fold) -> Iterable[VideoPrediction | SamplePrediction]:
        """Predict the test videos of a fold, or the emotions of its test samples.

        A video without a prediction counts as a video without detected intervals.
        """

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:  # noqa: B027
        """Compute once what every fold needs from a video, and put it into the store.

        The harness calls it for each video before the folds, in any order and process.
        """

    def size(self, videos: Sequence[Video]) -> Size:
        """Return how much work these videos are, without reading their frames."""
        return Size()

    def warm_up(self) -> None:  # noqa: B027
        """Do once, before the workers start, what each of them would otherwise repeat: compile."""

    def deviations(self) -> Sequence[str]:
        """Return sentences: where the method differs from its paper with its current options."""
        return ()

    def dependencies(self) -> Mapping[str, str]:
        """Return what predictions depend on besides the options: versions, contents of files.

        A run can be resumed only with the same dependencies.
        """
        return {}

    def variant_name(self) -> str:
        """Return a few words for the submission: the variant that the current options select."""
        return ""

    def learning_curves(self, fold: Fold) -> Iterable[EpochResult]:
        """Train on a fold, and predict the test samples after each epoch.

        ``fold.test_samples`` holds the expressions of the test subject, without their emotions.
        """
        raise NotImplementedError

    def explain(
        self, fold: Fold, spotted: Sequence[tuple[UnseenVideo, DetectedInterval]]
    ) -> Iterable[Explanation]:
        """Return heat maps: where in the face the method looked when it spotted these intervals."""
        raise NotImplementedError

    def cost(self, fold: Fold) -> Cost:
        """Measure the cost of a fold, starting from the frames, without arrays from the store."""
        raise NotImplementedError

    def train(self, fold: Fold) -> Trained:
        """Train on all training videos of a fold that has no test videos."""
        raise NotImplementedError

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Predict any video with final weights."""
        raise NotImplementedError

    @classmethod
    def import_weights(cls, files: Sequence[Path]) -> Trained:
        """Read weights that other software trained.

        Raises
        ------
        MebenchError
            If the files are not such weights.
        """
        raise NotImplementedError

    @classmethod
    def implements(cls, method: str) -> bool:
        """Return whether the class overrides one of the methods above."""
        own, default = getattr(cls, method), getattr(Baseline, method)
        # Each access to a class method makes a new object, so the functions are compared.
        return getattr(own, "__func__", own) is not getattr(default, "__func__", default)
