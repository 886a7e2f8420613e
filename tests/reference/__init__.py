"""A slow, simple implementation of the evaluation standard, in exact fractions.

The package is tested against it and does not import it. Each function implements one sentence of
the standard, by brute force where possible.
"""
