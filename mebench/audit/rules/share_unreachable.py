"""A share of n samples is an integer over n."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.arithmetic import is_reachable_share, nearest_shares
from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _totals(claim: Claim) -> Iterator[tuple[str, int | None, str]]:
    yield "asr", claim.samples, "samples"
    sizes = claim.all_classes
    yield "accuracy_all", sum(sizes) if sizes else None, "samples in the class list"
    if claim.stated.right is None:
        unit = "analyzed expressions" if claim.protocol.spots else "samples"
        yield "accuracy", claim.analysed, unit


def _check(claim: Claim) -> Iterator[Violation]:
    for metric, total, unit in _totals(claim):
        if not total or not claim.has(metric):
            continue
        number = claim.numbers[metric]
        if not is_reachable_share(number, total):
            yield Violation(
                claim.group,
                (metric,),
                f"{metric} is {number.text}, which is not an integer over {total} {unit}.",
                f"The nearest are {nearest_shares(number, total)}.",
            )


SHARE_UNREACHABLE = Rule(
    id="share-unreachable",
    title="A share is not an integer over the number of samples",
    certainty="inconsistent",
    why="""
ASR is a number of videos over all videos; accuracy is a number of correct expressions over all
analyzed ones. With n of them a share is a multiple of 1/n. Checked only if the row or its protocol
states n.""",
    check_claim=_check,
)
