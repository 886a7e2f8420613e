"""The runner: plan the folds of a run, execute them in worker processes, and keep their results.

A run predicts the test videos of each fold; a study calls another function in each fold. Both are
planned, executed, stored per fold and resumed in the same way. In a shared run several processes,
usually on several machines, execute their own folds and write to the same folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mebench.diagnostics import Diagnostic
from mebench.diagnostics.formatting import as_text
from mebench.models.base import SubjectKey, VideoKey
from mebench.runner.contract import Baseline, BaselineOptions, RunConfig, methods_of
from mebench.runner.fold_planning import (
    all_subjects,
    cross_validation_folds,
    parse_fold_selection,
)
from mebench.runner.locations import DatasetLocation, open_datasets, video_key
from mebench.runner.processes.execution import run_tasks
from mebench.runner.processes.outcomes import Executor, Outcome
from mebench.runner.registry import check_requirements, check_task, check_videos, warm_up
from mebench.runner.run_data import load_run_data
from mebench.runner.run_folder import RunFolder, make_plan
from mebench.runner.tasks import FoldFunction, FoldTask, PrepareTask, predict_fold
from mebench.runner.types import (
    AnnotatedSample,
    AnnotatedVideo,
    Expression,
    Fold,
    FoldResult,
    UnseenSample,
    UnseenVideo,
    ignore_progress,
)
from mebench.util.array_store import Store
from mebench.util.atomic_write import cannot_write
from mebench.util.hashing import digest
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from mebench.runner.processes.sandbox import Sandbox


class Runner:
    """A function of a baseline and a fold, planned for every fold; :meth:`execute` runs it.

    A context manager: it holds the locks of its folder until it is closed.

    Parameters
    ----------
    config : RunConfig
        What to run, and where.
    function : callable
        Called with the baseline, a fold and ``inputs``; returns a :class:`FoldResult`.
    inputs : mapping of int to plain data
        Additional input of the function, by the fold's number.
    leave_out : bool
        Whether the folds are those of the protocol; else there is one, which trains on all.

    Attributes
    ----------
    run_data : RunData
        The data of the run.
    folds : list of Fold
        All folds of the run. A study may replace them before it calls :meth:`execute`.
    chosen : list of int
        The numbers of the folds that this process executes.
    discarded : list of int
        Folds that were run again because their stored result was damaged.
    kept : int
        The number of chosen folds that were finished before, and were not run again.
    warnings : list of Diagnostic
        What the baseline reported, each once.
    sandbox : Sandbox or None
        What confines the workers, if the configuration asks for it.

    Raises
    ------
    MebenchError
        If the data or the configuration are not valid.
    """

    def __init__(
        self,
        config: RunConfig,
        function: FoldFunction = predict_fold,
        inputs: Mapping[int, Any] | None = None,
        *,
        leave_out: bool = True,
    ) -> None:
        self.config, self.function, self.inputs = config, function, dict(inputs or {})
        check_task(config.baseline, config.protocol)
        if config.scheduler is None:  # the workers of a cluster have modules of their own
            check_requirements(config.baseline, config.options)
        self.sandbox = self._make_sandbox()
        self.run_data = load_run_data(config.protocol, open_datasets(config.dataset_locations))
        videos = [UnseenVideo(video) for video in self.run_data.distinct_videos]
        check_videos(config.baseline, config.options, config.protocol, videos)
        self._store = Store(_store_folder(config))
        if leave_out:
            self.folds = cross_validation_folds(
                self.run_data, config.seed, self._store, with_truth=config.baseline.needs_truth
            )
        else:
            self.folds = [all_subjects(self.run_data, config.seed, self._store)]
        tests = [fold.test_subjects or [SubjectKey("", "")] for fold in self.folds]
        self.plan = make_plan(config, self.run_data, tests, function.__name__, self.inputs)
        self.chosen = list(range(len(self.folds)))
        if config.selection is not None:
            self.chosen = parse_fold_selection(config.selection, len(self.folds))
        self.folder = RunFolder(config.folder)
        self.discarded: list[int] = []
        self.kept = 0
        self.warnings: list[Diagnostic] = []

    def __enter__(self) -> Self:
        """Return the runner itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the locks of the folder."""
        self.folder.release()

    def execute(self) -> list[FoldResult | None]:
        """Run every chosen fold that is not done yet.

        Returns
        -------
        list of FoldResult or None
            One per fold; None if a fold of a shared run is not done.

        Raises
        ------
        MebenchError
            With the errors of all failed folds; the results of the others are kept.
        """
        shared = self.config.selection is not None
        self.folder.begin(self.plan, may_resume=self.config.resume or shared)
        self.folder.claim(self.chosen)
        missing = [number for number in self.chosen if self._result(number) is None]
        self.discarded = [number for number in missing if self.folder.has_result(number)]
        self.kept = len(self.chosen) - len(missing)
        if missing:
            self._check_and_warm_up()
            with closing(self._executor(self.folder.logs)) as executor:
                self._prepare(executor, self.folder.logs)
                self._run_folds(executor, missing)
        return [self._result(number) for number in range(len(self.folds))]

    def prepare(self) -> None:
        """Prepare all videos, without a folder of the run."""
        self._check_and_warm_up()
        with closing(self._executor(None)) as executor:
            self._prepare(executor, None)

    def _prepare(self, executor: Executor, logs: Path | None) -> None:
        tasks = self._preparations()
        if tasks:
            run_tasks(executor, tasks, "preparing", self._collect_warnings, logs=logs)
            self._print_warnings()

    def _collect_warnings(self, outcome: Outcome) -> None:
        assert isinstance(outcome.result, FoldResult)
        warnings = dict.fromkeys(outcome.result.warnings)
        self.warnings += [warning for warning in warnings if warning not in self.warnings]

    def _print_warnings(self, first: int = 0) -> None:
        if self.warnings[first:]:
            print(as_text(self.warnings[first:]), file=sys.stderr)

    def debug(self) -> FoldResult:
        """Run the first chosen fold in this process; catch no exception, and keep no result."""
        self._check_and_warm_up()
        for task in self._preparations():
            print(f"preparing {task.name}", file=sys.stderr)
            self.warnings += task.execute(ignore_progress).warnings
        self._print_warnings()
        fold = self.fold_task(self.chosen[0])
        print(fold.name, file=sys.stderr)
        return fold.execute(ignore_progress)

    def _result(self, number: int) -> FoldResult | None:
        return self.folder.result(number, self.plan)

    def _executor(self, logs: Path | None) -> Executor:
        if self.config.scheduler is not None:
            from mebench.runner.processes.dask_executor import DaskExecutor

            return DaskExecutor(self.config.scheduler)
        from mebench.runner.processes.local_executor import LocalExecutor

        return LocalExecutor(self.config.jobs, logs, self.sandbox)

    def _make_sandbox(self) -> Sandbox | None:
        if not self.config.isolate:
            return None
        from mebench.runner.processes.sandbox import Sandbox

        paths = [value for _, value in self._options if isinstance(value, Path)]
        locations = self.config.dataset_locations
        roots = [Path(one.root) for one in locations if one.root is not None]
        modules = [method.__module__ for method in methods_of(self.config.baseline)]
        return Sandbox(modules, paths, [self.config.folder, *roots])

    def _check_and_warm_up(self) -> None:
        """Make sure that the store can be written, and compile what every worker needs."""
        config = self.config
        if config.scheduler is not None:
            return  # The workers of a cluster have folders and compilers of their own.
        if self._prepares:
            _check_writable(self._store.folder)
        if config.baseline.warm_up is not Baseline.warm_up:
            warm_up(config.baseline, config.options)

    @property
    def _prepares(self) -> bool:
        baseline = self.config.baseline
        return (
            baseline.prepare is not Baseline.prepare
            or baseline.prepare_sample is not Baseline.prepare_sample
        )

    @property
    def _options(self) -> BaselineOptions:
        """The options, with absolute paths: a worker has a working folder of its own."""
        paths = {
            name: value.absolute() for name, value in self.config.options if isinstance(value, Path)
        }
        return self.config.options.model_copy(update=paths)

    @property
    def _common(self) -> dict[str, Any]:
        """The attributes that all tasks share."""
        return {
            "baseline": self.config.baseline,
            "options": self._options,
            "protocol": self.config.protocol,
            "timeout": self.config.timeout,
            "datasets": tuple(
                one if one.root is None else one._replace(root=str(Path(one.root).resolve()))
                for one in self.locations
            ),
        }

    @property
    def locations(self) -> Sequence[DatasetLocation]:
        """The data sets that workers read frames from."""
        return self.config.dataset_locations

    @property
    def videos(self) -> Sequence[UnseenVideo]:
        """The videos of all folds, each once: those that are prepared."""
        return self.run_data.distinct_videos

    @property
    def samples(self) -> Sequence[UnseenSample]:
        """The samples of all folds, without their emotions."""
        return [sample.without_emotion() for sample in self.run_data.samples]

    def _preparations(self) -> list[PrepareTask]:
        if not self._prepares:
            return []
        samples: dict[VideoKey, list[UnseenSample]] = {}
        for sample in self.samples:
            samples.setdefault(video_key(sample.video), []).append(sample)
        return [
            PrepareTask(
                name=f"{video.subject}/{video.id}",
                affinity=f"{video.dataset}/{video.subject}",
                video=UnseenVideo(video),
                samples=tuple(samples.get(video_key(video), ())),
                store=self._store,
                **self._common,
            )
            for video in self.videos
        ]

    def fold_task(self, number: int) -> FoldTask:
        """Return the task of a fold.

        What is put into the store within the fold is found only by a fold that is given the same:
        it may contain what was learned from annotations.
        """
        fold, inputs = self.folds[number], self.inputs.get(number)
        content = [*_content(fold), _name(self.function), inputs]
        store = Store(self._store.folder, digest(content, digits=32))
        return FoldTask(
            name=f"fold {number} ({fold.name})",
            fold=replace(fold, store=store),
            function=self.function,
            inputs=inputs,
            store=store,
            reuses_process=self.config.isolation == "shared-process",
            **self._common,
        )

    def _run_folds(self, executor: Executor, missing: list[int]) -> None:
        tasks = [self.fold_task(number) for number in missing]
        numbers = {task.name: number for task, number in zip(tasks, missing, strict=True)}

        def store_result(outcome: Outcome) -> None:
            assert isinstance(outcome.result, FoldResult)
            self._collect_warnings(outcome)
            result = replace(outcome.result, seconds=outcome.seconds)
            self.folder.keep(numbers[outcome.task.name], self.plan, result)

        done = len(self.chosen) - len(missing)
        printed = len(self.warnings)
        run_tasks(executor, tasks, "folds", store_result, done=done, logs=self.folder.logs)
        self._print_warnings(printed)


def _store_folder(config: RunConfig) -> Path:
    """Return the folder of prepared arrays; what a sandboxed baseline prepares, only it reads."""
    folder = (config.store or cache_folder() / "prepared").resolve()
    return folder / "sandboxed" / config.baseline.name if config.isolate else folder


_values = attrgetter(*(one.name for one in fields(Expression)))
"""Returns the values of an expression, much faster than ``dataclasses.astuple``."""


def _content(fold: Fold) -> list[Any]:
    """Return what a fold contains, as plain data."""
    videos = [
        [*video_key(video), list(map(_values, video.expressions))]
        if isinstance(video, AnnotatedVideo)
        else [*video_key(video)]
        for video in (*fold.training, *fold.test)
    ]
    samples = [
        [
            *(*video_key(sample.video), sample.id, sample.onset, sample.apex, sample.offset),
            sample.emotion if isinstance(sample, AnnotatedSample) else None,
        ]
        for sample in (*fold.training_samples, *fold.test_samples)
    ]
    return [len(fold.training), videos, len(fold.training_samples), samples]


def _name(function: FoldFunction) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _check_writable(folder: Path) -> None:
    """Make sure that the folder of prepared arrays can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise cannot_write(
            folder,
            error,
            "Prepared arrays cannot be stored in this folder",
            "Name another folder with --store, or set the environment variable MEBENCH_CACHE.",
        ) from None
