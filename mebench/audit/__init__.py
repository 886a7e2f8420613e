"""The audit: check whether published numbers are consistent with each other and their counts.

A :class:`~mebench.audit.rule.Rule` is an id, a title, the arithmetic in prose, and a function from
a row to its violations. A printed number stands for all values that round to it or are truncated to
it, and the arithmetic is exact in fractions, so neither causes a finding.

May import: diagnostics, util, models, published, metrics.
"""
