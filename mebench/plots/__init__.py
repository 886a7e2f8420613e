"""Plots: pictures for papers, from plain data to a PNG, PDF or SVG file.

One file per kind of picture. Each has a dataclass with the data to draw, and one function that
takes the path to write; the suffix of the path chooses the format.

May import: diagnostics, util, models, formats, protocols.
"""
