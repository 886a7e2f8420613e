"""A distribution of baselines and one data set that are only good for tests.

The tests copy this package, under the name ``trials``, into a folder of their own, beside the entry
points that :mod:`tests.runner.distribution` writes.
"""
