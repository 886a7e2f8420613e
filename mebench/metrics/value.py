"""What a metric returns: an exact ratio, a float, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple


class Undefined(NamedTuple):
    """No value; ``reason`` is a short stable word such as ``no-truth``."""

    reason: str


Value = Fraction | float | Undefined

NO_TRUTH = Undefined("no-truth")
NO_TRUTH_AND_NO_PREDICTION = Undefined("no-truth-and-no-prediction")
NO_SAMPLES = Undefined("no-samples")
NO_ANALYSED_PAIR = Undefined("no-analysed-pair")
NO_APEX = Undefined("no-apex")
UNRANKED = Undefined("unranked")
UNRANKED_CHOICE = Undefined("unranked-choice")
SEVERAL_TRUTHS = Undefined("several-truths")


def zero_if_empty(numerator: int, denominator: int) -> Fraction:
    """Return a ratio where 0/0 counts as 0."""
    return Fraction(numerator, denominator) if denominator else Fraction(0)


def mean(ratios: Sequence[Fraction]) -> Fraction:
    """Return the mean of at least one ratio."""
    return sum(ratios, Fraction(0)) / len(ratios)


def harmonic_mean(one: Fraction, other: Fraction) -> Fraction:
    """Return the harmonic mean of two ratios, 0 where both are 0."""
    return 2 * one * other / (one + other) if one + other else Fraction(0)
