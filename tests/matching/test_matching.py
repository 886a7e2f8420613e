"""Matching at the operating point, compared with brute force over all matchings, in any order.

The reference lists every one-to-one matching of a video and kind and takes the best. Compared are
frames and emotion of the truths, and frames, score, emotion and apex of the predictions. If two
rows are equal in all of these, either can be matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mebench.matching.match_intervals import match_intervals
from mebench.models.base import KINDS
from tests.matching.drawing import CLASSES, OUTSIDER, VIDEOS, intervals, spans_of
from tests.reference.matching import operating_pairs
from tests.reference.model import Interval

Pair = tuple[Interval, Interval]

EMOTIONS = (*CLASSES, OUTSIDER)

truths_of_one_video = st.lists(intervals(emotions=EMOTIONS, scores=[None]), max_size=6)
predictions_of_one_video = st.lists(intervals(), max_size=6)
some_truths = st.lists(
    intervals(videos=VIDEOS, kinds=KINDS, emotions=EMOTIONS, scores=[None]), max_size=10
)
some_predictions = st.lists(intervals(videos=VIDEOS, kinds=KINDS), max_size=10)
# Few different frames: nearly all intervals overlap, with few different IoUs.
packed_truths = st.lists(
    intervals(emotions=EMOTIONS, scores=[None], first=0, last=1, longest=3), max_size=5
)
packed_predictions = st.lists(intervals(first=0, last=1, longest=3), max_size=6)


def matched(truths: Sequence[Interval], predictions: Sequence[Interval]) -> list[Pair]:
    """Return the package's pairs, sorted; check that the matching is one-to-one and sorted."""
    truth_rows, prediction_rows = match_intervals(spans_of(truths), spans_of(predictions))
    assert truth_rows.tolist() == sorted(set(truth_rows.tolist()))
    assert len(set(prediction_rows.tolist())) == len(prediction_rows)
    return in_order(
        (truths[row], predictions[column])
        for row, column in zip(truth_rows.tolist(), prediction_rows.tolist(), strict=True)
    )


def in_order(pairs: Iterable[Pair]) -> list[Pair]:
    """Return pairs sorted by all their fields."""
    return sorted(pairs, key=repr)


@given(truths_of_one_video, predictions_of_one_video)
def test_one_video_vs_brute_force(truths: list[Interval], predictions: list[Interval]) -> None:
    assert matched(truths, predictions) == in_order(operating_pairs(truths, predictions, CLASSES))


@given(packed_truths, packed_predictions)
@example([Interval("1/a", 0, 9, emotion="positive"), Interval("1/a", 0, 9, emotion=OUTSIDER)], [])
def test_packed_intervals_vs_brute_force(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    assert matched(truths, predictions) == in_order(operating_pairs(truths, predictions, CLASSES))


@given(
    st.lists(intervals(emotions=EMOTIONS, scores=[None]), min_size=1, max_size=3),
    st.lists(intervals(), min_size=4, max_size=10),
)
def test_many_predictions_on_few_truths_vs_brute_force(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    assert matched(truths, predictions) == in_order(operating_pairs(truths, predictions, CLASSES))


@given(some_truths, some_predictions)
def test_videos_and_kinds_are_matched_separately(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    assert matched(truths, predictions) == in_order(operating_pairs(truths, predictions, CLASSES))


@given(truths_of_one_video, predictions_of_one_video, st.randoms(use_true_random=False))
def test_no_order_of_rows_changes_the_pairs(
    truths: list[Interval], predictions: list[Interval], random: Random
) -> None:
    before = matched(truths, predictions)
    truths, predictions = list(truths), list(predictions)
    random.shuffle(truths)
    random.shuffle(predictions)
    assert matched(truths, predictions) == before


@pytest.mark.parametrize("swapped", [False, True])
def test_of_equal_truths_the_one_in_the_class_list_is_matched_first(swapped: bool) -> None:
    # A truth outside the class list comes after the last class.
    truths = [Interval("1/a", 0, 9, emotion=name) for name in ("surprise", OUTSIDER)]
    if swapped:
        truths.reverse()
    prediction = Interval("1/a", 0, 9, emotion="surprise")
    ((truth, _),) = matched(truths, [prediction])
    assert truth.emotion == "surprise"


def guess(
    onset: int, offset: int, emotion: str = "surprise", score: int = 0, apex: int | None = None
) -> Interval:
    return Interval("1/a", onset, offset, emotion=emotion, apex=apex, score=Fraction(score))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(guess(11, 19), guess(10, 17, "negative", 1), id="overlap"),
        pytest.param(guess(10, 14), guess(15, 19, "negative", 1), id="onset"),  # both 5/10
        pytest.param(guess(10, 14), guess(10, 29, "negative", 1), id="offset"),  # 5/10 and 10/20
        pytest.param(guess(10, 14, score=1), guess(10, 14, "negative", 0), id="score"),
        pytest.param(guess(10, 14, "negative"), guess(10, 14, "positive", apex=12), id="emotion"),
        pytest.param(guess(10, 14, apex=12), guess(10, 14, apex=13), id="apex"),
        pytest.param(guess(10, 14, apex=14), guess(10, 14), id="apex missing last"),
    ],
)
def test_what_decides_between_two_predictions_of_one_truth(
    better: Interval, worse: Interval
) -> None:
    # All later criteria prefer the other prediction.
    truth = Interval("1/a", 10, 19)
    for predictions in ([better, worse], [worse, better]):
        assert matched([truth], predictions) == [(truth, better)]
        assert operating_pairs([truth], predictions, CLASSES) == [(truth, better)]
