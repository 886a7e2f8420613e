"""The baseline contract: the methods that a baseline implements, and its metadata.

The harness owns the folds. For each fold a baseline is given the training videos with their
annotations and the test videos without, and predicts every test video. A package adds its own
baselines through the entry point group ``mebench.baselines``.

:class:`Baseline` is all that a run needs. What else a method can do is an optional protocol, and
the runner asks ``isinstance``: a :class:`Trainable` baseline has final weights for
``mebench spot``, a :class:`WeightsReader` also reads weights that other software wrote. A
:class:`RunConfig` says what to run and how; a :class:`Study` makes a further table and picture.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, runtime_checkable
from typing import Protocol as Interface

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from mebench.datasets.contract import Video
    from mebench.diagnostics import Diagnostic
    from mebench.models.protocol import Protocol
    from mebench.models.submission import Isolation, ModelSelection
    from mebench.runner.locations import DatasetLocation
    from mebench.runner.study_result import Announce, StudyResult
    from mebench.runner.types import (
        Fold,
        ProgressCallback,
        SamplePrediction,
        Trained,
        UnseenSample,
        UnseenVideo,
        VideoPrediction,
    )
    from mebench.util.array_store import Store


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

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


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
    spots : bool
        Whether the method finds intervals in videos.
    recognizes : bool
        Whether the method names emotions: of what it spots, or, under a recognition protocol, of
        given samples. ``run-baseline SPOTTER+RECOGNIZER`` combines two methods.
    reuses_process : bool
        Whether one process may predict several folds, which saves the start of a process per fold.
        A baseline that declares it keeps nothing of a fold in the process, neither in a module nor
        in a library's state; ``run-baseline NAME --check-isolation`` compares both ways. By default
        each fold has a process that has seen no other fold.
    options_type : type
        The class of the options.
    studies : dict of str to Study
        Further tables and figures, which ``--study NAME`` makes.
    parts : tuple of type
        The two methods of a composition such as ``mdmd+ststnet``; the harness sets it.
    protocol : Protocol or None
        The protocol of the run. The harness sets it before it calls ``size``, ``prepare`` or
        ``predict``; None when ``spot`` predicts a user's video.
    warnings : list of Diagnostic
        What the user should know about the videos; ``prepare``, ``predict`` and ``spot`` append to
        it, and the harness prints it and writes it to the manifest.
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
    spots: ClassVar[bool] = True
    recognizes: ClassVar[bool] = True
    reuses_process: ClassVar[bool] = False
    options_type: ClassVar[type[BaselineOptions]] = BaselineOptions
    studies: ClassVar[Mapping[str, Study]] = {}
    parts: ClassVar[tuple[type[Baseline], ...]] = ()
    protocol: Protocol | None = None

    def __init__(self, options: BaselineOptions) -> None:
        self.options = options
        self.warnings: list[Diagnostic] = []

    @abstractmethod
    def predict(self, fold: Fold) -> Iterable[VideoPrediction | SamplePrediction]:
        """Predict the test videos of a fold, or the emotions of its test samples.

        A video without a prediction counts as a video without detected intervals.
        """

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:  # noqa: B027
        """Compute once what every fold needs from a video, and put it into the store.

        The harness calls it for each video before the folds, in any order and process.
        """

    def prepare_sample(  # noqa: B027
        self, sample: UnseenSample, store: Store, report: ProgressCallback
    ) -> None:
        """Compute once what every fold needs from a sample of a recognition protocol.

        The harness calls it after :meth:`prepare`, for each sample of the prepared video.
        """

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that the method imports, each with the package that installs it.

        One that is not installed is reported before anything is prepared.
        """
        return {}

    def warm_up(self) -> None:  # noqa: B027
        """Do once, before the workers start, what each of them would otherwise repeat: compile."""

    def check(self, videos: Sequence[Video]) -> None:  # noqa: B027
        """Raise an error if the method cannot run on these videos with its options.

        The harness calls it before anything is prepared, with all videos of the run.

        Raises
        ------
        MebenchError
            What does not fit, and how to correct it.
        """

    def default_jobs(self) -> int | None:
        """Return the number of processes without ``--jobs``; None for one per core.

        A method that computes on a GPU returns 1: several processes would share its memory.
        """
        return None

    def size(self, videos: Sequence[Video]) -> Size:
        """Return how much work these videos are, without reading their frames."""
        return Size()

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


def methods_of(baseline: type[Baseline]) -> tuple[type[Baseline], ...]:
    """Return the methods of a composition, or the baseline itself."""
    return baseline.parts or (baseline,)


@runtime_checkable
class Trainable(Interface):
    """A baseline that learns final weights from all subjects, for ``mebench spot``."""

    def train(self, fold: Fold) -> Trained:
        """Train on all training videos of a fold that has no test videos."""

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Predict any video with final weights.

        Called for several videos with the same ``trained``: what is loaded from it can be kept in
        the instance. Nothing of a video may change the prediction of another one.
        """


@runtime_checkable
class WeightsReader(Interface):
    """A baseline that reads final weights which other software trained."""

    def import_weights(self, files: Sequence[Path]) -> Trained:
        """Read files of weights.

        Raises
        ------
        MebenchError
            If the files are not such weights.
        """


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What to run, and how.

    Attributes
    ----------
    baseline : type
        The baseline's class.
    options : BaselineOptions
        Its options.
    protocol : Protocol
        The protocol.
    dataset_locations : tuple of DatasetLocation
        The data sets.
    folder : Path
        The run's folder.
    seed : int
        The run's seed.
    jobs : int
        The number of worker processes.
    scheduler : str or None
        The address of a Dask scheduler, whose workers replace those of ``jobs``.
    selection : str or None
        The folds to run now: ``0,3-5``. The folder is then shared with other processes.
    timeout : float or None
        The time limit of a fold, or of the preparation of a video, in seconds.
    resume : bool
        Resume the run in the folder.
    store : Path or None
        The folder of prepared arrays; by default in the user's cache.
    isolate : bool
        Run the baseline's code in a sandbox, for code that is not trusted.
    samples : tuple of str
        For a study of samples: the expressions to show, as ``SUBJECT/VIDEO@ONSET``.
    given : dict
        The options on the command line, for the manifest.
    """

    baseline: type[Baseline]
    options: BaselineOptions
    protocol: Protocol
    dataset_locations: tuple[DatasetLocation, ...]
    folder: Path
    seed: int = 0
    jobs: int = 1
    scheduler: str | None = None
    selection: str | None = None
    timeout: float | None = None
    resume: bool = False
    store: Path | None = None
    isolate: bool = False
    samples: tuple[str, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def isolation(self) -> Isolation:
        """How the folds are isolated from each other."""
        if self.isolate:
            return "sandbox"
        return "shared-process" if self.baseline.reuses_process else "process-per-fold"


class Study(ABC):
    """Something to find out about a baseline.

    Attributes
    ----------
    title : str
        What the study shows.
    shows_samples : bool
        Whether it shows single expressions, which the user can choose.
    """

    title: str
    shows_samples: ClassVar[bool] = False

    @abstractmethod
    def make(self, config: RunConfig, title: str, announce: Announce) -> StudyResult:
        """Run what is necessary, in folders below that of the configuration.

        Parameters
        ----------
        config : RunConfig
            The configuration of the study.
        title : str
            The title of the result: baseline, protocol and title of the study.
        announce : callable
            Called with a line for each step.

        Raises
        ------
        UsageError
            ``study-not-answered`` if there is nothing to show.
        MebenchError
            If a run of the study fails.
        """
