"""A sweep: complete runs with several settings and seeds, side by side in a table and a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.runner.contract import Baseline, RunConfig, Study

# What makes a sweep is imported where it is used: the workers of every baseline with a sweep
# import this module.
if TYPE_CHECKING:
    from mebench.models.report import Report
    from mebench.runner.study_result import Announce, StudyResult
    from mebench.tables.grid import Grid
    from mebench.tables.report_grids import ComparedRun


PLOTTED_METRICS = ("spotting_f1", "analysis_f1", "strs", "accuracy", "uf1", "uar")
"""The columns of the paper's tables, and those of recognition protocols."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of a sweep.

    Attributes
    ----------
    label : str
        The label of the row: ``Gaussian, σ = 1``.
    options : mapping
        Options of the baseline; they override those of the command line.
    """

    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sweep(Study):
    """A study that runs a baseline with each setting and each seed.

    Attributes
    ----------
    title : str
        What is compared, and the table of the paper that the study reproduces.
    settings : sequence of Setting
        In the order of the table; none stands for the options of the command line.
    seeds : int
        The number of seeds; the first one is that of the command line.
    """

    title: str
    settings: Sequence[Setting] = ()
    seeds: int = 1

    def make(self, config: RunConfig, title: str, announce: Announce) -> StudyResult:
        """Execute the runs one after the other, and compare their scores.

        With several settings and seeds, the table has the mean and the standard deviation of each
        setting, and its exact form has every run.
        """
        from mebench.runner.run_config import options_from_mapping
        from mebench.runner.study import require_all_folds
        from mebench.runner.study_result import StudyResult
        from mebench.tables.report_grids import (
            ComparedRun,
            add_mean_and_deviation,
            comparison_grid,
        )

        require_all_folds(config)
        passed = config.options.model_dump(mode="json", exclude_unset=True)
        runs = []
        for setting, seed in product(
            self.settings or (Setting("", {}),), range(config.seed, config.seed + self.seeds)
        ):
            names = [f"{name}-{value}" for name, value in setting.options.items()]
            names += [f"seed-{seed}"] if self.seeds > 1 or not names else []
            labels = [setting.label, f"seed {seed}" if self.seeds > 1 or not setting.label else ""]
            run = replace(
                config,
                options=options_from_mapping(config.baseline, passed | dict(setting.options)),
                seed=seed,
                folder=config.folder / _as_file_name("-".join(names)),
            )
            runs.append((setting.label, ", ".join(filter(None, labels)), run))
        rows: list[tuple[str, ComparedRun]] = []
        for number, (group, label, run) in enumerate(runs, 1):
            announce(f"{number} of {len(runs)}: {label}")
            rows.append((group, ComparedRun(label, _report(run))))
        every = [row for _, row in rows]
        groups = {group: [row for name, row in rows if name == group] for group, _ in rows}
        if self.seeds == 1 or len(groups) == 1:
            grid = comparison_grid(every)
            grid = add_mean_and_deviation(grid, every) if self.seeds > 1 else grid
            bars = {row.label: [row] for row in every}
        else:
            grid, bars = _grid_of_means(groups), groups
        return StudyResult(
            title,
            grid,
            comparison_grid(every, exact=True),
            lambda path: _draw(path, bars, title),
            [f"{row.label}: {row.report.signature}" for row in every],
        )


def settings_from_arguments(baseline: type[Baseline], arguments: Sequence[str]) -> list[Setting]:
    """Return all combinations of ``["k=3,5", "smoothing=none,gaussian-1"]``."""
    from mebench.runner.run_config import option_name

    columns = []
    for argument in arguments:
        name, _, values = argument.removeprefix("--").partition("=")
        field = name.replace("-", "_")
        if field not in baseline.options_type.model_fields or not values:
            known = ", ".join(map(option_name, baseline.options_type.model_fields)) or "none"
            raise UsageError.of(
                "bad-sweep",
                f"--sweep {argument!r:.80} is not an option of {baseline.name} with its values.",
                f"Write --sweep OPTION=VALUE,VALUE,… with one of its options: {known}.",
            )
        columns.append([(field, value) for value in values.split(",")])
    return [
        Setting(
            ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in chosen), dict(chosen)
        )
        for chosen in product(*columns)
    ]


def _report(config: RunConfig) -> Report:
    from mebench.runner.scored_run import run_baseline

    report = run_baseline(config).report
    assert report is not None, "no folds are selected, so none can be missing"
    return report


def _as_file_name(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold()).strip("-")


def _grid_of_means(groups: Mapping[str, Sequence[ComparedRun]]) -> Grid:
    """Return one row per setting: mean and sample standard deviation over its seeds."""
    from mebench.tables.grid import Grid
    from mebench.tables.report_grids import compared_metrics, short_title

    metrics = compared_metrics(next(iter(groups.values())))
    grid = Grid(["", *map(short_title, metrics)], "l" + "r" * len(metrics))
    for label, rows in groups.items():
        cells = []
        for metric in metrics:
            values = _values(rows, metric)
            complete = len(values) == len(rows)
            cells.append(f"{fmean(values):.4f} ± {stdev(values):.4f}" if complete else None)
        grid.rows.append([label, *cells])
    return grid


def _values(rows: Sequence[ComparedRun], metric: str) -> list[float]:
    values = [row.report.metrics[metric].value for row in rows]
    return [value for value in values if value is not None]


def _draw(path: Path, bars: Mapping[str, Sequence[ComparedRun]], title: str) -> None:
    """Draw the means of up to three metrics, with their standard deviations."""
    from mebench.plots.variant_bars import VariantScores, draw_variants
    from mebench.tables.report_grids import compared_metrics, short_title

    available = compared_metrics(next(iter(bars.values())))
    metrics = [name for name in PLOTTED_METRICS if name in available][:3]
    scores = []
    for label, rows in bars.items():
        values = {short_title(name): _values(rows, name) for name in metrics}
        complete = {name: found for name, found in values.items() if len(found) == len(rows)}
        means = {name: fmean(complete[name]) if name in complete else None for name in values}
        spread = {name: stdev(found) for name, found in complete.items() if len(found) > 1}
        scores.append(VariantScores(label, means, spread))
    draw_variants(path, scores, title=title)
