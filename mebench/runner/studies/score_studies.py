"""Studies of the scores of complete runs: variants, seeds, and confusion matrices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.runner.run_baseline import Run
from mebench.runner.run_config import RunConfig, options_from_mapping
from mebench.runner.studies.study_result import Announce, StudyResult
from mebench.runner.types import Variants
from mebench.tables.grid import Grid
from mebench.tables.report_grids import (
    ComparedRun,
    add_mean_and_deviation,
    compared_metrics,
    comparison_grid,
    short_title,
)

if TYPE_CHECKING:
    from mebench.models.report import Report


SEEDS = 3
"""The smallest number for which a standard deviation is informative."""

PLOTTED_METRICS = ("spotting_f1", "analysis_f1", "strs", "accuracy", "uf1", "uar")
"""The columns of the paper's tables, and those of recognition protocols."""


@dataclass(frozen=True, slots=True)
class StudyRun:
    """One run of a study: the label of its row, and its configuration."""

    label: str
    config: RunConfig


def variant_runs(config: RunConfig, study: Variants) -> list[StudyRun]:
    """Return one run per variant of a baseline.

    Raises
    ------
    UsageError
        ``bad-option`` if a variant contradicts the options on the command line; ``study-folds``.
    """
    _require_all_folds(config)
    passed = config.options.model_dump(mode="json", exclude_unset=True)
    return [
        StudyRun(
            variant.label,
            replace(
                config,
                options=options_from_mapping(config.baseline, passed | dict(variant.options)),
                folder=config.folder / _as_file_name(variant.options),
            ),
        )
        for variant in study.variants
    ]


def seed_runs(config: RunConfig) -> list[StudyRun]:
    """Return runs with the same options and several seeds."""
    _require_all_folds(config)
    return [
        StudyRun(f"seed {seed}", replace(config, seed=seed, folder=config.folder / f"seed-{seed}"))
        for seed in range(config.seed, config.seed + SEEDS)
    ]


def compare_runs(
    study_runs: Sequence[StudyRun], title: str, announce: Announce, *, spread: bool = False
) -> StudyResult:
    """Execute runs one after the other, and compare their scores.

    Parameters
    ----------
    study_runs : sequence of StudyRun
        The runs.
    title : str
        The title of the study.
    announce : callable
        Called with a line before each run.
    spread : bool
        Add the mean and the standard deviation.
    """
    rows = []
    for number, study_run in enumerate(study_runs, 1):
        announce(f"{number} of {len(study_runs)}: {study_run.label}")
        rows.append(ComparedRun(study_run.label, _run_all_folds(study_run.config)))
    grid = comparison_grid(rows)

    def draw(path: Path) -> None:
        from mebench.plots.variant_bars import VariantScores, draw_variants

        available = compared_metrics(rows)
        names = [name for name in PLOTTED_METRICS if name in available][:3]
        scores = [
            VariantScores(
                row.label, {short_title(name): row.report.metrics[name].value for name in names}
            )
            for row in rows
        ]
        draw_variants(path, scores, title=title)

    return StudyResult(
        title,
        add_mean_and_deviation(grid, rows) if spread else grid,
        comparison_grid(rows, exact=True),
        draw,
        [f"{row.label}: {row.report.signature}" for row in rows],
    )


def _as_file_name(options: Any) -> str:
    parts = [f"{name}-{value}" for name, value in options.items()]
    return re.sub(r"[^a-z0-9.]+", "-", "-".join(parts).casefold()).strip("-")


def _require_all_folds(config: RunConfig) -> None:
    """Refuse a selection of folds, before anything is computed.

    Raises
    ------
    UsageError
        ``study-folds``.
    """
    if config.selection is not None:
        raise UsageError.of(
            "study-folds",
            "This study reports scores of complete runs, so --folds cannot select some folds.",
            "Leave out --folds.",
        )


def _run_all_folds(config: RunConfig) -> Report:
    report = Run(config).execute().report
    assert report is not None, "no folds are selected, so none can be missing"
    return report


def study_confusion(config: RunConfig, title: str, announce: Announce) -> StudyResult:
    """Run the baseline, and draw its confusion matrices.

    Raises
    ------
    UsageError
        ``study-not-answered`` under a protocol without emotions; ``study-folds``.
    """
    from mebench.plots.confusion_matrix import confusions_from_report, draw_confusions

    if not config.protocol.analyses:
        raise UsageError.of(
            "study-not-answered",
            f"The protocol {config.protocol.id} has no emotions.",
            "Choose a protocol with emotions: `mebench protocols` lists all protocols.",
        )
    _require_all_folds(config)
    report = _run_all_folds(config)
    confusions = confusions_from_report(report)
    # Of the two matrices of a protocol, one can have an additional column for missing predictions.
    columns = max((confusion.columns for confusion in confusions), key=len)
    grid = Grid(["", "true", *(f"as {name}" for name in columns)], "ll" + "r" * len(columns))
    exact = Grid(["matrix", "true", "predicted", "count"], "lllr")
    for confusion in confusions:
        for name, row in zip(confusion.classes, confusion.matrix, strict=True):
            cells = [str(count) for count in row]
            cells += [""] * (len(columns) - len(cells))
            title_cell = confusion.title if name == confusion.classes[0] else ""
            grid.rows.append([title_cell, name, *cells])
            for column, count in zip(confusion.columns, row, strict=True):
                exact.rows.append([confusion.title, name, column, str(count)])

    def draw(path: Path) -> None:
        draw_confusions(path, confusions)

    return StudyResult(title, grid, exact, draw, [report.signature])
