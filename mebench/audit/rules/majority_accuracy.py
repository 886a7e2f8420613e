"""An accuracy that naming the largest class every time gives too."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim


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
                "always naming it gives the same.",
            )


MAJORITY_ACCURACY = Rule(
    id="majority-accuracy",
    title="Accuracy equals that of always naming the largest class",
    certainty="unusual",
    why="""
Who names the largest class every time reaches its share of the samples. The same accuracy need
not come so, but shows no skill; UF1 and UAR tell the two apart. Looked at only where the sizes of
the analysed classes are known.""",
    check_claim=_check,
)
