"""Reports as tables: for a terminal, and in Markdown, LaTeX and CSV for a paper.

May import: diagnostics, util, models, metrics.
"""

from mebench.tables.grid import Grid

__all__ = ["Grid"]
