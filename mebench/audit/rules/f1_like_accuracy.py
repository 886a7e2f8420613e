"""An F1 with the same leading digits as the accuracy."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.rounded_numbers import RoundedNumber
from mebench.published.row_claims import Claim

PAIRS = (("analysis_f1", "accuracy"), ("analysis_all_f1", "accuracy_all"))


def _check(claim: Claim) -> Iterator[Violation]:
    for f1, accuracy in PAIRS:
        if not claim.has(f1, accuracy):
            continue
        short, long = claim.numbers[f1], claim.numbers[accuracy]
        decimals = short.decimals
        if 2 <= decimals < long.decimals and _truncate(short, decimals) == _truncate(
            long, decimals
        ):
            yield Violation(
                claim.group,
                (f1, accuracy),
                f"{f1} {short.text} has the first digits of {accuracy} {long.text}; it may be the "
                "accuracy.",
            )


def _truncate(number: RoundedNumber, decimals: int) -> int:
    return int(number.midpoint * 10**decimals)


F1_LIKE_ACCURACY = Rule(
    id="f1-like-accuracy",
    title="An F1 has the first digits of the accuracy",
    certainty="unusual",
    why="""
F1 and accuracy of several classes sometimes agree in two or more digits by chance. If the F1 has
fewer digits than the accuracy and agrees in all of them, the two may have been confused.""",
    check_claim=_check,
)
