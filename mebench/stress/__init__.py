"""Stress: how the scores of a method respond to one property of the videos at a time.

``stress_config.py`` says what to measure, ``levels.py`` opens the data set at each level,
``level_runner.py`` trains and predicts, ``measure.py`` goes through all levels within a budget,
``level_scores.py`` scores them and compares each with the standard level, and ``summary.py`` says
where the method breaks.

May import: diagnostics, util, models, protocols, metrics, statistics, evaluation, tables, plots,
datasets, runner.
"""
