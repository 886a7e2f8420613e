"""Arithmetic on the intervals that printed numbers stand for; exact, in fractions."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from mebench.leaderboards.printed import RoundedNumber
from mebench.metrics.value import harmonic_mean


class ValueRange(NamedTuple):
    """A closed interval of values."""

    low: Fraction
    high: Fraction


def rate_range(number: RoundedNumber) -> ValueRange:
    """Return the values of a printed rate, which lies between 0 and 1."""
    zero, one = Fraction(0), Fraction(1)
    return ValueRange(min(max(number.low, zero), one), max(min(number.high, one), zero))


def product_range(one: RoundedNumber, other: RoundedNumber) -> ValueRange:
    """Return the values that the product of two printed rates can have."""
    first, second = rate_range(one), rate_range(other)
    return ValueRange(first.low * second.low, first.high * second.high)


def harmonic_range(one: RoundedNumber, other: RoundedNumber) -> ValueRange:
    """Return the values that the harmonic mean of two printed rates can have; it rises in both."""
    first, second = rate_range(one), rate_range(other)
    return ValueRange(harmonic_mean(first.low, second.low), harmonic_mean(first.high, second.high))


def format_range(values: ValueRange, number: RoundedNumber) -> str:
    """Return an interval as a number would print it: ``.3861`` or ``.3861 to .3863``."""
    low, high = number.format_like(values.low), number.format_like(values.high)
    return low if low == high else f"{low} to {high}"


def is_reachable_share(number: RoundedNumber, total: int) -> bool:
    """Return whether some whole number over a total is printed so."""
    values = rate_range(number)
    return total > 0 and ceil(values.low * total) <= floor(values.high * total)


def nearest_shares(number: RoundedNumber, total: int) -> str:
    """Return the nearest shares of a total: ``.6393 (156/244) and .6434 (157/244)``."""
    below = min(max(floor(number.midpoint * total), 0), total)
    shares = sorted({below, min(below + 1, total)})
    return " and ".join(
        f"{number.format_like(Fraction(one, total))} ({one}/{total})" for one in shares
    )
