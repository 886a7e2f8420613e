"""The counts of the analysis are consistent."""

from __future__ import annotations

from collections.abc import Iterator

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    stated = claim.stated
    analysed, right, tp = stated.analysed, stated.right, stated.tp
    if analysed is not None and tp is not None and analysed > tp:
        yield Violation(
            claim.group,
            ("analysed", "tp"),
            f"{analysed} expressions are analyzed, but only {tp} were spotted.",
        )
    if analysed is not None and right is not None and right > analysed:
        yield Violation(
            claim.group,
            ("right", "analysed"),
            f"{right} emotions are correct, but only {analysed} are analyzed.",
        )
    if analysed is not None and stated.classes is not None and sum(stated.classes) != analysed:
        sizes = " + ".join(map(str, stated.classes))
        yield Violation(
            claim.group,
            ("classes", "analysed"),
            f"The classes sum to {sizes} = {sum(stated.classes)}, but {analysed} are analyzed.",
        )


COUNTED_ANALYSIS = Rule(
    id="counted-analysis",
    title="More expressions are analyzed than spotted, or more are correct than analyzed",
    certainty="impossible",
    why="""
The analysis is over spotted true positives, so it has at most TP expressions (fewer if some have a
label outside the classes). The correct ones are among them, and the classes sum to all of them.""",
    check_claim=_check,
)
