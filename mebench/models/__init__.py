"""Models: what is written down, as pydantic models and as tables of columns.

Truth, submission, protocol, report, leaderboard entry and published row have a JSON Schema each
(``schemas.py``). An annotation table holds the rows of any truth or prediction file in columns.

May import: diagnostics, util.
"""
