"""IoU exactly at a threshold, one frame below and above: the bound is inclusive and exact.

``IoU = h/100`` is drawn as a prediction of the first ``h * scale`` frames of a truth that has
``100 * scale``. The last tests show why there are no floats: the thresholds of
``np.arange(.5, 1, .05)`` are not the hundredths.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from mebench.matching.iou import THRESHOLDS, half_overlapping_pairs
from mebench.matching.match_intervals import match_intervals, ranked_hits
from tests.matching.drawing import spans_of
from tests.reference.model import Interval

HUNDREDTHS = range(50, 96)
SCALES = [1, 3, 7, 1000, 335_544]  # the last: unions just below the frame limit


def hits_at(intersection: int, union: int) -> list[int]:
    """Return the thresholds at which one prediction of that IoU is a ranked hit."""
    truth = Interval("1/a", 0, union - 1)
    prediction = Interval("1/a", 0, intersection - 1, score=Fraction(1))
    hits = ranked_hits(spans_of([truth]), spans_of([prediction]))
    return [
        hundredths for hundredths, hit in zip(THRESHOLDS, hits[:, 0].tolist(), strict=True) if hit
    ]


def test_the_thresholds_are_those_of_the_standard() -> None:
    assert THRESHOLDS == (50, 55, 60, 65, 70, 75, 80, 85, 90, 95)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("hundredths", HUNDREDTHS)
def test_an_overlap_of_h_hundredths_reaches_exactly_the_thresholds_up_to_h(
    hundredths: int, scale: int
) -> None:
    assert hits_at(hundredths * scale, 100 * scale) == [
        threshold for threshold in THRESHOLDS if threshold <= hundredths
    ]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_one_frame_less_misses_and_one_frame_more_reaches(threshold: int, scale: int) -> None:
    below = hits_at(threshold * scale - 1, 100 * scale)
    above = hits_at(threshold * scale + 1, 100 * scale)
    assert threshold not in below
    assert threshold in above


@pytest.mark.parametrize(
    ("numerator", "denominator"), [(1, 2), (3, 5), (3, 4), (4, 5)], ids=lambda part: str(part)
)
@pytest.mark.parametrize("times", [1, 2, 11, 40])
def test_the_common_fractions_reach_their_threshold(
    numerator: int, denominator: int, times: int
) -> None:
    threshold = 100 * numerator // denominator
    assert hits_at(numerator * times, denominator * times)[-1] == threshold


@pytest.mark.parametrize("scale", SCALES)
def test_the_operating_point_includes_exactly_one_half_but_nothing_below(scale: int) -> None:
    truths = spans_of([Interval("1/a", 0, 2 * scale - 1)])
    half = spans_of([Interval("1/a", 0, scale - 1)])
    less = spans_of([Interval("1/a", -1, scale - 2)])
    assert [rows.tolist() for rows in match_intervals(truths, half)] == [[0], [0]]
    assert [rows.tolist() for rows in match_intervals(truths, less)] == [[], []]


def test_reach_compares_integers_for_any_hundredths() -> None:
    truths = spans_of([Interval("1/a", 0, 99)])
    predictions = spans_of([Interval("1/a", 0, frames - 1) for frames in HUNDREDTHS])
    pairs = half_overlapping_pairs(truths, predictions)
    for hundredths in HUNDREDTHS:
        reached = pairs.prediction[pairs.iou_at_least(hundredths)] + HUNDREDTHS[0]
        assert reached.tolist() == [frames for frames in HUNDREDTHS if frames >= hundredths]


def test_float_thresholds_miss_ious_exactly_at_the_threshold() -> None:
    floats = np.arange(0.5, 1, 0.05)
    assert len(floats) == len(THRESHOLDS)
    misjudged = [
        threshold
        for threshold, number in zip(THRESHOLDS, floats.tolist(), strict=True)
        if not threshold / 100 >= number
    ]
    assert {60, 75, 80} <= set(misjudged)
    # With exact thresholds these IoUs are hits.
    assert [hits_at(threshold, 100)[-1] for threshold in misjudged] == misjudged
