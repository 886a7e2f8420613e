"""TP + FN is the number of samples, and TP + FP the number of predictions."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    stated, expected = claim.stated, claim.expected.samples
    if stated.samples is not None and expected is not None and stated.samples != expected:
        yield Violation(
            claim.group,
            ("samples",),
            f"The row has {stated.samples} samples, but {claim.protocol.id} has {expected}.",
            f"{expected} samples, or a row that states a different sample list.",
        )
    if stated.tp is not None and stated.fn is not None:
        total = stated.tp + stated.fn
        samples = expected if stated.samples is None else stated.samples
        if samples is not None and samples != total:
            yield Violation(
                claim.group,
                ("tp", "fn"),
                f"TP + FN is {stated.tp} + {stated.fn} = {total}, but there are {samples} samples.",
                f"With {stated.tp} TP, FN is {samples - stated.tp}."
                if samples >= stated.tp
                else "",
            )
    if stated.tp is not None and stated.fp is not None:
        total = stated.tp + stated.fp
        if stated.predictions not in (None, total):
            yield Violation(
                claim.group,
                ("tp", "fp"),
                f"TP + FP is {stated.tp} + {stated.fp} = {total}, but {stated.predictions} "
                "intervals were predicted.",
            )


COUNTED_SAMPLES = Rule(
    id="counted-samples",
    title="The counts do not sum to the samples or the predictions",
    certainty="inconsistent",
    why="""
Every expression in scope is either detected (TP) or missed (FN), so TP + FN is the number of
samples that the row states or its protocol expects. The sum is smaller if subjects or videos
without predictions were not counted, and larger if expressions were counted twice. In the same way
TP + FP is the number of predicted intervals.""",
    check_claim=_check,
)
