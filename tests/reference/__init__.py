"""A slow, obvious reading of the evaluation standard, in exact fractions.

Nothing here is imported by the package; it is what the package is tested against. Each function
follows one sentence of the standard, by brute force wherever that can be afforded.
"""
