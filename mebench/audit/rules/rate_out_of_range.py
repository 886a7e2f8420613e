"""Every rate is between 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.metrics.registry import METRICS_BY_ID
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    for metric, number in claim.numbers.items():
        is_rate = METRICS_BY_ID[metric].unit == ""
        if number.high < 0 or (is_rate and number.low > 1):
            bounds = "between 0 and 1" if is_rate else "at least 0"
            as_percent = is_rate and not number.percent and 1 < number.midpoint <= 100
            yield Violation(
                claim.group,
                (metric,),
                f"{metric} is {number.text}, but it is {bounds} by definition.",
                f"Is it a percentage, {number.text} %?" if as_percent else "",
            )


RATE_OUT_OF_RANGE = Rule(
    id="rate-out-of-range",
    title="A rate is not between 0 and 1",
    certainty="impossible",
    why="""
Every rate is a share, a mean of shares, or a product of shares, so it is between 0 and 1. Numbers
with a percent sign are divided by 100.""",
    check_claim=_check,
)
