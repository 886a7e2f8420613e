"""Matching: pure functions on integers, compared with brute force."""
