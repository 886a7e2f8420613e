"""The value of a metric: an exact ratio, a float, or the reason why it is undefined."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Undefined(NamedTuple):
    """An undefined value; ``reason`` is a short, stable word such as ``no-truth``."""

    reason: str


Value = Fraction | float | Undefined

NO_TRUTH = Undefined("no-truth")
NO_TRUTH_AND_NO_PREDICTION = Undefined("no-truth-and-no-prediction")
NO_SAMPLES = Undefined("no-samples")
NO_ANALYZED_PAIR = Undefined("no-analysed-pair")
NO_APEX = Undefined("no-apex")
UNRANKED = Undefined("unranked")
UNRANKED_CHOICE = Undefined("unranked-choice")
SEVERAL_TRUTHS = Undefined("several-truths")


def zero_if_empty(numerator: int, denominator: int) -> Fraction:
    """Return a ratio; 0/0 is 0."""
    return Fraction(numerator, denominator) if denominator else Fraction(0)


def mean_ratio(numerators: Sequence[int], denominators: Sequence[int]) -> Fraction:
    """Return the mean of at least one ratio; 0/0 is 0."""
    ratios = map(zero_if_empty, numerators, denominators)
    return sum(ratios, Fraction(0)) / len(numerators)


def harmonic_mean(first: Fraction, second: Fraction) -> Fraction:
    """Return the harmonic mean of two ratios; 0 if both are 0."""
    return 2 * first * second / (first + second) if first + second else Fraction(0)
