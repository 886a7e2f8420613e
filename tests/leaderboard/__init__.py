"""Boards: entries, ranking, tables and the page in a real browser."""
