"""Ranked hits at the ten thresholds, compared with the reference, which uses brute force.

Metrics use only the number of hits in each group of equal scores, which is compared first. The
standard also defines which predictions of such a group are hits, so frames, score and emotion of
the hits are compared too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.matching import iou
from mebench.matching.iou import THRESHOLDS
from mebench.matching.match_intervals import ranked_hits
from mebench.models.base import KINDS
from tests.matching.drawing import CLASSES, OUTSIDER, SCORES, VIDEOS, intervals, spans_of
from tests.reference.matching import match_separately
from tests.reference.model import Interval
from tests.reference.ranking import OVERLAP_THRESHOLDS, ranked_points

EMOTIONS = (*CLASSES, OUTSIDER)
NO_SCORE: Sequence[Fraction | None] = [None]

truths_of_one_video = st.lists(intervals(emotions=EMOTIONS, scores=NO_SCORE), max_size=5)
some_truths = st.lists(
    intervals(videos=VIDEOS, kinds=KINDS, emotions=EMOTIONS, scores=NO_SCORE), max_size=8
)
# Long intervals with small shifts, so that the higher thresholds are reached too.
alike_truths = st.lists(
    intervals(emotions=EMOTIONS, scores=NO_SCORE, first=0, last=3, longest=24), max_size=5
)


def predictions_with(scores: Sequence[Fraction], most: int) -> st.SearchStrategy[list[Interval]]:
    return st.lists(intervals(scores=scores), max_size=most)


def hits_by_threshold(
    truths: Sequence[Interval], predictions: Sequence[Interval]
) -> list[list[Interval]]:
    """Return the package's hits at each threshold."""
    hits = ranked_hits(spans_of(truths), spans_of(predictions))
    assert hits.shape == (len(THRESHOLDS), len(predictions))
    return [
        [row for row, hit in zip(predictions, line, strict=True) if hit] for line in hits.tolist()
    ]


def reference_counts(
    truths: Sequence[Interval], predictions: Sequence[Interval], threshold: Fraction
) -> list[tuple[Fraction, int]]:
    """Return for each score, best first, the reference's hits so far."""
    scores = {row.score for row in predictions if row.score is not None}
    points = ranked_points(truths, predictions, threshold, CLASSES) if truths else []
    found = [int(recall * len(truths)) for recall, _ in points] or [0] * len(scores)
    return list(zip(sorted(scores, reverse=True), found, strict=True))


def counts_so_far(
    hits: Sequence[Interval], predictions: Sequence[Interval]
) -> list[tuple[Fraction, int]]:
    """Return the same of the package's hits."""
    scores = {row.score for row in predictions if row.score is not None}
    return [
        (score, sum(row.score is not None and row.score >= score for row in hits))
        for score in sorted(scores, reverse=True)
    ]


def batch_hits(
    truths: Sequence[Interval], predictions: Sequence[Interval], threshold: Fraction
) -> Counter[Interval]:
    """Return the predictions that the standard's rule makes hits, by all their fields."""
    free = list(truths)
    hits: Counter[Interval] = Counter()
    for score in sorted({row.score for row in predictions if row.score is not None}, reverse=True):
        batch = [row for row in predictions if row.score == score]
        for truth, prediction in match_separately(free, batch, threshold, CLASSES):
            free.remove(truth)
            hits[prediction] += 1
    return hits


def check(truths: list[Interval], predictions: list[Interval]) -> None:
    found = hits_by_threshold(truths, predictions)
    for hits, threshold in zip(found, OVERLAP_THRESHOLDS, strict=True):
        assert counts_so_far(hits, predictions) == reference_counts(truths, predictions, threshold)
        assert Counter(hits) == batch_hits(truths, predictions, threshold)


@given(truths_of_one_video, predictions_with(SCORES, 6))
def test_one_video_vs_reference(truths: list[Interval], predictions: list[Interval]) -> None:
    check(truths, predictions)


@given(
    alike_truths, st.lists(intervals(scores=SCORES[:2], first=0, last=3, longest=24), max_size=5)
)
def test_few_scores_and_high_overlaps_vs_reference(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    check(truths, predictions)


@given(
    st.lists(
        intervals(emotions=EMOTIONS, scores=NO_SCORE, first=0, last=2), min_size=2, max_size=3
    ),
    st.lists(intervals(first=0, last=2), min_size=5, max_size=10),
)
def test_many_predictions_on_few_truths_vs_reference(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    check(truths, predictions)


@given(some_truths, st.lists(intervals(videos=VIDEOS, kinds=KINDS), max_size=8))
def test_several_videos_and_kinds_vs_reference(
    truths: list[Interval], predictions: list[Interval]
) -> None:
    check(truths, predictions)


@given(truths_of_one_video, predictions_with(SCORES, 6), st.data())
def test_no_order_of_rows_changes_the_hits(
    truths: list[Interval], predictions: list[Interval], data: st.DataObject
) -> None:
    before = [Counter(hits) for hits in hits_by_threshold(truths, predictions)]
    truths = data.draw(st.permutations(truths))
    predictions = data.draw(st.permutations(predictions))
    assert [Counter(hits) for hits in hits_by_threshold(truths, predictions)] == before


@given(some_truths, st.lists(intervals(videos=VIDEOS, kinds=KINDS), max_size=8), st.integers(1, 4))
def test_a_block_of_any_size_gives_the_same_hits(
    truths: list[Interval], predictions: list[Interval], block: int
) -> None:
    expected = hits_by_threshold(truths, predictions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(iou, "_BLOCK_SIZE", block)
        assert hits_by_threshold(truths, predictions) == expected


def test_the_higher_score_is_matched_first_with_any_overlap() -> None:
    truths = [Interval("1/a", 0, 9)]
    confident = Interval("1/a", 0, 19, score=Fraction(1))  # IoU 1/2
    exact = Interval("1/a", 0, 9, score=Fraction(1, 2))  # IoU 1
    found = hits_by_threshold(truths, [exact, confident])
    assert found == [[confident], *[[exact]] * 9]


def test_a_tie_group_is_one_batch() -> None:
    # One by one, [1, 11] would match [0, 10] and leave no truth for [0, 9]; as a batch both match.
    # From .7 on, [1, 11] does not reach [3, 13], and [0, 9] has a larger IoU with [0, 10] (10/11).
    truths = [Interval("1/a", 0, 10), Interval("1/a", 3, 13)]
    predictions = [Interval("1/a", *frames, score=Fraction(1)) for frames in ((1, 11), (0, 9))]
    assert [len(hits) for hits in hits_by_threshold(truths, predictions)] == [
        *[2] * 4,
        *[1] * 5,
        0,
    ]
