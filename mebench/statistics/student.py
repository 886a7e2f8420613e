"""Student's t distribution with any number of degrees of freedom, also a fraction.

The functions are own code because importing ``scipy.special`` takes twice as long as numpy, and
every score needs one quantile. Tests compare them with scipy.
"""

from __future__ import annotations

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, pi, sqrt

MOST_STEPS = 500
SMALLEST_DEGREES = 0.05
"""Below it a quantile is too large for any use, and taken as infinite."""


def t_tail(t: float, degrees: float) -> float:
    """Return the probability of a value at least as far from 0 as ``t``, on both sides."""
    square = t * t
    if square == inf:
        return 0.0
    return _incomplete_beta(degrees / (degrees + square), degrees / 2, 0.5)


@lru_cache(maxsize=1024)
def t_quantile(probability: float, degrees: float) -> float:
    """Return the quantile of a probability above 1/2.

    Newton's method on the two-sided tail, within bounds that contain the quantile.
    """
    if degrees < SMALLEST_DEGREES:
        return inf
    tail = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while t_tail(high, degrees) > tail:
        low, high = high, 2 * high
    t = (low + high) / 2
    for _ in range(MOST_STEPS):
        excess = t_tail(t, degrees) - tail
        low, high = (t, high) if excess > 0 else (low, t)
        step = t + excess / (2 * _density(t, degrees))
        new = step if low < step < high else (low + high) / 2
        if abs(new - t) <= 1e-15 * t:
            break
        t = new
    return t


def _density(t: float, degrees: float) -> float:
    constant = lgamma((degrees + 1) / 2) - lgamma(degrees / 2)
    return exp(constant - (degrees + 1) / 2 * log1p(t * t / degrees)) / sqrt(degrees * pi)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularized incomplete beta function (Abramowitz and Stegun 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    factor = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return factor * _continued_fraction(x, a, b) / a
    return 1 - factor * _continued_fraction(1 - x, b, a) / b


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or tiny)
    value = d
    for m in range(1, MOST_STEPS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + numerator * d or tiny)
            c = 1 + numerator / c or tiny
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value
