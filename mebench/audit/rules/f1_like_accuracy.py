"""An F1 that is the accuracy beside it, cut short."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim
from mebench.published.rounded_numbers import RoundedNumber

PAIRS = (("analysis_f1", "accuracy"), ("analysis_all_f1", "accuracy_all"))


def _check(claim: Claim) -> Iterator[Violation]:
    for f1, accuracy in PAIRS:
        if not claim.has(f1, accuracy):
            continue
        short, long = claim.numbers[f1], claim.numbers[accuracy]
        if 2 <= short.decimals < long.decimals and _cut(long, short.decimals) == _cut(
            short, short.decimals
        ):
            yield Violation(
                claim.group,
                (f1, accuracy),
                f"{f1} {short.text} has the first digits of {accuracy} {long.text}: is it the "
                "accuracy?",
            )


def _cut(number: RoundedNumber, decimals: int) -> int:
    return int(number.midpoint * 10**decimals)


F1_LIKE_ACCURACY = Rule(
    id="f1-like-accuracy",
    title="An F1 has the first digits of the accuracy beside it",
    certainty="unusual",
    why="""
F1 and accuracy of several classes agree to two digits or more once in a while by chance. Where
the F1 is given with fewer digits than the accuracy and agrees in all of them, one may have been
taken for the other.""",
    check_claim=_check,
)
