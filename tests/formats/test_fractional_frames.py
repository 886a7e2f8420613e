"""Rounding of fractional frames and seconds: exact, nearest, halves up."""

from fractions import Fraction

import pytest

from mebench.formats.fractional_frames import exact_number, exact_rate, frame_at, round_half_up


@pytest.mark.parametrize(
    ("text", "frame"),
    [("14.5", 15), ("14.499999999999999999", 14), ("-0.5", 0), ("-1.5", -1), ("2.5", 3), ("7", 7)],
)
def test_the_nearest_frame_halves_up(text: str, frame: int) -> None:
    number = exact_number(text)
    assert number is not None and round_half_up(number) == frame


def test_seconds_are_exact_where_doubles_are_not() -> None:
    # 0.145 * 100 is 14.499999999999998 as a double.
    assert round(0.145 * 100) == 14
    assert frame_at(Fraction("0.145"), Fraction(100)) == 15


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "0x10", "1,5", "", "9" * 100, "1/2"])
def test_what_is_not_a_decimal_number_is_none(text: str) -> None:
    assert exact_number(text) is None


def test_rates() -> None:
    assert exact_rate("30000/1001") == Fraction(30000, 1001)
    assert exact_rate(29.97) == Fraction("29.97")
    assert [exact_rate(text) for text in ("0", "-30", "1/0", "fast")] == [None] * 4
