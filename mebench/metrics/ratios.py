"""Arithmetic on counts that metrics are written in: exact for one set of counts, fast for many.

A *quantity* is an integer, or an array with one number per replicate: for example one per subject
that is left out. From integers, all values are exact ratios; an undefined value is its reason.
From arrays, they are arrays of floats, which are NaN where the value is undefined.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple, cast

import numpy as np

from mebench.models.annotation_table import FloatColumn


class Undefined(NamedTuple):
    """An undefined value; ``reason`` is a short, stable word such as ``no-truth``."""

    reason: str


Quantity = Any
"""A number, exact: an integer or a ratio; or an array with one number per replicate."""

Value = Fraction | float | Undefined
"""The value of a metric; for types, an array with one number per replicate is a float too."""


def _as_value(value: Any) -> Value:
    return cast(Value, value)


def ratio(numerator: Any, denominator: Any, undefined: Undefined | None = None) -> Value:
    """Return a ratio; where the denominator is 0, it is 0, or undefined if a reason is given."""
    if isinstance(denominator, np.ndarray):
        empty = 0.0 if undefined is None else np.nan
        result = np.full(denominator.shape, empty)
        np.divide(numerator, denominator, out=result, where=denominator != 0)
        return _as_value(result)
    if denominator:
        return Fraction(numerator, denominator)
    return Fraction(0) if undefined is None else undefined


def where_defined(condition: Any, value: Value, undefined: Undefined) -> Value:
    """Return the value where the condition holds (is not 0); elsewhere it is undefined."""
    if isinstance(condition, np.ndarray):
        numbers: Any = np.nan if isinstance(value, Undefined) else value
        return _as_value(np.where(condition, numbers, np.nan))
    return value if condition else undefined


def product(first: Any, second: Any) -> Value:
    """Return a product; 0 times an undefined second factor is 0."""
    if isinstance(first, np.ndarray):
        return _as_value(np.where(first == 0, 0.0, first * second))
    if isinstance(first, Undefined) or not first:
        return first
    return second if isinstance(second, Undefined) else first * second


def zero_if_undefined(value: Value) -> Value:
    """Return the value, or 0 where it is undefined."""
    if isinstance(value, np.ndarray):
        return _as_value(np.nan_to_num(value, nan=0.0))
    return Fraction(0) if isinstance(value, Undefined) else value


def add(first: Any, second: Any) -> Any:
    """Return the sums of quantities in pairs."""
    if isinstance(first, np.ndarray):
        return first + second
    return list(map(sum, zip(first, second, strict=True)))


def mean_ratio(numerators: Sequence[Any] | FloatColumn, denominators: Any) -> Quantity:
    """Return the mean of at least one ratio (the rows of arrays); 0/0 is 0."""
    if isinstance(numerators, np.ndarray):
        return cast(Any, ratio(numerators, denominators)).sum(axis=0) / len(numerators)
    # One fraction at the end, because adding fractions reduces each sum.
    common = lcm(*filter(None, denominators))
    total = sum(
        numerator * (common // denominator)
        for numerator, denominator in zip(numerators, denominators, strict=True)
        if denominator
    )
    return Fraction(total, common * len(numerators))


def harmonic_mean(first: Any, second: Any) -> Quantity:
    """Return the harmonic mean of two ratios; 0 if both are 0."""
    if isinstance(first, Fraction) and isinstance(second, Fraction):
        (a, b), (c, d) = first.as_integer_ratio(), second.as_integer_ratio()
        return ratio(2 * a * c, a * d + c * b)
    return ratio(2 * first * second, first + second)
