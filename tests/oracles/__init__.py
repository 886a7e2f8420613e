"""Comparison with other tools and published numbers that measure the same."""
