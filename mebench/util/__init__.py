"""General helpers: text, hashing, atomic file writes, random streams, the terminal.

May import: diagnostics.
"""
