"""Run one task of a baseline in every fold, or once on all subjects.

The task of a run is to predict the test videos; studies have other tasks. All are planned, executed
by workers, stored per fold and resumed in the same way.

A shared run is a run split over several processes, usually on several machines, each with its own
folds; all write to the same folder.
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
from mebench.runner.user_video import WEIGHTS_FORMAT, WeightsRecord, write_weights


@dataclass(frozen=True, slots=True)
class FoldResults:
    """The results of all folds.

    Attributes
    ----------
    results : tuple of FoldResult or None
        One per fold; None if a fold of a shared run is not done.
    discarded : tuple of int
        Folds that were run again because their stored result was damaged.
    """

    results: tuple[FoldResult | None, ...]
    discarded: tuple[int, ...]

    @property
    def done(self) -> list[FoldResult]:
        """The results of the finished folds."""
        return [result for result in self.results if result is not None]

    @property
    def complete(self) -> bool:
        """Whether all folds are done."""
        return len(self.done) == len(self.results)


class FoldRunner:
    """A planned task of a baseline in every fold; :meth:`execute` runs it.

    Parameters
    ----------
    config : RunConfig
        What to run, and where.
    task_kind : TaskKind
        The task of the baseline in each fold.
    details : mapping of int to plain data
        Additional input of the task, by the fold's number.

    Raises
    ------
    MebenchError
        If the data or the configuration are not valid.
    """

    def __init__(
        self,
        config: RunConfig,
        task_kind: TaskKind = TaskKind.PREDICTIONS,
        details: Mapping[int, Any] | None = None,
    ) -> None:
        self.config, self.task_kind, self.details = config, task_kind, dict(details or {})
        self.run_data: RunData = load_run_data(
            config.protocol, open_datasets(config.dataset_locations)
        )
        self.folds = (
            [all_subjects(config.seed)]
            if task_kind is TaskKind.WEIGHTS
            else leave_one_subject_out(self.run_data, config.seed)
        )
        self.plan: Plan = make_plan(
            config.baseline,
            config.options,
            self.run_data,
            self.folds,
            config.seed,
            task_kind,
            self.details,
        )
        self.chosen = (
            parse_fold_selection(config.selection, len(self.folds))
            if config.selection is not None
            else list(range(len(self.folds)))
        )
        self.folder = RunFolder(config.folder)

    def execute(self) -> FoldResults:
        """Run every chosen fold that is not done yet.

        The folder's locks are held until :meth:`close`.

        Raises
        ------
        MebenchError
            With the errors of all failed folds; the results of the others are kept.
        """
        shared = self.config.selection is not None
        self.folder.begin(self.plan, may_resume=self.config.resume or shared)
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
                self._run_folds(executor, missing, len(done))
        results = tuple(self._result(number) for number in range(len(self.folds)))
        return FoldResults(results, discarded)

    def close(self) -> None:
        """Release the folder's locks."""
        self.folder.release()

    def _result(self, number: int) -> FoldResult | None:
        return self.folder.result(number, self.plan)

    def _executor(self) -> Executor:
        if self.config.scheduler is not None:
            from mebench.runner.processes.dask_executor import DaskExecutor

            return DaskExecutor(self.config.scheduler)
        from mebench.runner.processes.local_executor import LocalExecutor

        return LocalExecutor(self.config.jobs, self.folder.logs)

    @property
    def _job_factory(self) -> JobFactory:
        return JobFactory(
            self.config.baseline.name,
            self.plan.options,
            self.run_data.protocol,
            [
                DatasetLocation(
                    location.id,
                    None if location.root is None else str(Path(location.root).resolve()),
                )
                for location in self.config.dataset_locations
            ],
            (self.config.store or default_store()).resolve(),
        )

    def _prepare(self, executor: Executor) -> None:
        if self.config.baseline.prepare is Baseline.prepare:
            return
        job_factory = self._job_factory
        tasks = [
            Task(
                f"{video.subject}/{video.id}",
                job_factory.preparation(video),
                self.config.timeout,
                affinity=f"{video.dataset}/{video.subject}",
            )
            for video in self.run_data.distinct_videos
        ]
        self._run_tasks(executor, tasks, "preparing", 0, lambda outcome: None)

    def _warm_up(self) -> None:
        # Workers of a cluster run on other machines and cannot use what is compiled on this one.
        config = self.config
        if config.scheduler is None and config.baseline.implements("warm_up"):
            warm_up(config.baseline, config.options)

    def _run_folds(self, executor: Executor, missing: Sequence[int], done: int) -> None:
        job_factory, tasks, numbers = self._job_factory, [], {}
        for number in missing:
            fold = self.folds[number]
            name = f"fold {number} ({fold.name(self.run_data.protocol.is_composite)})"
            job = job_factory.fold(
                fold,
                self.run_data,
                self.task_kind,
                with_truth=self.config.baseline.needs_truth,
                details=self.details.get(number),
            )
            tasks.append(Task(name, job, self.config.timeout))
            numbers[name] = number

        def store_result(outcome: Outcome) -> None:
            assert outcome.result is not None
            number = numbers[outcome.task.name]
            self.folder.keep(number, self.plan, outcome.result, outcome.seconds)

        self._run_tasks(executor, tasks, "folds", done, store_result)

    def _run_tasks(
        self,
        executor: Executor,
        tasks: Sequence[Task],
        phase: str,
        done: int,
        store_result: Callable[[Outcome], None],
    ) -> None:
        reporter = ProgressReporter(phase, done + len(tasks), done)
        run_tasks(
            executor, tasks, reporter, store_result, self.config.baseline.name, self.folder.logs
        )


def train_final(config: RunConfig) -> Path:
    """Train a baseline on all subjects; write the weights to the run's folder, and return it.

    Raises
    ------
    UsageError
        ``no-final-weights`` if the baseline does not implement ``train``.
    MebenchError
        If training fails.
    """
    baseline = config.baseline
    if not baseline.implements(TaskKind.WEIGHTS):
        raise UsageError.of(
            "no-final-weights",
            f"The baseline {baseline.name} has no final weights.",
            "Use --final with a baseline that implements train(), for example mean.",
        )
    fold_runner = FoldRunner(config, TaskKind.WEIGHTS)
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
                # Files on this machine, such as face boxes, belong to the training videos.
                if not isinstance(getattr(config.options, name), Path)
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
        write_weights(config.folder, record, result.body)
    finally:
        fold_runner.close()
    return config.folder
