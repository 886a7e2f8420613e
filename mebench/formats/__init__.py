"""Formats: read files in any known format into annotation tables, and write them.

Each format is a module with a reader and a test that recognizes it; ``loader.py`` chooses. A reader
keeps what the file states, makes frames 0-based, and knows the position of each row. Whether the
content is valid under a protocol is checked later, for all formats alike.

May import: diagnostics, util, models.
"""
