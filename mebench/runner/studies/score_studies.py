"""Studies of the scores of whole runs: sweeps over options or seeds, and confusion matrices."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mebench.diagnostics import UsageError
from mebench.runner.run import Run
from mebench.runner.run_config import RunConfig, options_from_mapping
from mebench.runner.studies.study_result import StudyResult
from mebench.runner.types import Variants
from mebench.tables.grid import Grid
from mebench.tables.report_grids import (
    ComparedRun,
    add_mean_and_deviation,
    compared_metrics,
    comparison_grid,
    short_title,
)

SEEDS = 3
"""Fewer say nothing of a spread."""

PLOTTED_METRICS = ("spotting_f1", "analysis_f1", "strs", "accuracy", "uf1", "uar")
"""The paper's columns, and those of recognition protocols."""

Announce = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StudyRun:
    """One of the runs: what it is called, and what is run."""

    label: str
    request: RunConfig


def variant_runs(request: RunConfig, study: Variants) -> list[StudyRun]:
    """Return the runs of a study of options.

    Raises
    ------
    UsageError
        ``bad-option`` if a variant does not go with what was typed; ``study-folds``.
    """
    require_all_folds(request)
    typed = request.options.model_dump(mode="json", exclude_unset=True)
    return [
        StudyRun(
            one.label,
            replace(
                request,
                options=options_from_mapping(request.baseline, typed | dict(one.options)),
                folder=request.folder / _as_file_name(one.options),
            ),
        )
        for one in study.variants
    ]


def seed_runs(request: RunConfig) -> list[StudyRun]:
    """Return the runs of one setting with several seeds."""
    require_all_folds(request)
    return [
        StudyRun(
            f"seed {seed}", replace(request, seed=seed, folder=request.folder / f"seed-{seed}")
        )
        for seed in range(request.seed, request.seed + SEEDS)
    ]


def compare_runs(
    setups: Sequence[StudyRun], title: str, tell: Announce, *, spread: bool = False
) -> StudyResult:
    """Carry out runs one after the other, and lay their scores side by side.

    Parameters
    ----------
    setups : sequence of StudyRun
        What is run.
    title : str
        What is studied.
    tell : callable
        Takes a line before each run.
    spread : bool
        Add the mean and the standard deviation.
    """
    rows = []
    for place, setup in enumerate(setups, 1):
        tell(f"{place} of {len(setups)}: {setup.label}")
        finished = Run(setup.request).execute()
        assert finished.report is not None  # all folds were asked for
        rows.append(ComparedRun(setup.label, finished.report))
    grid = comparison_grid(rows)

    def draw(path: Path) -> None:
        from mebench.plots.variant_bars import VariantScores, draw_variants

        known = compared_metrics(rows)
        names = [name for name in PLOTTED_METRICS if name in known][:3]
        settings = [
            VariantScores(
                row.label, {short_title(name): row.report.metrics[name].value for name in names}
            )
            for row in rows
        ]
        draw_variants(path, settings, title=title)

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


def require_all_folds(request: RunConfig) -> None:
    """Refuse a request for some folds alone, before anything is computed.

    Raises
    ------
    UsageError
        ``study-folds``.
    """
    if request.selection is not None:
        raise UsageError.of(
            "study-folds",
            "This study shows scores of whole runs, and carries out all folds of each.",
            "Leave --folds out.",
        )


def study_confusion(request: RunConfig, title: str) -> StudyResult:
    """Run the baseline, and draw its confusion matrices.

    Raises
    ------
    UsageError
        ``study-not-answered`` under a protocol that names no emotions; ``study-folds``.
    """
    from mebench.plots.confusion_matrix import confusions_from_report, draw_confusions

    if not request.protocol.analyses:
        raise UsageError.of(
            "study-not-answered",
            f"{request.protocol.id} names no emotions.",
            "Take a protocol that does: `mebench protocols` lists them.",
        )
    require_all_folds(request)
    finished = Run(request).execute()
    assert finished.report is not None  # all folds were asked for
    matrices = confusions_from_report(finished.report)
    # Of the two matrices of a protocol, one can have a column for what is missing.
    columns = max((one.columns for one in matrices), key=len)
    grid = Grid(["", "true", *(f"as {name}" for name in columns)], "ll" + "r" * len(columns))
    exact = Grid(["matrix", "true", "predicted", "count"], "lllr")
    for one in matrices:
        for name, row in zip(one.classes, one.matrix, strict=True):
            cells = [str(count) for count in row]
            cells += [""] * (len(columns) - len(cells))
            grid.rows.append([one.title if name == one.classes[0] else "", name, *cells])
            for column, count in zip(one.columns, row, strict=True):
                exact.rows.append([one.title, name, column, str(count)])

    def draw(path: Path) -> None:
        draw_confusions(path, matrices)

    return StudyResult(title, grid, exact, draw, [finished.report.signature])
