"""Published rows as printed: reading files, the claims of a row, and rounded numbers.

The audit and the leaderboards share this room.

May import: diagnostics, util, models, formats, protocols, metrics.
"""
