"""Accuracy is right over analysed [Eq. 18]."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    analysed, right = claim.analysed, claim.stated.right
    if not analysed or right is None or not claim.has("accuracy"):
        return
    number = claim.numbers["accuracy"]
    if not number.contains(Fraction(right, analysed)):
        yield Violation(
            claim.group,
            ("accuracy",),
            f"accuracy is {number.text}, and {right} of {analysed} are right.",
            f"{right}/{analysed} is {number.format_like(Fraction(right, analysed))}.",
        )


ACCURACY_COUNTS = Rule(
    id="accuracy-counts",
    title="Accuracy is not right over analysed",
    certainty="inconsistent",
    why="Accuracy is the share of the analysed expressions whose emotion is named rightly.",
    check_claim=_check,
)
