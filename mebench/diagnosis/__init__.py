"""Diagnosis: one cause per error, and what each cause costs.

``outcomes.py`` finds the outcome of every true and predicted expression; it states the rules of the
causes. ``corrections.py`` counts again without the errors of a cause, ``parts.py`` counts them by
subject, class and duration, and ``diagnose.py`` makes the record of it.

May import: diagnostics, models, protocols, matching, metrics, evaluation.
"""
