"""The cost of a method [Section 4.3]: parameters, operations, seconds, frames per second."""

from __future__ import annotations

import platform
from contextlib import closing
from pathlib import Path
from statistics import fmean
from typing import Any

from mebench.runner.contract import TaskKind
from mebench.runner.run_config import RunConfig
from mebench.runner.run_folds import FoldRunner
from mebench.runner.studies.study_result import Announce, StudyResult
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

FLOW = "flow"


def study_cost(config: RunConfig, title: str, announce: Announce) -> StudyResult:
    """Measure the cost of every fold, and report the means.

    Raises
    ------
    MebenchError
        If a fold fails.
    """
    with closing(FoldRunner(config, TaskKind.COST)) as fold_runner:
        costs = [result.head for result in fold_runner.execute().done]
    folds = "1 fold" if len(costs) == 1 else f"mean of {len(costs)} folds"
    grid, exact = Grid(["", "", folds], "llr"), Grid(["part", "what", "fold", "value"], "llrr")
    first = costs[0]
    for name, count in first["parameters"].items():
        grid.rows.append(["parameters", name, f"{count:,}"])
    operations = first["multiplications"]
    grid.rows.append(["operations", "multiply-accumulate, per frame pair", f"{operations:,}"])
    grid.rows.append(["", "floating-point operations, per frame pair", f"{2 * operations:,}"])
    grid.rows.append(["frames", "predicted", f"{fmean(cost['frames'] for cost in costs):,.0f}"])
    for part in ("training", "inference"):
        grid.rows += _rows_of_seconds(costs, part)
    with_flow = fmean(_frames_per_second(cost) for cost in costs)
    without_flow = fmean(_frames_per_second(cost, without=FLOW) for cost in costs)
    networks = fmean(_frames_per_second(cost, only="networks") for cost in costs)
    grid.rows.append(["frames per second", "all steps", f"{with_flow:,.1f}"])
    grid.rows.append(["", "without flow", f"{without_flow:,.1f}"])
    if networks:
        grid.rows.append(["", "networks only", f"{networks:,.1f}"])
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
        f"Seconds on one core, with {pluralize(config.jobs, 'process', 'processes')} at a time; "
        "cached arrays of the test videos and cached networks were not used.",
        f"Processor: {_processor()}.",
    ]
    return StudyResult(title, grid, exact, draw, notes)


def _rows_of_seconds(costs: list[dict[str, Any]], part: str) -> list[list[str | None]]:
    means = _means(costs, part)
    rows: list[list[str | None]] = [
        ["", name, f"{value:,.3f}"]
        for name, value in (means | {"total": sum(means.values())}).items()
    ]
    rows[0][0] = f"{part}, seconds"
    return rows if means else []


def _means(costs: list[dict[str, Any]], part: str) -> dict[str, float]:
    return {name: fmean(cost[part].get(name, 0.0) for cost in costs) for name in costs[0][part]}


def _frames_per_second(
    cost: dict[str, Any], without: str | None = None, only: str | None = None
) -> float:
    seconds = sum(
        value
        for name, value in cost["inference"].items()
        if name != without and only in (None, name)
    )
    return float(cost["frames"]) / seconds if seconds else 0.0


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
