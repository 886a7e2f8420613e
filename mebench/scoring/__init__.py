"""Where predictions meet the truth: scope, checks, the score and its signature.

The road: a truth sheet becomes a manifest (``manifest.py``), a prediction sheet is aligned with it
(``alignment.py``), both make a trial, which is counted and reported (``score.py``). Everything that
is wrong is gathered before anything is refused.
"""
