"""The one-to-one matching of predictions to truths: all matchings, and then the best of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tests.reference.model import Interval, emotion_index
from tests.reference.overlap import overlap, reaches

Pair = tuple[Interval, Interval]
"""A truth and the prediction that hits it."""

Matching = tuple[Pair, ...]

OPERATING_OVERLAP = Fraction(1, 2)


def every_matching(
    truths: Sequence[Interval], predictions: Sequence[Interval], threshold: Fraction
) -> Iterator[Matching]:
    """Yield every one-to-one matching of pairs that reach the threshold, the empty one included."""
    if not truths:
        yield ()
        return
    truth, other_truths = truths[0], truths[1:]
    yield from every_matching(other_truths, predictions, threshold)
    for position, prediction in enumerate(predictions):
        if reaches(truth, prediction, threshold):
            other_predictions = [*predictions[:position], *predictions[position + 1 :]]
            for matching in every_matching(other_truths, other_predictions, threshold):
                yield ((truth, prediction), *matching)


def total_overlap(matching: Matching) -> Fraction:
    """Return the sum of the overlaps of a matching."""
    return sum((overlap(truth, prediction) for truth, prediction in matching), Fraction(0))


def pair_row(pair: Pair, classes: Sequence[str]) -> tuple[int | Fraction, ...]:
    """Return the sort key of a pair.

    (truth onset, truth offset, prediction onset, prediction offset, -score or 0, index of the
    emotion in the class list, apex with a missing one last).
    """
    truth, prediction = pair
    return (
        truth.onset,
        truth.offset,
        prediction.onset,
        prediction.offset,
        -prediction.score if prediction.score is not None else 0,
        emotion_index(prediction.emotion, classes),
        prediction.apex is None,
        prediction.apex or 0,
    )


def sorted_list(
    matching: Matching, classes: Sequence[str]
) -> tuple[list[tuple[int | Fraction, ...]], list[tuple[int | Fraction, ...]]]:
    """Return the tie-breaker of matchings with equal size and total overlap.

    It is the sorted list of the rows. If two lists are equal (two truths have the same frames), the
    list with the index of the truth's emotion appended to every row decides.
    """
    rows = sorted(pair_row(pair, classes) for pair in matching)
    longer_rows = sorted(
        (*pair_row(pair, classes), emotion_index(pair[0].emotion, classes)) for pair in matching
    )
    return rows, longer_rows


def best_matching(
    truths: Sequence[Interval],
    predictions: Sequence[Interval],
    threshold: Fraction,
    classes: Sequence[str] = (),
) -> Matching:
    """Return the best matching of one video and kind under the standard.

    Maximum cardinality; among those the largest total overlap; among those the smallest sorted
    list.
    """
    matchings = list(every_matching(truths, predictions, threshold))
    most = max(len(matching) for matching in matchings)
    matchings = [matching for matching in matchings if len(matching) == most]
    totals = [total_overlap(matching) for matching in matchings]
    largest = max(totals)
    matchings = [
        matching for matching, total in zip(matchings, totals, strict=True) if total == largest
    ]
    return min(matchings, key=lambda matching: sorted_list(matching, classes))


def match_separately(
    truths: Sequence[Interval],
    predictions: Sequence[Interval],
    threshold: Fraction,
    classes: Sequence[str] = (),
) -> list[Pair]:
    """Match every video and every kind separately, and return all pairs."""
    pairs: list[Pair] = []
    for video, kind in sorted({(truth.video, truth.kind) for truth in truths}):
        pairs.extend(
            best_matching(
                [truth for truth in truths if (truth.video, truth.kind) == (video, kind)],
                [other for other in predictions if (other.video, other.kind) == (video, kind)],
                threshold,
                classes,
            )
        )
    return pairs


def operating_pairs(
    truths: Sequence[Interval], predictions: Sequence[Interval], classes: Sequence[str] = ()
) -> list[Pair]:
    """Return the spotted true positives: pairs with an overlap of at least one half."""
    return match_separately(truths, predictions, OPERATING_OVERLAP, classes)
