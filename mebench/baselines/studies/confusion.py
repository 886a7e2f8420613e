"""Who was taken for what [Figs. 4 and 5]: confusion matrices of a run."""

from __future__ import annotations

from pathlib import Path

from mebench.baselines.request import RunConfig
from mebench.baselines.runner import Run
from mebench.baselines.studies.comparing import require_all_folds
from mebench.baselines.studies.shown import StudyResult
from mebench.diagnostics import UsageError
from mebench.tables.grid import Grid


def study_confusion(request: RunConfig, title: str) -> StudyResult:
    """Run the baseline, and draw its confusion matrices.

    Raises
    ------
    UsageError
        ``study-not-answered`` under a protocol that names no emotions; ``study-folds``.
    """
    from mebench.plots.confusion import draw_confusions
    from mebench.plots.report import confusions_from_report

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
