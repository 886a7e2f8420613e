"""Formats: read files in any known format into annotation tables, and write them.

Each format is a module with a reader and a function that detects the format; ``loader.py`` chooses
the module. A reader keeps the content of the file, makes frames 0-based, and knows the position of
each row. Whether the content is valid under a protocol is checked later, for all formats together.

May import: diagnostics, util, models, spreadsheets.
"""
