"""Reports as tables: for a terminal, and in Markdown, LaTeX, HTML and CSV for a paper or a page.

May import: diagnostics, util, models, metrics.
"""

from mebench.tables.grid import Grid

__all__ = ["Grid"]
