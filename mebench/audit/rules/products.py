"""STRS and Acc_MESR are products [Eq. 24]."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mebench.audit.arithmetic import format_range, product_range
from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


def _check(of: str, first: str, second: str) -> Callable[[Claim], Iterator[Violation]]:
    def check(claim: Claim) -> Iterator[Violation]:
        if not claim.has(of, first, second):
            return
        number, one, other = (claim.numbers[metric] for metric in (of, first, second))
        values = product_range(one, other)
        if not number.overlaps(*values):
            yield Violation(
                claim.group,
                (of, first, second),
                f"{of} is {number.text}, and {first} {one.text} × {second} {other.text} is "
                f"{format_range(values, number)}.",
                f"{of} {format_range(values, number)}.",
            )

    return check


STRS_PRODUCT = Rule(
    id="strs-product",
    title="STRS is not spotting F1 times F1 of the analysis",
    certainty="inconsistent",
    why="""
STRS is the product of the two F1 scores. With the ends of what each printed factor stands for,
the product has a least and a greatest value; the printed one lies outside.""",
    check_claim=_check("strs", "spotting_f1", "analysis_f1"),
)

ACC_MESR_PRODUCT = Rule(
    id="acc-mesr-product",
    title="Acc_MESR is not spotting recall times accuracy",
    certainty="inconsistent",
    why="""
Acc_MESR is the product of the share that was spotted and the share of it that was named rightly
(Li et al. 2017).""",
    check_claim=_check("acc_mesr", "spotting_recall", "accuracy"),
)
