"""The study of confusion matrices: which emotions a method confuses."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import UsageError
from mebench.runner.contract import RunConfig, Study
from mebench.runner.scored_run import run_baseline
from mebench.runner.study import require_all_folds
from mebench.runner.study_result import Announce, StudyResult
from mebench.tables.grid import Grid


class ConfusionStudy(Study):
    """Run the baseline, and show its confusion matrices."""

    title = "Confusion matrices"

    def make(self, config: RunConfig, title: str, announce: Announce) -> StudyResult:
        """Run all folds; the table has the matrices one below the other."""
        from mebench.plots.confusion_matrix import confusions_from_report, draw_confusions

        if not config.protocol.analyses:
            raise UsageError.of(
                "study-not-answered",
                f"The protocol {config.protocol.id} has no emotions.",
                "Choose a protocol with emotions: `mebench protocols` lists all protocols.",
            )
        require_all_folds(config)
        report = run_baseline(config).report
        assert report is not None, "no folds are selected, so none can be missing"
        confusions = confusions_from_report(report)
        # Of two matrices, one can have an additional column for missing predictions.
        columns = max((confusion.columns for confusion in confusions), key=len)
        grid = Grid(["", "true", *(f"as {name}" for name in columns)], "ll" + "r" * len(columns))
        exact = Grid(["matrix", "true", "predicted", "count"], "lllr")
        for confusion in confusions:
            for name, row in zip(confusion.classes, confusion.matrix, strict=True):
                cells = [str(count) for count in row] + [""] * (len(columns) - len(row))
                first = name == confusion.classes[0]
                grid.rows.append([confusion.title if first else "", name, *cells])
                for column, count in zip(confusion.columns, row, strict=True):
                    exact.rows.append([confusion.title, name, column, str(count)])

        def draw(path: Path) -> None:
            draw_confusions(path, confusions)

        return StudyResult(title, grid, exact, draw, [report.signature])
