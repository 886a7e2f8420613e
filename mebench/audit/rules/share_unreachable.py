"""A share of a known number of things is a whole number over it."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.arithmetic import is_reachable_share, nearest_shares
from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


def _totals(claim: Claim) -> Iterator[tuple[str, int | None, str]]:
    yield "asr", claim.samples, "samples"
    every = claim.all_classes
    yield "accuracy_all", sum(every) if every else None, "samples in the class list"
    if claim.stated.right is None:
        what = "analysed" if claim.protocol.spots else "samples"
        yield "accuracy", claim.analysed, what


def _check(claim: Claim) -> Iterator[Violation]:
    for metric, total, what in _totals(claim):
        if not total or not claim.has(metric):
            continue
        number = claim.numbers[metric]
        if not is_reachable_share(number, total):
            yield Violation(
                claim.group,
                (metric,),
                f"{metric} is {number.text}, which is no share of {total} {what}.",
                f"The nearest are {nearest_shares(number, total)}.",
            )


SHARE_UNREACHABLE = Rule(
    id="share-unreachable",
    title="A share is no whole number of the samples",
    certainty="inconsistent",
    why="""
ASR is a whole number of videos over the number of videos; accuracy a whole number of analysed
expressions over their number. With n of them a share moves in steps of 1/n. Looked at only where
the row or its protocol states n.""",
    check_claim=_check,
)
