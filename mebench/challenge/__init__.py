"""Challenges: the folder of an organizer, the rules for participants, and the Codabench bundle.

May import: diagnostics, util, models, formats, protocols, tables, published, evaluation,
leaderboard.
"""
