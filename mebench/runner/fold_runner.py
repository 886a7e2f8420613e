"""Run one task of a baseline in every fold, or once on all subjects.

The task of a run is to predict the test videos; studies have others. Each is planned, executed by
workers, stored fold by fold, and resumed after a kill, in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from mebench.diagnostics import UsageError
from mebench.runner.contract import Baseline, TaskKind
from mebench.runner.inference import WEIGHTS_FORMAT, WeightsRecord, write_weights
from mebench.runner.jobs import JobFactory
from mebench.runner.processes.tasks import Executor, Outcome, ProgressReporter, Task, run_tasks
from mebench.runner.registry import warm_up
from mebench.runner.run_config import RunConfig, default_store
from mebench.runner.run_data import (
    DatasetLocation,
    RunData,
    all_subjects,
    leave_one_subject_out,
    load_run_data,
    open_datasets,
    parse_fold_selection,
)
from mebench.runner.run_folder import FoldResult, Plan, RunFolder, make_plan


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


class FoldRunner:
    """A question to a baseline, planned; :meth:`execute` asks it.

    Parameters
    ----------
    request : RunConfig
        What is to be run, and where.
    task_kind : TaskKind
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
        self.run_data: RunData = load_run_data(
            request.protocol, open_datasets(request.dataset_locations)
        )
        self.folds = (
            [all_subjects(request.seed)]
            if task_kind is TaskKind.WEIGHTS
            else leave_one_subject_out(self.run_data, request.seed)
        )
        self.plan: Plan = make_plan(
            request.baseline,
            request.options,
            self.run_data,
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
            from mebench.runner.processes.dask_executor import DaskExecutor

            return DaskExecutor(self.request.scheduler)
        from mebench.runner.processes.local_executor import LocalExecutor

        return LocalExecutor(self.request.jobs, self.folder.logs)

    @property
    def _job_factory(self) -> JobFactory:
        return JobFactory(
            self.request.baseline.name,
            self.plan.options,
            self.run_data.protocol,
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
            for video in self.run_data.distinct_videos
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
            name = f"fold {number} ({fold.name(self.run_data.protocol.is_composite)})"
            job = setting.fold(
                fold,
                self.run_data,
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


def train_final(request: RunConfig) -> Path:
    """Train a baseline on all subjects, and keep the weights in the request's folder.

    Raises
    ------
    UsageError
        ``no-final-weights`` if the baseline has none.
    MebenchError
        What goes wrong in training.
    """
    baseline = request.baseline
    if not baseline.implements(TaskKind.WEIGHTS):
        raise UsageError.of(
            "no-final-weights",
            f"{baseline.name} keeps no weights.",
            "Only a baseline that learns, and says so, can be trained once and for all.",
        )
    fold_runner = FoldRunner(request, TaskKind.WEIGHTS)
    try:
        [result] = fold_runner.execute().done
        plan = fold_runner.plan
        record = WeightsRecord(
            format=WEIGHTS_FORMAT,
            baseline=plan.baseline,
            baseline_version=plan.baseline_version,
            package=plan.package,
            options={
                name: value
                for name, value in plan.options.items()
                # Files of this machine, as boxes of faces, belong to the videos learnt from.
                if not isinstance(getattr(request.options, name), Path)
            },
            protocol=plan.protocol,
            datasets=plan.datasets,
            subjects=len(fold_runner.run_data.subjects),
            seed=plan.seed,
            classes=result.head["classes"],
            one_per_video=result.head["one_per_video"],
            about=result.head["about"],
            arrays=sha256(result.body).hexdigest(),
            mebench=plan.mebench,
        )
        write_weights(request.folder, record, result.body)
    finally:
        fold_runner.close()
    return request.folder
