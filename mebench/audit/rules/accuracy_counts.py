"""Accuracy is the number of correct emotions over the number analyzed [Eq. 18]."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    analysed, right = claim.analysed, claim.stated.right
    if not analysed or right is None or not claim.has("accuracy"):
        return
    number = claim.numbers["accuracy"]
    if not number.contains(Fraction(right, analysed)):
        yield Violation(
            claim.group,
            ("accuracy",),
            f"accuracy is {number.text}, but {right} of {analysed} are correct.",
            f"{right}/{analysed} is {number.format_like(Fraction(right, analysed))}.",
        )


ACCURACY_COUNTS = Rule(
    id="accuracy-counts",
    title="Accuracy is not the number correct over the number analyzed",
    certainty="inconsistent",
    why="Accuracy is the share of the analyzed expressions whose emotion is predicted correctly.",
    check_claim=_check,
)
