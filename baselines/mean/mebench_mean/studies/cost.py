"""The cost of MEAN (Section 4.3): parameters, operations, seconds, frames per second."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from mebench.runner import Baseline, Fold, FoldResult, RunConfig, Runner, Study, StudyResult
from mebench.tables import Grid
from mebench_mean.author_folder import refuse_author_weights
from mebench_mean.options import MeanOptions
from mebench_mean.studies.pictures import draw_costs
from mebench_vision.networks.backend import device_name

PHASES = ("training", "validation", "inference")

TRAINING_SHARE = 0.8
"""Share of the training pairs that is trained on; the others are for validation (Section 4.3)."""


class CostStudy(Study):
    """Measure the cost of every fold, and report the means."""

    title = "Parameters, operations and time"

    def make(self, config: RunConfig, title: str, announce: Callable[[str], None]) -> StudyResult:
        """Train and predict each fold, one step after the other."""
        assert isinstance(config.options, MeanOptions)
        refuse_author_weights(config.options, "this study trains networks")
        with Runner(config, measure_fold) as runner:
            costs = [result.data for result in runner.execute() if result is not None]
        folds = "1 fold" if len(costs) == 1 else f"mean of {len(costs)} folds"
        means = {phase: _mean_seconds(costs, phase) for phase in PHASES}
        without_flow = {step: mean for step, mean in means["inference"].items() if step != "flow"}
        bars = {**means, "inference without flow": without_flow}

        def draw(path: Path) -> None:
            draw_costs(path, bars, title=f"{title}, {folds}")

        notes = [
            f"Seconds on one core, with {config.jobs} process{'es' * (config.jobs != 1)} at a "
            "time; cached arrays of the test videos and cached networks were not used.",
            f"Trained on {TRAINING_SHARE:.0%} of the training pairs, validated on the others "
            "[Section 4.3 of the paper].",
            f"Processor: {_processor()}. Device of the networks: {device_name()}.",
        ]
        return StudyResult(title, _table(costs, means, folds), _exact_table(costs), draw, notes)


def measure_fold(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Measure training and inference of a fold, from the frames to the predictions."""
    from mebench_mean.studies.measurement import measure

    assert isinstance(baseline.options, MeanOptions)
    return FoldResult(measure(fold, baseline.options, TRAINING_SHARE)[0])


def _table(
    costs: Sequence[Mapping[str, Any]], means: Mapping[str, Mapping[str, float]], folds: str
) -> Grid:
    grid, first = Grid(["", "", folds], "llr"), costs[0]
    for name, count in first["parameters"].items():
        grid.rows.append(["parameters", name, f"{count:,}"])
    operations = first["multiplications"]
    grid.rows.append(["operations", "multiply-accumulate, per frame pair", f"{operations:,}"])
    grid.rows.append(["", "floating-point operations, per frame pair", f"{2 * operations:,}"])
    grid.rows.append(["frames", "predicted", f"{fmean(cost['frames'] for cost in costs):,.0f}"])
    for phase, seconds in means.items():
        title = f"{phase}, seconds"
        for step, mean in {**seconds, "total": sum(seconds.values())}.items():
            grid.rows.append([title, step, f"{mean:,.3f}"])
            title = ""
    steps = list(means["inference"])
    for title, name, chosen in (
        ("frames per second", "all steps", steps),
        ("", "without flow", [step for step in steps if step != "flow"]),
        ("", "networks only", ["networks"]),
    ):
        rates = [cost["frames"] / sum(cost["inference"][step] for step in chosen) for cost in costs]
        grid.rows.append([title, name, f"{fmean(rates):,.1f}"])
    return grid


def _exact_table(costs: Sequence[Mapping[str, Any]]) -> Grid:
    exact = Grid(["part", "what", "fold", "value"], "llrr")
    for fold, cost in enumerate(costs):
        for part in ("parameters", *PHASES):
            for name, value in cost[part].items():
                exact.rows.append([part, name, str(fold), repr(value)])
        exact.rows.append(["frames", "answered", str(fold), repr(cost["frames"])])
    exact.rows.append(["multiplications", "a frame pair", "", repr(costs[0]["multiplications"])])
    return exact


def _mean_seconds(costs: Sequence[Mapping[str, Any]], phase: str) -> dict[str, float]:
    return {step: fmean(cost[phase][step] for cost in costs) for step in costs[0][phase]}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
