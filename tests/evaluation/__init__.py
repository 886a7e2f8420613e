"""Predictions laid against the truth: checks, scores, signatures, folds."""
