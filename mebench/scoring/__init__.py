"""Where predictions meet the truth: scope, checks, the score and its signature.

The road: a truth sheet becomes a manifest (``manifest.py``), a prediction sheet is aligned with it
(``alignment.py``), both make a case (``spotting_case.py``, ``recognition_case.py``), which is
reported (``reporting.py``); ``score.py`` is the whole of it in one call. Everything that
is wrong is gathered before anything is refused.
"""
