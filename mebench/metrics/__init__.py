"""Metrics: small declarative files over counts.

A :class:`~mebench.metrics.metric.Metric` is an id, a title and a function from
:class:`~mebench.metrics.counts.PooledCounts` to a value. Counts are sums over subjects, so the
score, the score of a fold, a bootstrap replicate and a leaderboard entry are the same call.

A :class:`~mebench.metrics.evaluation_input.SpottingInput` (truth and predictions of the scored
videos) is counted once into :class:`~mebench.metrics.subject_counts.CountsPerSubject` (one row per
subject), which can be pooled with any weighting of the subjects.

May import: models, matching.
"""
