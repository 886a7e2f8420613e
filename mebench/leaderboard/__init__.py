"""Leaderboards: rows from the literature and scored submissions, ranked and written as pages."""
