"""Confusion matrices side by side, from a report [Figs. 4 and 5 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.loader import read_model
from mebench.models.report import AnalysisCounts, Report
from mebench.plots.figure import (
    ONE_COLUMN,
    SMALL,
    TEXT,
    TWO_COLUMNS,
    text_width,
    truncate_text,
    wrap_text,
)
from mebench.plots.scored import NO_CAPTION, Caption, scored_canvas
from mebench.util.regular_file import require_regular

if TYPE_CHECKING:
    from matplotlib.axes import Axes


MISSING = "(missing)"  # label of the column that counts true expressions without a prediction
MAX_LABEL = 1.1  # maximum width of a class name in inches
MANY_COLUMNS = 8  # a matrix with more columns takes the width of a page
MAX_CELL = 0.55  # maximum width of a cell in inches
MIN_CELL_WITH_PERCENT = 0.28  # minimum width in inches of a cell with a percentage below its count

MARGIN, LINE = 0.75, 0.15
"""Inches: height of a title and of the labels of the axes, height of a further line of a title."""

MAX_CLASSES = 100  # the cells of more classes are too small to read
COUNT_LIMIT = 2**53  # counts in a report must be lower


@dataclass(frozen=True, slots=True)
class ConfusionMatrix:
    """A confusion matrix to draw, with one row per true class and one column per predicted class.

    An extra column counts true expressions without a prediction.
    """

    title: str
    classes: Sequence[str]
    matrix: Sequence[Sequence[int]]

    @property
    def columns(self) -> list[str]:
        """Names of all columns."""
        has_missing = bool(self.matrix) and len(self.matrix[0]) > len(self.classes)
        return [*self.classes, *([MISSING] if has_missing else [])]


def draw_confusions(
    path: str | Path, matrices: Sequence[ConfusionMatrix], caption: Caption = NO_CAPTION
) -> None:
    """Draw confusion matrices: counts in the cells, colored by the share within the row.

    Two are drawn side by side, further ones below. The suffix of the path selects the format.
    """
    wide = any(len(matrix.columns) > MANY_COLUMNS for matrix in matrices)
    per_row = 1 if wide or len(matrices) == 1 else 2
    rows = -(-len(matrices) // per_row)
    page = ONE_COLUMN if len(matrices) == 1 and not wide else TWO_COLUMNS
    panel = page / per_row
    names = [
        truncate_text(name, MAX_LABEL, SMALL) for matrix in matrices for name in matrix.columns
    ]
    widest = max(text_width(name, SMALL) for name in names)
    most = max(len(matrix.columns) for matrix in matrices)
    cell = min(MAX_CELL, (panel - widest - MARGIN) / most)
    vertical = widest > cell
    tallest = max(len(matrix.classes) for matrix in matrices)
    titles = [wrap_text(matrix.title, panel - 0.1, 2) for matrix in matrices]
    lines = max(title.count("\n") for title in titles)
    height = tallest * cell + MARGIN + lines * LINE + (widest if vertical else 0)
    with scored_canvas(path, page, caption) as figure:
        figure.set_layout_engine("constrained")
        figure.set_figheight(rows * height)
        panels = figure.subfigures(rows, per_row, squeeze=False).flat
        for part, matrix, title in zip(panels, matrices, titles, strict=False):
            part.suptitle(title)
            axes = part.subplots()
            _draw_matrix(axes, matrix, cell)
            if vertical:
                axes.tick_params(axis="x", rotation=90)


def _draw_matrix(axes: Axes, confusion: ConfusionMatrix, cell: float) -> None:
    """Draw a matrix; ``cell`` is the width of a cell in inches, for the size of its numbers."""
    import numpy as np

    counts = np.array(confusion.matrix, np.int64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)
    mesh = axes.pcolormesh(0.9 * shares, cmap="Blues", vmin=0, vmax=1)
    mesh.set(edgecolor="white", linewidth=0.6, clip_on=False)
    for (row, column), count in np.ndenumerate(counts):
        share = shares[row, column]
        # The shares of an empty row are undefined.
        percent = f"{100 * share:.0f}%" if totals[row, 0] else "–"
        size = min(TEXT, 0.9 * cell / text_width(str(count), 1))
        texts = [(str(count), 0.5, size)]
        if cell >= MIN_CELL_WITH_PERCENT:
            texts = [(str(count), 0.36, size), (percent, 0.74, 5.5)]
        style: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "color": "white" if share > 0.55 else "black",
        }
        for text, height, size in texts:
            axes.text(column + 0.5, row + height, text, size=size, **style)
    for axis, names in ((axes.xaxis, confusion.columns), (axes.yaxis, confusion.classes)):
        shown = [truncate_text(name, MAX_LABEL, SMALL) for name in names]
        axis.set_ticks([index + 0.5 for index in range(len(names))], shown)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    axes.tick_params(length=0, pad=3)
    axes.set_xlabel("Predicted")
    axes.set_ylabel("True")
    axes.spines[:].set_visible(True)


def confusions_from_report(report: Report, file: str | None = None) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report; ``file`` is for error messages.

    Raises ``nothing-to-draw`` if the report has no emotions, or ``report-damaged``.
    """
    title = "Samples" if report.task == "recognize" else "Spotted expressions"
    counts = {title: report.counts.analysis, "All expressions": report.counts.analysis_all}
    matrices = [
        _checked_matrix(f"{name} ({analysis.total})", analysis, file)
        for name, analysis in counts.items()
        if analysis is not None
    ]
    if not matrices:
        raise MebenchError.of(
            "nothing-to-draw",
            f"The report has no confusion matrix: {report.protocol} defines no emotion classes.",
            "",
            Place(file=file),
        )
    return matrices


def read_confusions(path: Path) -> tuple[list[ConfusionMatrix], Caption]:
    """Return the confusion matrices of a report file, or of the report in the folder of a run."""
    if path.is_dir():
        path = path / "report.json"
        require_regular(path)
    findings = Findings()
    report = read_model(path, Report, findings)
    findings.raise_errors()
    assert report is not None
    return confusions_from_report(report, str(path)), caption_of_report(report)


def caption_of_report(report: Report) -> Caption:
    """Return the caption of a report: the system, the protocol and the signature."""
    names = ["" if report.system is None else report.system.name, report.protocol]
    return Caption(", ".join(filter(None, names)), report.signature)


def _checked_matrix(title: str, counts: AnalysisCounts, file: str | None) -> ConfusionMatrix:
    classes, rows = counts.confusion.classes, counts.confusion.matrix
    if len(classes) > MAX_CLASSES:
        raise MebenchError.of(
            "nothing-to-draw",
            f"The confusion matrix has {len(classes)} classes; at most {MAX_CLASSES} can be drawn.",
            "The report has all counts.",
            Place(file=file, pointer="/counts"),
        )
    if not classes or not all(0 <= count < COUNT_LIMIT for row in rows for count in row):
        raise MebenchError.of(
            "report-damaged",
            "The confusion matrix of the report has no classes, or numbers that are no counts.",
            "Score the predictions again.",
            Place(file=file, pointer="/counts"),
        )
    return ConfusionMatrix(title, classes, rows)
