"""Check that nothing of a fold remains in a process: ``run-baseline NAME --check-isolation``.

Some folds are run twice: each in a process that has seen no other fold, and all one after the
other in one process. A baseline that keeps something of a fold, for example in a variable of a
module, gives other results the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mebench.diagnostics import Diagnostic, MebenchError
from mebench.runner.contract import RunConfig
from mebench.runner.processes.execution import run_tasks
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.messages import encode
from mebench.runner.processes.outcomes import Outcome
from mebench.runner.runner import Runner
from mebench.runner.types import FoldResult
from mebench.util.array_store import Store
from mebench.util.text import pluralize

DEFAULT_FOLDS = 3
"""The number of folds that are compared if none are selected."""


def check_isolation(config: RunConfig, announce: Callable[[str], None]) -> str:
    """Compare folds that run in processes of their own with folds that share a process.

    Parameters
    ----------
    config : RunConfig
        The configuration; ``selection`` chooses the folds, by default the first three.
    announce : callable
        Called with a line for each step.

    Returns
    -------
    str
        A sentence that says what was compared.

    Raises
    ------
    MebenchError
        ``isolation-broken`` for each fold whose results differ; or what :class:`Runner` raises.
    """
    with Runner(config) as runner:
        folds = runner.chosen if config.selection is not None else runner.chosen[:DEFAULT_FOLDS]
        runner.prepare()
        announce("Each fold in a process of its own:")
        separate = _run(runner, folds, shared=False)
        announce("All folds in one process:")
        shared = _run(runner, folds, shared=True)
    differing = [number for number in folds if separate[number] != shared[number]]
    if differing:
        raise MebenchError(_diagnostic(runner, number) for number in differing)
    return (
        f"{pluralize(len(folds), 'fold')} of {config.baseline.name} gave the same results in "
        "processes of their own and in one process."
    )


def _run(runner: Runner, folds: list[int], *, shared: bool) -> dict[int, bytes]:
    """Return the results of folds, as bytes; what the folds put into the store is not kept."""
    tasks = {}
    with TemporaryDirectory(prefix="mebench-") as folder:
        for number in folds:
            task = runner.fold_task(number)
            assert task.store is not None
            store = Store(task.store.folder, f"{task.store.scope}-{Path(folder).name}")
            tasks[number] = replace(
                task, store=store, fold=replace(task.fold, store=store), reuses_process=shared
            )
        results: dict[str, FoldResult] = {}

        def keep(outcome: Outcome) -> None:
            assert isinstance(outcome.result, FoldResult)
            results[outcome.task.name] = outcome.result

        logs = Path(folder)
        try:
            with closing(LocalExecutor(1, logs, runner.sandbox)) as executor:
                run_tasks(executor, list(tasks.values()), "folds", keep, logs=logs)
        finally:
            for task in tasks.values():
                assert task.store is not None
                task.store.remove()
    return {number: encode(results[task.name]) for number, task in tasks.items()}


def _diagnostic(runner: Runner, number: int) -> Diagnostic:
    baseline = runner.config.baseline
    return Diagnostic(
        "isolation-broken",
        "error",
        f"fold {number} ({runner.folds[number].name}): the result differs if other folds ran in "
        "the same process before.",
        f"Remove what {baseline.name} keeps of a fold (variables of modules, caches, random state)"
        + (", or do not declare reuses_process = True." if baseline.reuses_process else "."),
    )
