"""The metrics: small declarative files over counts.

A :class:`~mebench.metrics.metric.Metric` is a name and a function from
:class:`~mebench.metrics.counts.Counts` to a value. Counts are sums over subjects, so the score, a
fold's diagnostic, a replicate of a resampling and a board of submissions are the same call.

The road: a :class:`~mebench.metrics.evaluation_input.Trial` (truth and predictions of the scored videos) is
counted once into a :class:`~mebench.metrics.subject_counts.Tally` (one row a subject), which pools into
counts for any weighting of the subjects.
"""
