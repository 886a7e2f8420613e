"""STRS and Acc_MESR are products of two rates [Eq. 24]."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mebench.audit.arithmetic import format_range, product_range
from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(metric: str, first: str, second: str) -> Callable[[Claim], Iterator[Violation]]:
    def check(claim: Claim) -> Iterator[Violation]:
        if not claim.has(metric, first, second):
            return
        number, a, b = (claim.numbers[name] for name in (metric, first, second))
        values = product_range(a, b)
        if not number.overlaps(*values):
            yield Violation(
                claim.group,
                (metric, first, second),
                f"{metric} is {number.text}, but {first} {a.text} × {second} {b.text} is "
                f"{format_range(values, number)}.",
                f"{metric} {format_range(values, number)}.",
            )

    return check


STRS_PRODUCT = Rule(
    id="strs-product",
    title="STRS is not spotting F1 times F1 of the analysis",
    certainty="inconsistent",
    why="""
STRS is the product of the two F1 scores. Each printed factor stands for a range of values, so the
product has a smallest and a largest possible value; the printed STRS is outside.""",
    check_claim=_check("strs", "spotting_f1", "analysis_f1"),
)

ACC_MESR_PRODUCT = Rule(
    id="acc-mesr-product",
    title="Acc_MESR is not spotting recall times accuracy",
    certainty="inconsistent",
    why="""
Acc_MESR is the product of the share of expressions that are spotted and the share of these that
are classified correctly (Li et al. 2017).""",
    check_claim=_check("acc_mesr", "spotting_recall", "accuracy"),
)
