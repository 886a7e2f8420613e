"""Macro recall and UAR are the same number [Eqs. 20, 23]."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    for recall, precision, uar in (
        ("analysis_recall", "analysis_precision", "uar"),
        ("analysis_all_recall", "analysis_all_precision", "uar_all"),
    ):
        if not claim.has(recall, uar):
            continue
        one, other = claim.numbers[recall], claim.numbers[uar]
        if one.overlaps(other.low, other.high):
            continue
        printed = claim.numbers.get(precision)
        is_precision = printed is not None and printed.overlaps(other.low, other.high)
        yield Violation(
            claim.group,
            (uar, recall),
            f"{uar} is {other.text} and {recall} {one.text}; both are the mean of the classes' "
            "recalls." + (f" It equals {precision}." if is_precision else ""),
            f"{uar} {one.text}.",
        )


UAR_NOT_RECALL = Rule(
    id="uar-not-recall",
    title="UAR differs from macro recall",
    certainty="inconsistent",
    why="""
Both are the mean over the classes of the share that was named rightly. Released code prints macro
precision under the name of UAR.""",
    check_claim=_check,
)
