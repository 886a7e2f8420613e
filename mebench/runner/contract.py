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
    """A question, and the method of a baseline that answers it."""

    PREDICTIONS = "predict"
    LEARNING_CURVES = "lessons"
    EXPLANATIONS = "explain"
    COST = "cost"
    WEIGHTS = "train"


@dataclass(frozen=True, slots=True)
class Size:
    """How much work a run will be, as far as a baseline can tell beforehand.

    Attributes
    ----------
    pairs : int
        Frame pairs to compute flow for.
    disk : int
        Bytes of prepared arrays.
    """

    pairs: int = 0
    disk: int = 0


class BaselineOptions(BaseModel):
    """A baseline's settings: a field each, with a default and a description.

    On the command line a field ``window_size`` is ``--window-size``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Baseline(ABC):
    """A method that answers folds. Subclass it, and name the class in an entry point.

    Attributes
    ----------
    name : str
        As the entry point and the command line name it.
    version : str
        Raised with every change of what it predicts.
    title : str
        One line.
    authors, paper, url, code : optional
        For the submission.
    model_selection : str
        On which data it chooses its model: ``none``, ``validation``, ``test`` or ``unknown``.
    needs_truth : bool
        Whether its test videos carry their annotations. Its submissions are marked, and no
        leaderboard ranks them.
    options_type : type
        The class of its settings.
    studies : dict of str to Variants
        Its comparisons of settings, by the names under which ``--study`` knows them.
    protocol : Protocol or None
        The rules under which it is run, set by the harness before it prepares, tells a size or
        answers; None for a video of one's own.
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
        """Answer the test videos of a fold, or name its test samples.

        A video without an answer counts as one in which nothing was found.
        """

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:  # noqa: B027
        """Compute once what every fold needs of a video, and put it into the store.

        It is called for each video before the folds, in any order and process.
        """

    def size(self, videos: Sequence[Video]) -> Size:
        """Say how much work these videos will be, without reading them."""
        return Size()

    def warm_up(self) -> None:  # noqa: B027
        """Do once, before the workers start, what each of them would do again: compile."""

    def deviations(self) -> Sequence[str]:
        """Say in sentences where the method, set as it is, leaves its paper or its first code."""
        return ()

    def dependencies(self) -> Mapping[str, str]:
        """Say what the answers depend on beside the options: versions, the content of files.

        A run goes on only with the same.
        """
        return {}

    def variant_name(self) -> str:
        """Say in a few words which of its varieties it is, set as it is, for the submission."""
        return ""

    def learning_curves(self, fold: Fold) -> Iterable[EpochResult]:
        """Train on a fold, and say after each epoch what the test samples would be called.

        ``fold.test_samples`` holds the expressions of the test subject, without their emotions.
        """
        raise NotImplementedError

    def explain(
        self, fold: Fold, spotted: Sequence[tuple[UnseenVideo, DetectedInterval]]
    ) -> Iterable[Explanation]:
        """Show where in the face the method looked when it spotted these expressions."""
        raise NotImplementedError

    def cost(self, fold: Fold) -> Cost:
        """Measure what a fold costs, from the frames on, without using what the store keeps."""
        raise NotImplementedError

    def train(self, fold: Fold) -> Trained:
        """Learn from all training videos of a fold without test videos."""
        raise NotImplementedError

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Answer a video, any video, with what was learnt before."""
        raise NotImplementedError

    @classmethod
    def import_weights(cls, files: Sequence[Path]) -> Trained:
        """Read weights that other software trained.

        Raises
        ------
        MebenchError
            If these files are none.
        """
        raise NotImplementedError

    @classmethod
    def implements(cls, method: str) -> bool:
        """Tell whether one of the methods above is there, and not just its name."""
        mine, empty = (getattr(one, method) for one in (cls, Baseline))
        # A class method is bound anew to each class: what it binds is compared.
        return getattr(mine, "__func__", mine) is not getattr(empty, "__func__", empty)
