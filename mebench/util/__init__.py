"""Small helpers that know nothing of micro-expressions: text, hashing, atomic files, randomness.

May import: diagnostics.
"""
