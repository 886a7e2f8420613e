"""Leaderboards: rows from the literature and scored submissions, ranked and exported.

May import: diagnostics, util, models, formats, protocols, metrics, tables, published, evaluation,
statistics, datasets.
"""
