"""An inquiry: one question, put to a baseline in every fold.

The question of a run is what the answers to the test videos are; studies ask others. Each is
planned, carried out by workers, kept fold by fold, and gone on with after a kill, in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.baselines.contract import Baseline, BaselineOptions
from mebench.baselines.executors.contract import Executor, Outcome, Task
from mebench.baselines.executors.seeing import run_tasks
from mebench.baselines.folds import all_subjects, leave_one_subject_out, parse_fold_selection
from mebench.baselines.jobs import JobFactory
from mebench.baselines.material import DatasetLocation, RunData, load_run_data, open_datasets
from mebench.baselines.plan import Plan, make_plan
from mebench.baselines.progress import ProgressReporter
from mebench.baselines.questions import TaskKind
from mebench.baselines.request import RunConfig, default_store
from mebench.baselines.run_folder import FoldResult, RunFolder
from mebench.diagnostics import MebenchError


@dataclass(frozen=True, slots=True)
class FoldResults:
    """What the folds replied.

    Attributes
    ----------
    results : tuple of FoldResult or None
        A fold each; None where a fold of a shared run is not done.
    discarded : tuple of int
        Folds whose result was damaged, and made anew.
    """

    results: tuple[FoldResult | None, ...]
    discarded: tuple[int, ...]

    @property
    def done(self) -> list[FoldResult]:
        """Those that are there."""
        return [one for one in self.results if one is not None]

    @property
    def complete(self) -> bool:
        """Whether all folds are done."""
        return len(self.done) == len(self.results)


def warm_up(baseline: type[Baseline], options: BaselineOptions) -> None:
    """Let a baseline warm up.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or what the baseline says of data or options.
    """
    try:
        baseline(options).warm_up()
    except MebenchError:
        raise
    except Exception as error:  # a baseline is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"{baseline.name} cannot warm up: {type(error).__name__}: {error!s:.300}.",
            "The baseline has to be corrected: its __init__() or its warm_up().",
        ) from error


class FoldRunner:
    """A question to a baseline, planned; :meth:`execute` asks it.

    Parameters
    ----------
    request : RunConfig
        What is to be run, and where.
    question : TaskKind
        What is asked.
    details : mapping of int to plain data
        What else belongs to the question in a fold, by the fold's number.

    Raises
    ------
    MebenchError
        If the data or the request are not as they should be.
    """

    def __init__(
        self,
        request: RunConfig,
        task_kind: TaskKind = TaskKind.PREDICTIONS,
        details: Mapping[int, Any] | None = None,
    ) -> None:
        self.request, self.task_kind, self.details = request, task_kind, dict(details or {})
        self.material: RunData = load_run_data(
            request.protocol, open_datasets(request.dataset_locations)
        )
        self.folds = (
            [all_subjects(request.seed)]
            if task_kind is TaskKind.WEIGHTS
            else leave_one_subject_out(self.material, request.seed)
        )
        self.plan: Plan = make_plan(
            request.baseline,
            request.options,
            self.material,
            self.folds,
            request.seed,
            task_kind,
            self.details,
        )
        everything = list(range(len(self.folds)))
        self.chosen = (
            parse_fold_selection(request.selection, len(self.folds))
            if request.selection is not None
            else everything
        )
        self.folder = RunFolder(request.folder)

    def execute(self) -> FoldResults:
        """Ask in every fold that is chosen and not done yet.

        The folder's locks are held until :meth:`close`.

        Raises
        ------
        MebenchError
            With what went wrong in each fold that failed; those that are done are kept.
        """
        shared = self.request.selection is not None
        self.folder.begin(self.plan, may_resume=self.request.resume or shared)
        self.folder.claim(self.chosen)
        done = [number for number in self.chosen if self._result(number) is not None]
        discarded = tuple(
            number
            for number in self.chosen
            if number not in done and self.folder.has_result(number)
        )
        missing = [number for number in self.chosen if number not in done]
        if missing:
            self._warm_up()
            with closing(self._executor()) as executor:
                self._prepare(executor)
                self._ask(executor, missing, len(done))
        results = tuple(self._result(number) for number in range(len(self.folds)))
        return FoldResults(results, discarded)

    def close(self) -> None:
        """Give up the folder's locks."""
        self.folder.release()

    def _result(self, number: int) -> FoldResult | None:
        return self.folder.result(number, self.plan)

    def _executor(self) -> Executor:
        if self.request.scheduler is not None:
            from mebench.baselines.executors.dask import DaskExecutor

            return DaskExecutor(self.request.scheduler)
        from mebench.baselines.executors.local import LocalExecutor

        return LocalExecutor(self.request.jobs, self.folder.logs)

    @property
    def _job_factory(self) -> JobFactory:
        return JobFactory(
            self.request.baseline.name,
            self.plan.options,
            self.material.protocol,
            [
                DatasetLocation(one.id, None if one.root is None else str(Path(one.root).resolve()))
                for one in self.request.dataset_locations
            ],
            (self.request.store or default_store()).resolve(),
        )

    def _prepare(self, executor: Executor) -> None:
        if self.request.baseline.prepare is Baseline.prepare:
            return
        setting = self._job_factory
        tasks = [
            Task(
                f"{video.subject}/{video.id}",
                setting.preparation(video),
                self.request.timeout,
                affinity=f"{video.dataset}/{video.subject}",
            )
            for video in self.material.distinct_videos
        ]
        self._run_tasks(executor, tasks, "preparing", 0, lambda outcome: None)

    def _warm_up(self) -> None:
        """Let the baseline do once what every worker of this machine would do again."""
        request = self.request
        if request.scheduler is None and request.baseline.implements("warm_up"):
            warm_up(request.baseline, request.options)

    def _ask(self, executor: Executor, missing: Sequence[int], done: int) -> None:
        setting, tasks, numbers = self._job_factory, [], {}
        for number in missing:
            fold = self.folds[number]
            name = f"fold {number} ({fold.name(self.material.protocol.is_composite)})"
            job = setting.fold(
                fold,
                self.material,
                self.task_kind,
                with_truth=self.request.baseline.needs_truth,
                details=self.details.get(number),
            )
            tasks.append(Task(name, job, self.request.timeout))
            numbers[name] = number

        def keep(outcome: Outcome) -> None:
            assert outcome.result is not None
            number = numbers[outcome.task.name]
            self.folder.keep(number, self.plan, outcome.result, outcome.seconds)

        self._run_tasks(executor, tasks, "folds", done, keep)

    def _run_tasks(
        self,
        executor: Executor,
        tasks: Sequence[Task],
        phase: str,
        done: int,
        keep: Callable[[Outcome], None],
    ) -> None:
        reporter = ProgressReporter(phase, done + len(tasks), done)
        run_tasks(executor, tasks, reporter, keep, self.request.baseline.name, self.folder.logs)
