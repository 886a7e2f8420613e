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

from mebench.baselines.contract import Baseline, Options
from mebench.baselines.executors.contract import Executor, Outcome, Task
from mebench.baselines.executors.seeing import see_through
from mebench.baselines.folds import everybody, leave_one_subject_out, parse_selection
from mebench.baselines.jobs import Setting
from mebench.baselines.material import Located, Material, gather, open_all
from mebench.baselines.plan import Plan, plan_of
from mebench.baselines.progress import Teller
from mebench.baselines.questions import Question
from mebench.baselines.request import Request, default_store
from mebench.baselines.run_folder import FoldResult, RunFolder
from mebench.diagnostics import MebenchError


@dataclass(frozen=True, slots=True)
class Replies:
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


def warm_up(baseline: type[Baseline], options: Options) -> None:
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


class Inquiry:
    """A question to a baseline, planned; :meth:`carry_out` asks it.

    Parameters
    ----------
    request : Request
        What is to be run, and where.
    question : Question
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
        request: Request,
        question: Question = Question.ANSWERS,
        details: Mapping[int, Any] | None = None,
    ) -> None:
        self.request, self.question, self.details = request, question, dict(details or {})
        self.material: Material = gather(request.protocol, open_all(request.located))
        self.folds = (
            [everybody(request.seed)]
            if question is Question.WEIGHTS
            else leave_one_subject_out(self.material, request.seed)
        )
        self.plan: Plan = plan_of(
            request.baseline,
            request.options,
            self.material,
            self.folds,
            request.seed,
            question,
            self.details,
        )
        everything = list(range(len(self.folds)))
        self.chosen = (
            parse_selection(request.selection, len(self.folds))
            if request.selection is not None
            else everything
        )
        self.folder = RunFolder(request.folder)

    def carry_out(self) -> Replies:
        """Ask in every fold that is chosen and not done yet.

        The folder's locks are held until :meth:`close`.

        Raises
        ------
        MebenchError
            With what went wrong in each fold that failed; those that are done are kept.
        """
        shared = self.request.selection is not None
        self.folder.begin(self.plan, may_go_on=self.request.resume or shared)
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
        return Replies(results, discarded)

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
    def _setting(self) -> Setting:
        return Setting(
            self.request.baseline.name,
            self.plan.options,
            self.material.protocol,
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
            Task(
                f"{video.subject}/{video.id}",
                setting.preparation(video),
                self.request.timeout,
                kin=f"{video.dataset}/{video.subject}",
            )
            for video in self.material.distinct_videos
        ]
        self._see_through(executor, tasks, "preparing", 0, lambda outcome: None)

    def _warm_up(self) -> None:
        """Let the baseline do once what every worker of this machine would do again."""
        request = self.request
        if request.scheduler is None and request.baseline.offers("warm_up"):
            warm_up(request.baseline, request.options)

    def _ask(self, executor: Executor, missing: Sequence[int], done: int) -> None:
        setting, tasks, numbers = self._setting, [], {}
        for number in missing:
            fold = self.folds[number]
            name = f"fold {number} ({fold.name(self.material.protocol.is_composite)})"
            job = setting.fold(
                fold,
                self.material,
                self.question,
                with_truth=self.request.baseline.needs_truth,
                details=self.details.get(number),
            )
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
        teller = Teller(phase, done + len(tasks), done)
        see_through(executor, tasks, teller, keep, self.request.baseline.name, self.folder.logs)
