"""Accuracy is right over analysed [Eq. 18]."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mebench.audit.rule import Breach, Rule
from mebench.leaderboards.claims import Claim


def _check(claim: Claim) -> Iterator[Breach]:
    analysed, right = claim.analysed, claim.stated.right
    if not analysed or right is None or not claim.has("accuracy"):
        return
    number = claim.numbers["accuracy"]
    if not number.holds(Fraction(right, analysed)):
        yield Breach(
            claim.group,
            ("accuracy",),
            f"accuracy is {number.text}, and {right} of {analysed} are right.",
            f"{right}/{analysed} is {number.like(Fraction(right, analysed))}.",
        )


ACCURACY_COUNTS = Rule(
    id="accuracy-counts",
    title="Accuracy is not right over analysed",
    sureness="inconsistent",
    why="Accuracy is the share of the analysed expressions whose emotion is named rightly.",
    of_claim=_check,
)
