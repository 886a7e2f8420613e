"""Precision, recall and F1 of spotting follow from TP, FP and FN [Eqs. 15, 16]."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    stated = claim.stated
    tp, fp, fn = stated.tp, stated.fp, stated.fn
    if tp is None:
        return
    expected: dict[str, tuple[str, int, int]] = {}
    if fp is not None:
        expected["spotting_precision"] = ("TP/(TP+FP)", tp, tp + fp)
    if fn is not None:
        expected["spotting_recall"] = ("TP/(TP+FN)", tp, tp + fn)
    if fp is not None and fn is not None:
        expected["spotting_f1"] = ("2TP/(2TP+FP+FN)", 2 * tp, 2 * tp + fp + fn)
    for metric, (formula, above, below) in expected.items():
        if (
            claim.has(metric)
            and below
            and not claim.numbers[metric].contains(Fraction(above, below))
        ):
            number = claim.numbers[metric]
            yield Violation(
                claim.group,
                (metric,),
                f"{metric} is {number.text}, but {formula} is {above}/{below}.",
                f"{above}/{below} is {number.format_like(Fraction(above, below))}.",
            )


SPOTTING_COUNTS = Rule(
    id="spotting-counts",
    title="A spotting rate does not agree with the counts",
    certainty="inconsistent",
    why="""
Precision is TP/(TP+FP), recall TP/(TP+FN) and F1 2TP/(2TP+FP+FN), with the counts summed over all
folds. A mean of the rates over folds is a different number.""",
    check_claim=_check,
)
