"""Rows of the literature as printed: reading them, their claims, and rounded numbers.

The audit and the leaderboards share this room.

May import: diagnostics, util, models, formats, protocols, metrics.
"""
