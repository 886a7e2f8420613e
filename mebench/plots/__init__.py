"""Pictures for papers, from plain data to a PNG, PDF or SVG file.

One file a kind of picture. Each has the data that it draws as a dataclass, and one function that
takes the path to write to; the path's ending chooses the format.
"""
