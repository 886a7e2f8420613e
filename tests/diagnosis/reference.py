"""The causes by loops over all pairs: slow and obvious, beside ``mebench.diagnosis.outcomes``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from mebench.diagnosis.outcomes import Outcomes

Row = tuple[int, Any, int, int]
"""Video, kind or label, onset and offset."""


class Explained(NamedTuple):
    """The cause of each false positive and of each miss, by row."""

    predictions: dict[int, str]
    truths: dict[int, str]


def shared(first: Row, second: Row) -> int:
    return max(0, min(first[3], second[3]) - max(first[2], second[2]) + 1)


def length(row: Row) -> int:
    return row[3] - row[2] + 1


def iou(first: Row, second: Row) -> Fraction:
    inside = shared(first, second)
    return Fraction(inside, length(first) + length(second) - inside)


def rows_of(columns: object, second: str = "kind") -> list[Row]:
    lists = [getattr(columns, name).tolist() for name in ("video", second, "onset", "offset")]
    return list(zip(*lists, strict=True))


def explain(outcomes: Outcomes) -> Explained:
    """Return the causes of an outcome's errors, from its hits alone."""
    truths, predictions = rows_of(outcomes.truths), rows_of(outcomes.predictions)
    hit = {row for row, text in enumerate(outcomes.of_truths.outcome) if text == "hit"}
    found = {row for row, text in enumerate(outcomes.of_predictions.outcome) if text == "hit"}
    selected = set(outcomes.selected.nonzero()[0].tolist())
    left, missed = selected - found, set(range(len(truths))) - hit
    causes: dict[int, str] = {}
    of_truths: dict[int, str] = {}

    pairs: list[tuple[Any, ...]] = [
        (-iou(truths[t], predictions[p]), truths[t], predictions[p], *_ties(outcomes, t, p), t, p)
        for t in missed
        for p in left
        if truths[t][0] == predictions[p][0]
    ]
    for overlap, truth, prediction, *_, t, p in sorted(pairs, key=_key):
        same = truth[1] == prediction[1]
        if (
            t in of_truths
            or p in causes
            or -overlap < (Fraction(1, 10) if same else Fraction(1, 2))
        ):
            continue
        causes[p] = of_truths[t] = "localization" if same else "wrong kind"

    context = outcomes.context
    others = list(
        zip(
            *(getattr(context, name).tolist() for name in ("video", "label", "onset", "offset")),
            strict=True,
        )
    )
    for p in left - set(causes):
        row = predictions[p]

        def lies_in(other: Row, row: Row = row) -> bool:
            return other[0] == row[0] and 2 * shared(other, row) >= length(row)

        own, other_kind = (
            [truth for truth in truths if truth[0] == row[0] and (truth[1] == row[1]) is same]
            for same in (True, False)
        )
        if any(iou(truth, row) >= Fraction(1, 10) for truth in own):
            causes[p] = "duplicate"
        elif any(map(lies_in, other_kind)) or any(
            lies_in(other) for other in others if other[1] == ("macro", "micro")[row[1]]
        ):
            causes[p] = "wrong kind"
        elif any(lies_in(other) for other in others if other[1] == "blink"):
            causes[p] = "blink"
        else:
            causes[p] = "background"
    return Explained(causes, of_truths)


def _ties(outcomes: Outcomes, truth: int, prediction: int) -> tuple[float, ...]:
    """Return what decides between equal frames: score, emotion and apex, then the truth."""
    of_truth, spans = outcomes.truths.spans, outcomes.predictions.spans
    return (
        -float(spans.score[prediction]),
        int(spans.label[prediction]),
        int(spans.apex[prediction]),
        int(of_truth.label[truth]),
        int(of_truth.group[truth]),
    )


def _key(pair: tuple[Any, ...]) -> tuple[Any, ...]:
    overlap, truth, prediction, *rest, _, _ = pair
    return (overlap, truth[2:], prediction[2:], *rest)
