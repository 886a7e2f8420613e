"""Rates: their range, shares of samples, and the rates of two kinds together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mebench.audit.arithmetic import is_reachable_share, nearest_shares
from mebench.audit.rule import Rule, Violation, claim_rule
from mebench.metrics.registry import METRICS_BY_ID
from mebench.published.row_claims import Claim, LocatedRow


@claim_rule(
    "rate-out-of-range",
    "A rate is not between 0 and 1",
    "impossible",
    """
Every rate is a share, a mean of shares, or a product of shares, so it is between 0 and 1. Numbers
with a percent sign are divided by 100.""",
)
def rate_out_of_range(claim: Claim) -> Iterator[Violation]:
    """Check that every rate is between 0 and 1."""
    for metric, number in claim.numbers.items():
        is_rate = METRICS_BY_ID[metric].unit == ""
        if number.high < 0 or (is_rate and number.low > 1):
            bounds = "between 0 and 1" if is_rate else "at least 0"
            as_percent = is_rate and not number.percent and 1 < number.midpoint <= 100
            yield Violation(
                (metric,),
                f"{metric} is {number.text}, but it is {bounds} by definition.",
                f"Is it a percentage, {number.text} %?" if as_percent else "",
            )


def _totals(claim: Claim) -> Iterator[tuple[str, int | None, str]]:
    yield "asr", claim.samples, "samples"
    sizes = claim.all_classes
    yield "accuracy_all", sum(sizes) if sizes else None, "samples in the class list"
    if claim.stated.right is None:
        unit = "analyzed expressions" if claim.protocol.spots else "samples"
        yield "accuracy", claim.analysed, unit


@claim_rule(
    "share-unreachable",
    "A share is not an integer over the number of samples",
    "inconsistent",
    """
ASR is a number of videos over all videos; accuracy is a number of correct expressions over all
analyzed ones. With n of them a share is a multiple of 1/n. Checked only if the row or its protocol
states n.""",
)
def share_unreachable(claim: Claim) -> Iterator[Violation]:
    """Check that a share of n samples is an integer over n."""
    for metric, total, unit in _totals(claim):
        if not total or not claim.has(metric):
            continue
        number = claim.numbers[metric]
        if not is_reachable_share(number, total):
            yield Violation(
                (metric,),
                f"{metric} is {number.text}, which is not an integer over {total} {unit}.",
                f"The nearest are {nearest_shares(number, total)}.",
            )


def _pooled_outside_kinds(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
    for row in rows:
        kinds = [row.claims[kind] for kind in row.protocol.targets if kind in row.claims]
        pooled = row.claims.get("overall")
        if pooled is None or len(kinds) < 2 or len(kinds) != len(row.protocol.targets):
            continue
        for metric in ("spotting_f1", "spotting_precision", "spotting_recall"):
            if not all(claim.has(metric) for claim in (*kinds, pooled)):
                continue
            parts = sorted(
                (claim.numbers[metric] for claim in kinds), key=lambda part: part.midpoint
            )
            number = pooled.numbers[metric]
            if number.overlaps(min(part.low for part in parts), max(part.high for part in parts)):
                continue
            shown = " and ".join(f"{claim.group} {claim.numbers[metric].text}" for claim in kinds)
            yield (
                row,
                Violation(
                    (metric,),
                    f"overall {metric} is {number.text}, but it must be between {shown}.",
                    f"Between {parts[0].text} and {parts[-1].text}.",
                    "overall",
                ),
            )


pooled_outside_kinds = Rule(
    "pooled-outside-kinds",
    "A pooled rate is not between the rates of its kinds",
    "impossible",
    """
Overall precision, recall and F1 pool the counts: 2(A + a)/((M + N) + (m + n)) is between
2A/(M + N) and 2a/(m + n). A fraction of summed numerators and denominators is always between the
original fractions.""",
    _pooled_outside_kinds,
)
