"""The run of a baseline: folds made, carried out, put together and scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.baselines.contract import Baseline, Options
from mebench.baselines.executors.contract import Executor, Failure, Outcome, Task
from mebench.baselines.folds import leave_one_subject_out, parse_selection
from mebench.baselines.jobs import Setting
from mebench.baselines.manifest import manifest_of
from mebench.baselines.material import Located, Material, gather, open_all
from mebench.baselines.plan import Forecast, Plan, forecast, plan_of
from mebench.baselines.progress import Teller
from mebench.baselines.run_folder import FoldResult, RunFolder
from mebench.baselines.submission import curves_of, submission_of, system_of
from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.files import as_json, write_bytes, write_text
from mebench.machine import cache_folder
from mebench.protocols import Rules

if TYPE_CHECKING:
    from mebench.records.report import InputFile, Report


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run, and how.

    Attributes
    ----------
    baseline : type
        The baseline's class.
    options : Options
        Its options.
    rules : Rules
        The protocol.
    located : tuple of Located
        The data sets.
    folder : Path
        The run's folder.
    seed : int
        The run's seed.
    jobs : int
        Processes at a time.
    scheduler : str or None
        The address of a Dask scheduler, which then takes the place of ``jobs``.
    selection : str or None
        The folds to carry out now: ``0,3-5``. The folder is then shared with other runs.
    timeout : float or None
        Seconds after which a fold, or the preparation of a video, is given up.
    resume : bool
        Go on with the run in the folder.
    store : Path or None
        Where prepared arrays are kept; by default in the user's cache.
    given : dict
        The options as they were typed, for the manifest.
    """

    baseline: type[Baseline]
    options: Options
    rules: Rules
    located: tuple[Located, ...]
    folder: Path
    seed: int = 0
    jobs: int = 1
    scheduler: str | None = None
    selection: str | None = None
    timeout: float | None = None
    resume: bool = False
    store: Path | None = None
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended.

    Attributes
    ----------
    report : Report or None
        The score; None while folds of a shared run are missing.
    done, folds : int
        How many folds are done, of how many.
    clipped : int
        How many intervals were clipped to their video.
    discarded : tuple of int
        Folds whose result was damaged, and made anew.
    """

    report: Report | None
    done: int
    folds: int
    clipped: int
    discarded: tuple[int, ...]


class Run:
    """A run, planned; :meth:`carry_out` does it.

    Parameters
    ----------
    request : Request
        What is to be run.

    Raises
    ------
    MebenchError
        If the data or the request are not as they should be.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.material: Material = gather(request.rules, open_all(request.located))
        self.folds = leave_one_subject_out(self.material, request.seed)
        # Whether the submission can be written is not to be found out after a day of computing.
        system_of(request.baseline)
        self.plan: Plan = plan_of(
            request.baseline, request.options, self.material, self.folds, request.seed
        )
        everything = list(range(len(self.folds)))
        self.chosen = (
            parse_selection(request.selection, len(self.folds))
            if request.selection is not None
            else everything
        )
        self.folder = RunFolder(request.folder)

    def forecast(self) -> Forecast:
        """Tell how much the run will be."""
        request = self.request
        return forecast(request.baseline, request.options, self.material, len(self.chosen))

    def carry_out(self) -> Finished:
        """Carry out the folds, and put the submission together when all are done.

        Raises
        ------
        MebenchError
            With what went wrong in each fold that failed; those that are done are kept.
        """
        shared = self.request.selection is not None
        self.folder.begin(self.plan, may_go_on=self.request.resume or shared)
        try:
            self.folder.claim(self.chosen)
            done = [number for number in self.chosen if self._result(number) is not None]
            discarded = tuple(
                number
                for number in self.chosen
                if number not in done and self.folder.has_result(number)
            )
            missing = [number for number in self.chosen if number not in done]
            if missing:
                with closing(self._executor()) as executor:
                    self._prepare(executor)
                    self._carry_out(executor, missing, len(done))
            return self._finish(discarded)
        finally:
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
    def _setting(self) -> Setting:
        return Setting(
            self.request.baseline.name,
            self.plan.options,
            self.material.rules.protocol,
            [
                Located(one.id, None if one.root is None else str(Path(one.root).resolve()))
                for one in self.request.located
            ],
            (self.request.store or default_store()).resolve(),
        )

    def _prepare(self, executor: Executor) -> None:
        if self.request.baseline.prepare is Baseline.prepare:
            return
        setting = self._setting
        tasks = [
            Task(f"{video.subject}/{video.id}", setting.preparation(video), self.request.timeout)
            for video in self.material.distinct_videos
        ]
        self._see_through(executor, tasks, "preparing", 0, lambda outcome: None)

    def _carry_out(self, executor: Executor, missing: Sequence[int], done: int) -> None:
        setting, tasks, numbers = self._setting, [], {}
        for number in missing:
            fold = self.folds[number]
            name = f"fold {number} ({fold.name(self.material.rules.protocol.is_composite)})"
            job = setting.fold(fold, self.material, with_truth=self.request.baseline.needs_truth)
            tasks.append(Task(name, job, self.request.timeout))
            numbers[name] = number

        def keep(outcome: Outcome) -> None:
            assert outcome.result is not None
            number = numbers[outcome.task.name]
            self.folder.keep(number, self.plan, outcome.result, outcome.seconds)

        self._see_through(executor, tasks, "folds", done, keep)

    def _see_through(
        self,
        executor: Executor,
        tasks: Sequence[Task],
        phase: str,
        done: int,
        keep: Callable[[Outcome], None],
    ) -> None:
        """Carry out tasks; what fails is reported when the others have ended."""
        failures: list[tuple[Task, Failure]] = []
        with Teller(phase, done + len(tasks), done) as teller:
            for outcome in executor.run(tasks, teller.moved):
                if outcome.failure is None:
                    keep(outcome)
                else:
                    failures.append((outcome.task, outcome.failure))
                teller.ended(outcome.task, " failed" if outcome.failure else "")
        if failures:
            raise MebenchError(
                [one for task, failure in failures for one in self._diagnostics(task, failure)],
                sum((Counter(failure.omitted) for _, failure in failures), Counter()),
            )

    def _diagnostics(self, task: Task, failure: Failure) -> Iterator[Diagnostic]:
        name = "".join(one if one.isalnum() else "-" for one in task.name).strip("-")
        log = self.folder.log(name, failure.trace) if failure.trace else self.folder.logs
        if not failure.found:
            yield Diagnostic(
                failure.code, "error", failure.message, failure.remedy, Place(file=str(log))
            )
        for one in failure.found:
            place = {key: one[key] for key in ("dataset", "subject", "video", "file") if one[key]}
            yield Diagnostic(
                one["code"],
                one["severity"],
                f"{self.request.baseline.name}, {task.name}: {one['message']}",
                one["remedy"],
                Place(**place),
            )

    def _finish(self, discarded: tuple[int, ...]) -> Finished:
        """Put the submission together and score it, if all folds are there."""
        results = [self._result(number) for number in range(len(self.folds))]
        done = [one for one in results if one is not None]
        clipped = sum(one.clipped for one in done)
        if len(done) < len(results):
            return Finished(None, len(done), len(results), clipped, discarded)
        submission = submission_of(self.request.baseline, self.material, self.folds, done)
        from mebench.scoring.score import score

        text = as_json(submission.to_json())
        report = score(submission, self.material.truth, self.material.rules.protocol)
        report = report.model_copy(update={"inputs": self._named(report.inputs)})
        curves = curves_of(done)
        if curves:
            write_bytes(self.folder.path / "curves.npz", curves)
        write_text(self.folder.predictions, text)
        write_text(self.folder.path / "report.json", as_json(report.to_json()))
        manifest = manifest_of(self.request, self.plan, self.folds, done)
        write_text(self.folder.path / "manifest.json", as_json(manifest))
        return Finished(report, len(done), len(results), clipped, discarded)

    def _named(self, inputs: list[InputFile]) -> list[InputFile]:
        """Say where what was scored from memory lies."""
        names = {
            "predictions": self.folder.predictions.name,
            "truth": ", ".join(self.plan.datasets),
        }
        return [one.model_copy(update={"file": names[one.role]}) for one in inputs]


def default_store() -> Path:
    """Return where prepared arrays are kept, unless told otherwise."""
    return cache_folder() / "prepared"
