"""Found and missed expressions make up all of them; right and wrong predictions too."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    stated, expected = claim.stated, claim.expected.samples
    if stated.samples is not None and expected is not None and stated.samples != expected:
        yield Violation(
            claim.group,
            ("samples",),
            f"The row has {stated.samples} samples, and {claim.protocol.id} has {expected}.",
            f"{expected} samples, or a row that says its samples are others.",
        )
    if stated.tp is not None and stated.fn is not None:
        found = stated.tp + stated.fn
        samples = expected if stated.samples is None else stated.samples
        if samples is not None and samples != found:
            yield Violation(
                claim.group,
                ("tp", "fn"),
                f"TP + FN is {stated.tp} + {stated.fn} = {found}, and the samples are {samples}.",
                f"With {stated.tp} TP, FN is {samples - stated.tp}."
                if samples >= stated.tp
                else "",
            )
    if stated.tp is not None and stated.fp is not None:
        made = stated.tp + stated.fp
        if stated.predictions not in (None, made):
            yield Violation(
                claim.group,
                ("tp", "fp"),
                f"TP + FP is {stated.tp} + {stated.fp} = {made}, and {stated.predictions} "
                "intervals were predicted.",
            )


COUNTED_SAMPLES = Rule(
    id="counted-samples",
    title="The counts do not make up the samples or the predictions",
    certainty="inconsistent",
    why="""
Every expression in scope is either found (TP) or missed (FN), so TP + FN is the number of
samples, stated by the row or expected by its protocol. Fewer are left where a subject or a video
without predictions dropped out of the count; more, where one was counted twice. In the same
way TP + FP is the number of predicted intervals.""",
    check_claim=_check,
)
