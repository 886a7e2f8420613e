"""The cost of a method [Section 4.3]: parameters, operations, seconds, frames per second."""

from __future__ import annotations

from pathlib import Path
from statistics import fmean
from typing import Any

from mebench.runner.contract import TaskKind
from mebench.runner.fold_runner import FoldRunner
from mebench.runner.run_config import RunConfig
from mebench.runner.studies.study_result import StudyResult
from mebench.tables.grid import Grid

FLOW = "flow"


def study_cost(request: RunConfig, title: str) -> StudyResult:
    """Measure every fold, and lay the means down.

    Raises
    ------
    MebenchError
        What goes wrong in the folds.
    """
    fold_runner = FoldRunner(request, TaskKind.COST)
    try:
        costs = [one.head for one in fold_runner.execute().done]
    finally:
        fold_runner.close()
    folds = "1 fold" if len(costs) == 1 else f"mean of {len(costs)} folds"
    grid, exact = Grid(["", "", folds], "llr"), Grid(["part", "what", "fold", "value"], "llrr")
    first = costs[0]
    for name, count in first["parameters"].items():
        grid.rows.append(["parameters", name, f"{count:,}"])
    operations = first["multiplications"]
    grid.rows.append(["operations", "multiply-accumulate, a frame pair", f"{operations:,}"])
    grid.rows.append(["", "floating-point operations, a frame pair", f"{2 * operations:,}"])
    grid.rows.append(["frames", "answered", f"{fmean(one['frames'] for one in costs):,.0f}"])
    for part in ("training", "inference"):
        grid.rows += _seconds(costs, part)
    with_flow = fmean(_frames_per_second(one, without=()) for one in costs)
    without = fmean(_frames_per_second(one, without=(FLOW,)) for one in costs)
    networks = fmean(_frames_per_second(one, only="networks") for one in costs)
    grid.rows.append(["frames a second", "all of it", f"{with_flow:,.1f}"])
    grid.rows.append(["", "without flow", f"{without:,.1f}"])
    if networks:
        grid.rows.append(["", "the networks alone", f"{networks:,.1f}"])
    for fold, cost in enumerate(costs):
        for part in ("parameters", "training", "inference"):
            for name, value in cost[part].items():
                exact.rows.append([part, name, str(fold), repr(value)])
        exact.rows.append(["frames", "answered", str(fold), repr(cost["frames"])])
    exact.rows.append(["multiplications", "a frame pair", "", repr(operations)])

    def draw(path: Path) -> None:
        from mebench.plots.cost_bars import CostBar, draw_costs

        means = {part: _means(costs, part) for part in ("training", "inference")}
        no_flow = {name: value for name, value in means["inference"].items() if name != FLOW}
        bars = [
            CostBar("training", means["training"]),
            CostBar("inference", means["inference"]),
            CostBar("inference without flow", no_flow),
        ]
        draw_costs(path, [bar for bar in bars if bar.seconds], title=f"{title}, {folds}")

    notes = [
        f"Seconds of one core, {fold_runner.request.jobs} at a time; nothing kept from before was "
        "used for the test videos and the networks.",
        *_machine(),
    ]
    return StudyResult(title, grid, exact, draw, notes)


def _seconds(costs: list[dict[str, Any]], part: str) -> list[list[str | None]]:
    means = _means(costs, part)
    rows: list[list[str | None]] = [
        [f"{part}, seconds" if place == 0 else "", name, f"{value:,.3f}"]
        for place, (name, value) in enumerate(means.items())
    ]
    return [*rows, ["", "together", f"{sum(means.values()):,.3f}"]] if rows else []


def _means(costs: list[dict[str, Any]], part: str) -> dict[str, float]:
    return {name: fmean(one[part].get(name, 0.0) for one in costs) for name in costs[0][part]}


def _frames_per_second(
    cost: dict[str, Any], without: tuple[str, ...] = (), only: str | None = None
) -> float:
    seconds = sum(
        value
        for name, value in cost["inference"].items()
        if name not in without and (only is None or name == only)
    )
    return float(cost["frames"]) / seconds if seconds else 0.0


def _machine() -> list[str]:
    """Say what machine it was."""
    import platform

    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    except OSError:
        names = []
    return [f"Processor: {names[0] if names else platform.processor() or platform.machine()}."]
