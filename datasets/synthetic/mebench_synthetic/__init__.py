"""Rendered faces with known micro-expressions: the synthetic data sets of mebench."""
