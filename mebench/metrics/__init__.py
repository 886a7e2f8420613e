"""Metrics: small declarative files, each a function of counts.

A :class:`~mebench.metrics.metric.Metric` is an id, a title and a function from
:class:`~mebench.metrics.counts.PooledCounts` to a value. Counts are sums over subjects, so the
score, the score of a fold, a bootstrap replicate and a leaderboard entry are the same call.

Truth and predictions of the scored videos (:class:`~mebench.metrics.expressions.Expressions`) are
counted once per subject (:class:`~mebench.metrics.subject_counts.CountsPerSubject`).

May import: models, matching, util.
"""
