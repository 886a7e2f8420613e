"""Evaluation: predictions are checked against the ground truth, scored, and reported.

Truth rows become the ground truth under a protocol (``ground_truth.py``). Predictions are checked
(``check_predictions.py``), compared with it and counted; the counts become a
report (``build_report.py``). ``score.py`` does all of it in one call. All problems of a file are
collected before it is refused.

May import: diagnostics, util, models, formats, protocols, matching, metrics, statistics.
"""
