"""Figures for papers: plain data drawn to a PNG, PDF or SVG file.

One module per kind of figure. Each has a dataclass for the data, and a drawing function that takes
the path to write; the suffix of the path selects the format. Figures of a score also have a
function that makes the data from an evaluation. Baseline packages draw the pictures of
their studies with the names exported here.

May import: diagnostics, util, models, formats, protocols, matching, metrics, statistics,
evaluation, diagnosis.
"""

from mebench.plots.figure import (
    ONE_COLUMN,
    SMALL,
    TWO_COLUMNS,
    canvas,
    palette_color,
    truncate_text,
)

__all__ = ["ONE_COLUMN", "SMALL", "TWO_COLUMNS", "canvas", "palette_color", "truncate_text"]
