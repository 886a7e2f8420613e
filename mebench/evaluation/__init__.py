"""Evaluation: predictions are checked against the ground truth, scored, and reported.

The pipeline: truth rows become the ground truth under a protocol (``ground_truth.py``); predictions are compared with it and counted (``spotting.py``, ``recognition.py``); the counts become a report (``results.py``). ``score.py`` does all of it in one call. All problems are collected before anything is refused.

This package may import ``metrics``, ``protocols``, ``formats``, ``models``, ``diagnostics`` and ``util``.
"""
