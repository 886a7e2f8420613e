"""Figures for papers: plain data drawn to a PNG, PDF or SVG file.

One module per kind of figure. Each has a dataclass for the data, and a drawing function that takes
the path to write; the suffix of the path selects the format.

May import: diagnostics, util, models, formats, protocols.
"""
