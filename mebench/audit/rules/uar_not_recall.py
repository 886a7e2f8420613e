"""Macro recall and UAR are the same number [Eqs. 20, 23]."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    for recall, precision, uar in (
        ("analysis_recall", "analysis_precision", "uar"),
        ("analysis_all_recall", "analysis_all_precision", "uar_all"),
    ):
        if not claim.has(recall, uar):
            continue
        recall_number, uar_number = claim.numbers[recall], claim.numbers[uar]
        if recall_number.overlaps(uar_number.low, uar_number.high):
            continue
        printed = claim.numbers.get(precision)
        is_precision = printed is not None and printed.overlaps(uar_number.low, uar_number.high)
        yield Violation(
            claim.group,
            (uar, recall),
            f"{uar} is {uar_number.text}, but {recall} is {recall_number.text}; both are the mean "
            "recall over the classes." + (f" It equals {precision}." if is_precision else ""),
            f"{uar} {recall_number.text}.",
        )


UAR_NOT_RECALL = Rule(
    id="uar-not-recall",
    title="UAR differs from macro recall",
    certainty="inconsistent",
    why="""
Both are the mean over the classes of the share that is classified correctly. Some released code
prints macro precision under the name UAR.""",
    check_claim=_check,
)
