"""Models: the content of all files that mebench reads and writes.

Submission, truth, protocol, report and published rows are pydantic models with a JSON Schema each
(``schemas.py``); leaderboard entries are pydantic models too. An annotation table holds the rows
of any truth or prediction file in columns.

May import: diagnostics, util.
"""
