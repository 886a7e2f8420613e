"""The counts of the analysis fit into each other."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    stated = claim.stated
    analysed, right, tp = stated.analysed, stated.right, stated.tp
    if analysed is not None and tp is not None and analysed > tp:
        yield Violation(
            claim.group,
            ("analysed", "tp"),
            f"{analysed} expressions are analysed, and {tp} were spotted.",
        )
    if analysed is not None and right is not None and right > analysed:
        yield Violation(
            claim.group,
            ("right", "analysed"),
            f"{right} emotions are named rightly, of {analysed} analysed.",
        )
    if analysed is not None and stated.classes is not None and sum(stated.classes) != analysed:
        sizes = " + ".join(map(str, stated.classes))
        yield Violation(
            claim.group,
            ("classes", "analysed"),
            f"The classes hold {sizes} = {sum(stated.classes)}, and {analysed} are analysed.",
        )


COUNTED_ANALYSIS = Rule(
    id="counted-analysis",
    title="More is analysed than was spotted, or more is right than was analysed",
    certainty="impossible",
    why="""
The analysis is over spotted true positives, so it holds at most TP expressions (fewer where some
have a label outside the classes); those named rightly are among them, and its classes make them
up.""",
    check_claim=_check,
)
