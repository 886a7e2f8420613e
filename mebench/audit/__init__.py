"""The audit: what published numbers say of each other, and of the counts beside them.

A :class:`~mebench.audit.rule.Rule` is a name, a title, the arithmetic in prose, and a function from
a row to what is wrong with it. A printed number stands for all values that are rounded to it, and
the arithmetic is exact in fractions, so rounding alone never makes a finding.
"""
