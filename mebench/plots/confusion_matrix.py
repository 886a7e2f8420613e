"""Confusion matrices, side by side [Figs. 4 and 5 of the MEAN paper], drawn from a report."""

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
"""Heads the column of truths without a prediction."""

LABEL = 1.1
"""Inches at most for the name of a class."""

MANY = 8
"""Columns; a matrix with more of them takes the width of a page."""

CELL = 0.55
"""Inches at most a cell is wide."""

LINE, GAP = 0.15, 0.06


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """Who was taken for what.

    Attributes
    ----------
    title : str
        What stands above it.
    classes : sequence of str
        The names of the C classes.
    matrix : sequence of sequence of int
        A row a true class and a column a predicted one; a column beyond the classes counts truths
        without a prediction.
    """

    title: str
    classes: Sequence[str]
    matrix: Sequence[Sequence[int]]

    @property
    def columns(self) -> list[str]:
        """The names of all columns."""
        wider = bool(self.matrix) and len(self.matrix[0]) > len(self.classes)
        return [*self.classes, *([MISSING] if wider else [])]


def draw_confusions(path: str | Path, matrices: Sequence[ConfusionMatrix]) -> None:
    """Draw confusion matrices: counts in the cells, shares of the row as colour.

    Parameters
    ----------
    path : path
        The picture to write.
    matrices : sequence of ConfusionMatrix
        Two are drawn beside each other, further ones below.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    wide = any(len(one.columns) > MANY for one in matrices)
    beside = 1 if wide or len(matrices) == 1 else 2
    panels = [_Panel(one, TWO_COLUMNS if wide else ONE_COLUMN) for one in matrices]
    rows = [panels[at : at + beside] for at in range(0, len(panels), beside)]
    heights = [max(panel.height for panel in row) for row in rows]
    page = ONE_COLUMN if len(panels) == 1 and not wide else TWO_COLUMNS
    with canvas(path, page, sum(heights)) as figure:
        top = sum(heights)
        for row, height in zip(rows, heights, strict=True):
            for place, panel in enumerate(row):
                panel.draw(figure, place * page / beside, top)
            top -= height


class _Panel:
    """One matrix and the room that it takes, in inches."""

    def __init__(self, confusion: ConfusionMatrix, width: float) -> None:
        self.confusion = confusion
        self.rows = [truncate_text(name, LABEL, SMALL) for name in confusion.classes]
        columns = len(confusion.columns)
        widest = max(text_width(name, SMALL) for name in self.rows)
        self.before = LINE + widest + 2 * GAP
        self.left = self.before + GAP
        self.cell = min(CELL, (width - self.left - 2 * GAP) / columns)
        self.columns = [truncate_text(name, LABEL, SMALL) for name in confusion.columns]
        widest = max(text_width(name, SMALL) for name in self.columns)
        self.upright = widest > self.cell - GAP
        self.below = (widest if self.upright else LINE * 0.7) + LINE + 2 * GAP
        self.width = width
        # A small matrix stands in the middle of its room.
        self.left += max(0.0, width - self.left - 2 * GAP - self.cell * columns) / 2
        self.title = wrap_text(confusion.title, width - 2 * GAP, 2)
        above = LINE * (1 + self.title.count("\n")) + 2 * GAP
        self.above = above
        self.height = above + self.cell * len(self.rows) + self.below

    def draw(self, figure: Figure, left: float, top: float) -> None:
        across, up = self.cell * len(self.columns), self.cell * len(self.rows)
        begin, bottom = left + self.left, top - self.above - up
        axes = axes_at(figure, begin, bottom, across, up)
        middle, named = begin + across / 2, begin - self.before
        # Above the matrix, if that is not beyond the edge.
        half = max(text_width(line) for line in self.title.split("\n")) / 2
        above = left + min(max(self.left + across / 2, half + GAP), self.width - half - GAP)
        text_at(figure, above, bottom + up + GAP, self.title, ha="center", va="bottom")
        text_at(figure, middle, bottom - self.below + GAP, "Predicted", ha="center", va="bottom")
        text_at(figure, named, bottom + up / 2, "True", ha="left", va="center", rotation="vertical")
        self._cells(axes)
        axes.set_xlim(0, len(self.columns))
        axes.set_ylim(len(self.rows), 0)
        axes.set_xticks([at + 0.5 for at in range(len(self.columns))], self.columns)
        axes.set_yticks([at + 0.5 for at in range(len(self.rows))], self.rows)
        axes.tick_params(length=0, pad=3)
        if self.upright:
            axes.tick_params(axis="x", rotation=90)
        for spine in axes.spines.values():
            spine.set_visible(True)

    def _cells(self, axes: Axes) -> None:
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
                colour = "white" if share > 0.55 else "black"
                written = str(count)
                size = min(TEXT, TEXT * (self.cell - GAP) / text_width(written))
                # An empty row has no shares.
                percent = f"{100 * share:.0f}%" if total else "–"
                both = self.cell >= 0.28
                axes.text(
                    column + 0.5,
                    row + (0.4 if both else 0.5),
                    written,
                    ha="center",
                    va="center_baseline" if both else "center",
                    size=size,
                    color=colour,
                )
                if both:
                    axes.text(
                        column + 0.5,
                        row + 0.74,
                        percent,
                        ha="center",
                        va="center",
                        size=5.5,
                        color=colour,
                    )


COUNT_LIMIT = 2**53
"""No count reaches it."""


def confusions_from_report(report: Report, file: str | None = None) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report.

    Parameters
    ----------
    report : Report
        Any report.
    file : str, optional
        Its file, for messages.

    Raises
    ------
    MebenchError
        ``nothing-to-draw`` where nothing was named; ``report-damaged``.
    """
    of_what = "Samples" if report.task == "recognize" else "Spotted expressions"
    found = [
        _checked_matrix(f"{title} ({counts.total})", counts, file)
        for title, counts in (
            (of_what, report.counts.analysis),
            ("All expressions", report.counts.analysis_all),
        )
        if counts is not None
    ]
    if not found:
        raise MebenchError.of(
            "nothing-to-draw",
            f"{report.protocol} names no emotions, so there is no confusion matrix.",
            "",
            Place(file=file),
        )
    return found


def read_confusions(path: Path) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report's file, or of the report in a run's folder.

    Raises
    ------
    MebenchError
        If it is no report, or as :func:`confusions_from_report`.
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
        or not all(0 <= one < COUNT_LIMIT for row in rows for one in row)
    ):
        raise MebenchError.of(
            "report-damaged",
            "The report's confusion matrix is not one row of counts a class.",
            "Score the predictions again.",
            Place(file=file, pointer="/counts"),
        )
    return ConfusionMatrix(title, classes, rows)
