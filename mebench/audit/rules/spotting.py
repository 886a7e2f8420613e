"""Spotting rates agree with counts: those that the row states, or any that are possible."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from mebench.audit.arithmetic import ValueRange, rate_range
from mebench.audit.rule import Violation, claim_rule
from mebench.published.rounded_numbers import RoundedNumber
from mebench.published.row_claims import Claim

PRECISION, RECALL, F1 = "spotting_precision", "spotting_recall", "spotting_f1"


@claim_rule("inconsistent")
def spotting_counts(claim: Claim) -> Iterator[Violation]:  # [Eqs. 15, 16]
    """A spotting rate does not agree with the counts.

    Precision is TP/(TP+FP), recall TP/(TP+FN) and F1 2TP/(2TP+FP+FN), with the counts summed over
    all folds. A mean of the rates over folds is a different number.
    """
    stated = claim.stated
    tp, fp, fn = stated.tp, stated.fp, stated.fn
    if tp is None:
        return
    shares: list[tuple[str, str, int, int]] = []
    if fp is not None:
        shares.append((PRECISION, "TP/(TP+FP)", tp, tp + fp))
    if fn is not None:
        shares.append((RECALL, "TP/(TP+FN)", tp, tp + fn))
    if fp is not None and fn is not None:
        shares.append((F1, "2TP/(2TP+FP+FN)", 2 * tp, 2 * tp + fp + fn))
    for metric, formula, above, below in shares:
        number = claim.numbers.get(metric)
        if number is not None and below and not number.contains(Fraction(above, below)):
            yield Violation(
                (metric,),
                f"{metric} is {number.text}, but {formula} is {above}/{below}.",
                f"{above}/{below} is {number.format_like(Fraction(above, below))}.",
            )


MAX_SAMPLES = 20_000  # with more possible hits, some number of hits fits any printed number


@claim_rule("inconsistent")
def spotting_unreachable(claim: Claim) -> Iterator[Violation]:
    """Spotting rates that no number of hits gives.

    With M samples, N predictions and A hits, recall is A/M, precision A/N and F1 2A/(M+N), with the
    same integer A. If each video has one expression and one prediction, M = N and all three are
    A/M. If N is not stated, recall determines A, and precision and F1 must agree on an integer N.
    Checked only if M is known.
    """
    samples, predictions = claim.samples, claim.predictions
    printed = {
        metric: claim.numbers[metric] for metric in (RECALL, PRECISION, F1) if claim.has(metric)
    }
    if claim.stated.tp is not None or not printed or not samples:
        return
    if predictions is None and RECALL not in printed:
        return  # some number of predictions fits any one rate
    if samples > MAX_SAMPLES or _is_reachable(samples, predictions, printed):
        return
    predicted = "any number of" if predictions is None else str(predictions)
    rates = ", ".join(f"{metric} {number.text}" for metric, number in printed.items())
    yield Violation(
        tuple(printed),
        f"No number of hits gives {rates} with {samples} samples and {predicted} predictions.",
        _nearest(samples, predictions, printed),
    )


def _is_reachable(samples: int, predictions: int | None, printed: dict[str, RoundedNumber]) -> bool:
    values = {metric: rate_range(number) for metric, number in printed.items()}
    recall = values.get(RECALL, ValueRange(Fraction(0), Fraction(1)))
    low, high = _range_of_hits(recall.low * samples, recall.high * samples, samples, values)
    return any(
        _predictions_exist(hits, samples, predictions, values)
        for hits in range(ceil(low), floor(high) + 1)
    )


def _range_of_hits(
    low: Fraction, high: Fraction, samples: int, values: dict[str, ValueRange]
) -> tuple[Fraction, Fraction]:
    """Narrow a range of hits to those for which precision and F1 agree on a real number N.

    F1 in [f, F] and precision in [p, P] mean 2A/F - M <= N <= 2A/f - M and A/P <= N <= A/p. Both
    hold for some N only if A(2/F - 1/p) <= M <= A(2/f - 1/P). The numbers of hits outside need no
    search, which would take minutes for many rows.
    """
    if PRECISION not in values or F1 not in values:
        return low, high
    precision, f1 = values[PRECISION], values[F1]
    if precision.low and f1.high:
        slope = 2 / f1.high - 1 / precision.low
        high = min(high, samples / slope) if slope > 0 else high
    if precision.high and f1.low:
        slope = 2 / f1.low - 1 / precision.high
        low = max(low, samples / slope) if slope > 0 else high + 1
    return low, high


def _predictions_exist(
    hits: int, samples: int, predictions: int | None, values: dict[str, ValueRange]
) -> bool:
    """Return whether some number of predictions gives precision and F1 with these hits."""
    least, most = Fraction(hits), None
    if predictions is not None:
        least, most = max(least, Fraction(predictions)), Fraction(predictions)
    bounds = []
    if PRECISION in values:
        bounds.append((hits, 0, values[PRECISION]))
    if F1 in values:
        bounds.append((2 * hits, samples, values[F1]))
    # A rate is numerator / (predictions + addend).
    for numerator, addend, value in bounds:
        if not numerator:
            # Without hits both rates are 0 for any number of predictions.
            if value.low > 0:
                return False
            continue
        if not value.high:
            return False
        least = max(least, numerator / value.high - addend)
        if value.low:
            highest = numerator / value.low - addend
            most = highest if most is None else min(most, highest)
    return most is None or ceil(least) <= floor(most)


def _nearest(samples: int, predictions: int | None, printed: dict[str, RoundedNumber]) -> str:
    if predictions is None or len(printed) > 1:
        return ""
    [(metric, number)] = printed.items()
    weight = 2 if metric == F1 else 1
    total = {F1: samples + predictions, PRECISION: predictions, RECALL: samples}[metric]
    if not total:
        return ""
    most = min(samples, predictions)
    below = min(max(floor(number.value * total / weight), 0), most)
    hits = sorted({below, min(below + 1, most)})
    near = " and ".join(
        f"{number.format_like(Fraction(weight * count, total))} ({count} hits)" for count in hits
    )
    return f"The nearest are {near}."


@claim_rule("unusual")
def ap_above_recall(claim: Claim) -> Iterator[Violation]:
    """AP is above recall.

    The area under a precision-recall curve is at most the recall at which the curve ends. AP is
    above the recall of the operating point only if it ranks more predictions than F1 counts.
    """
    recall = claim.numbers.get(RECALL)
    for metric in ("ap", "ap50", "ap75"):
        number = claim.numbers.get(metric)
        if number is not None and recall is not None and number.low > recall.high:
            yield Violation(
                (metric, RECALL),
                f"{metric} is {number.text}, above {RECALL} {recall.text}.",
                f"At most {recall.text} if F1 and AP are computed from the same predictions.",
            )
