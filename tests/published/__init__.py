"""Rows of the literature, read as printed."""
