"""Chance, as :mod:`mebench.draws` makes it."""

from mebench.draws import GENERATOR, Draws

__all__ = ["GENERATOR", "Draws"]
