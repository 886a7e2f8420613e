"""Confusion matrices side by side, from a report [Figs. 4 and 5 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.loader import read_model
from mebench.models.report import AnalysisCounts, Report
from mebench.plots.figure import ONE_COLUMN, SMALL, TEXT, TWO_COLUMNS, axes_at, canvas, text_at
from mebench.plots.text_layout import text_width, truncate_text, wrap_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


MISSING = "(missing)"
"""Label of the column that counts true expressions without a prediction."""

MAX_LABEL = 1.1
"""Maximum width of a class name in inches."""

MANY_COLUMNS = 8
"""A matrix with more columns takes the width of a page."""

MAX_CELL = 0.55
"""Maximum width of a cell in inches."""

LINE, GAP = 0.15, 0.06
"""Height of a line of text and distance between elements in inches."""

COUNT_LIMIT = 2**53
"""Counts in a report must be lower."""


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """A confusion matrix to draw.

    Attributes
    ----------
    title : str
        Title above the matrix.
    classes : sequence of str
        Names of the C classes.
    matrix : sequence of sequence of int
        One row per true class and one column per predicted class; an extra column counts true
        expressions without a prediction.
    """

    title: str
    classes: Sequence[str]
    matrix: Sequence[Sequence[int]]

    @property
    def columns(self) -> list[str]:
        """Names of all columns."""
        has_missing = bool(self.matrix) and len(self.matrix[0]) > len(self.classes)
        return [*self.classes, *([MISSING] if has_missing else [])]


def draw_confusions(path: str | Path, matrices: Sequence[ConfusionMatrix]) -> None:
    """Draw confusion matrices: counts in the cells, colored by the share within the row.

    Parameters
    ----------
    path : path
        The file to write.
    matrices : sequence of ConfusionMatrix
        Two are drawn side by side, further ones below.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    wide = any(len(matrix.columns) > MANY_COLUMNS for matrix in matrices)
    per_row = 1 if wide or len(matrices) == 1 else 2
    panels = [_Panel(matrix, TWO_COLUMNS if wide else ONE_COLUMN) for matrix in matrices]
    rows = [panels[start : start + per_row] for start in range(0, len(panels), per_row)]
    heights = [max(panel.height for panel in row) for row in rows]
    page = ONE_COLUMN if len(panels) == 1 and not wide else TWO_COLUMNS
    with canvas(path, page, sum(heights)) as figure:
        top = sum(heights)
        for row, height in zip(rows, heights, strict=True):
            for index, panel in enumerate(row):
                panel.draw(figure, index * page / per_row, top)
            top -= height


class _Panel:
    """The layout of one matrix, in inches."""

    def __init__(self, confusion: ConfusionMatrix, width: float) -> None:
        self.confusion = confusion
        self.rows = [truncate_text(name, MAX_LABEL, SMALL) for name in confusion.classes]
        columns = len(confusion.columns)
        widest = max(text_width(name, SMALL) for name in self.rows)
        self.label_width = LINE + widest + 2 * GAP
        self.left = self.label_width + GAP
        self.cell = min(MAX_CELL, (width - self.left - 2 * GAP) / columns)
        self.columns = [truncate_text(name, MAX_LABEL, SMALL) for name in confusion.columns]
        widest = max(text_width(name, SMALL) for name in self.columns)
        self.vertical_labels = widest > self.cell - GAP
        self.below = (widest if self.vertical_labels else LINE * 0.7) + LINE + 2 * GAP
        self.width = width
        # Center a small matrix.
        self.left += max(0.0, width - self.left - 2 * GAP - self.cell * columns) / 2
        self.title = wrap_text(confusion.title, width - 2 * GAP, 2)
        self.above = LINE * (1 + self.title.count("\n")) + 2 * GAP
        self.height = self.above + self.cell * len(self.rows) + self.below

    def draw(self, figure: Figure, left: float, top: float) -> None:
        width, height = self.cell * len(self.columns), self.cell * len(self.rows)
        begin, bottom = left + self.left, top - self.above - height
        axes = axes_at(figure, begin, bottom, width, height)
        # Center the title above the matrix as far as the edges of the panel allow.
        half = max(text_width(line) for line in self.title.split("\n")) / 2
        center = left + min(max(self.left + width / 2, half + GAP), self.width - half - GAP)
        text_at(figure, center, bottom + height + GAP, self.title, ha="center", va="bottom")
        center, lowest = begin + width / 2, bottom - self.below + GAP
        text_at(figure, center, lowest, "Predicted", ha="center", va="bottom")
        first, center = begin - self.label_width, bottom + height / 2
        text_at(figure, first, center, "True", ha="left", va="center", rotation="vertical")
        self._draw_cells(axes)
        axes.set_xlim(0, len(self.columns))
        axes.set_ylim(len(self.rows), 0)
        axes.set_xticks([column + 0.5 for column in range(len(self.columns))], self.columns)
        axes.set_yticks([row + 0.5 for row in range(len(self.rows))], self.rows)
        axes.tick_params(length=0, pad=3)
        if self.vertical_labels:
            axes.tick_params(axis="x", rotation=90)
        for spine in axes.spines.values():
            spine.set_visible(True)

    def _draw_cells(self, axes: Axes) -> None:
        from matplotlib import colormaps
        from matplotlib.patches import Rectangle

        blues = colormaps["Blues"]
        for row, counts in enumerate(self.confusion.matrix):
            total = sum(counts)
            for column, count in enumerate(counts):
                share = count / total if total else 0.0
                axes.add_patch(
                    Rectangle((column, row), 1, 1, facecolor=blues(share * 0.9), edgecolor="white")
                )
                color = "white" if share > 0.55 else "black"
                number = str(count)
                size = min(TEXT, TEXT * (self.cell - GAP) / text_width(number))
                # The shares of an empty row are undefined.
                percent = f"{100 * share:.0f}%" if total else "–"
                show_percent = self.cell >= 0.28
                axes.text(
                    column + 0.5,
                    row + (0.4 if show_percent else 0.5),
                    number,
                    ha="center",
                    va="center_baseline" if show_percent else "center",
                    size=size,
                    color=color,
                )
                if show_percent:
                    axes.text(
                        column + 0.5,
                        row + 0.74,
                        percent,
                        ha="center",
                        va="center",
                        size=5.5,
                        color=color,
                    )


def confusions_from_report(report: Report, file: str | None = None) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report.

    Parameters
    ----------
    report : Report
        The report.
    file : str, optional
        Its file, for error messages.

    Raises
    ------
    MebenchError
        ``nothing-to-draw`` if the report has no emotions; ``report-damaged``.
    """
    title = "Samples" if report.task == "recognize" else "Spotted expressions"
    matrices = [
        _checked_matrix(f"{name} ({counts.total})", counts, file)
        for name, counts in (
            (title, report.counts.analysis),
            ("All expressions", report.counts.analysis_all),
        )
        if counts is not None
    ]
    if not matrices:
        raise MebenchError.of(
            "nothing-to-draw",
            f"The report has no confusion matrix: {report.protocol} defines no emotion classes.",
            "",
            Place(file=file),
        )
    return matrices


def read_confusions(path: Path) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report file, or of the report in the folder of a run.

    Raises
    ------
    MebenchError
        If the file is not a report, and as in :func:`confusions_from_report`.
    """
    if path.is_dir():
        path = path / "report.json"
    findings = Findings()
    report = read_model(path, Report, findings)
    findings.raise_errors()
    assert report is not None
    return confusions_from_report(report, str(path))


def _checked_matrix(title: str, counts: AnalysisCounts, file: str | None) -> ConfusionMatrix:
    classes, rows = counts.confusion.classes, counts.confusion.matrix
    widths = {len(row) for row in rows}
    if (
        not classes
        or len(rows) != len(classes)
        or len(widths) != 1
        or not widths <= {len(classes), len(classes) + 1}
        or not all(0 <= count < COUNT_LIMIT for row in rows for count in row)
    ):
        raise MebenchError.of(
            "report-damaged",
            "The confusion matrix of the report does not have one row of counts per class.",
            "Score the predictions again.",
            Place(file=file, pointer="/counts"),
        )
    return ConfusionMatrix(title, classes, rows)
