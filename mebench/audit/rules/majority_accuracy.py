"""An accuracy equal to that of always predicting the largest class."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


def _check(claim: Claim) -> Iterator[Violation]:
    for metric, sizes in (("accuracy", claim.classes), ("accuracy_all", claim.all_classes)):
        if not sizes or not sum(sizes) or sum(1 for size in sizes if size) < 2:
            continue
        share = Fraction(max(sizes), sum(sizes))
        right = claim.stated.right if metric == "accuracy" else None
        number = claim.numbers.get(metric)
        if (
            right == max(sizes)
            if right is not None
            else number is not None and number.contains(share)
        ):
            shown = number.text if number is not None else f"{right}/{sum(sizes)}"
            yield Violation(
                claim.group,
                (metric,),
                f"{metric} is {shown}, and the largest class has {max(sizes)} of {sum(sizes)}: "
                "always predicting this class gives the same accuracy.",
            )


MAJORITY_ACCURACY = Rule(
    id="majority-accuracy",
    title="Accuracy equals that of always predicting the largest class",
    certainty="unusual",
    why="""
Always predicting the largest class gives an accuracy equal to its share of the samples. The same
accuracy may have another cause, but shows no skill; UF1 and UAR distinguish the two. Checked only
if the sizes of the analyzed classes are known.""",
    check_claim=_check,
)
