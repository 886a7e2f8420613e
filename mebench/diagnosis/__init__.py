"""Diagnosis: one cause per error, and what each cause costs.

``outcomes.py`` finds the outcome of every true and predicted expression, and the rules of the
causes are stated there.

May import: models, matching, metrics, evaluation.
"""
