"""Fractional frames and seconds as frames: exact, to the nearest frame, halves up.

The text of a number is read as an exact fraction, not as a double, so that a half is a half:
``0.145`` seconds at 100 frames per second are 14.5 frames, which rounds to 15. The signature
states ``frames:rounded`` if any number of a file was rounded.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_RATIO = re.compile(r"[0-9]{1,9}/[0-9]{1,9}")
_MAX_DIGITS = 60


def exact_number(text: str | int | float) -> Fraction | None:
    """Return a decimal number exactly; None for anything else.

    A float stands for the shortest decimal that gives the same float, as Python prints it.
    """
    text = text if isinstance(text, str) else repr(text)
    if len(text) > _MAX_DIGITS or not _NUMBER.fullmatch(text):
        return None
    return Fraction(text)


def exact_rate(text: str | int | float) -> Fraction | None:
    """Return a frame rate exactly, also ``30000/1001``; None unless it is a positive number."""
    is_ratio = isinstance(text, str) and _RATIO.fullmatch(text)
    try:
        rate = Fraction(text) if is_ratio else exact_number(text)
    except ZeroDivisionError:
        return None
    return rate if rate is not None and rate > 0 else None


def round_half_up(number: Fraction) -> int:
    """Return the nearest integer; a half is rounded up: 14.5 gives 15, and -0.5 gives 0."""
    return floor(number + Fraction(1, 2))


def frame_at(seconds: Fraction, fps: Fraction) -> int:
    """Return the frame nearest to a time; frame 0 is at 0 seconds."""
    return round_half_up(seconds * fps)
