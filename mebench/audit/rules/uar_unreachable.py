"""UAR is a mean of the shares per class [Eq. 23]."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mebench.audit.arithmetic import ReachableMeans, rate_range
from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim


@lru_cache(maxsize=64)
def _means(sizes: tuple[int, ...]) -> ReachableMeans:
    return ReachableMeans(sizes)


def _check(claim: Claim) -> Iterator[Violation]:
    for metric, sizes in (
        ("uar", claim.classes),
        ("analysis_recall", claim.classes),
        ("uar_all", claim.all_classes),
        ("analysis_all_recall", claim.all_classes),
    ):
        if not sizes or not sum(sizes) or not claim.has(metric):
            continue
        number = claim.numbers[metric]
        means = _means(tuple(sorted(sizes)))
        if not means.is_countable or means.reaches(*rate_range(number)):
            continue
        near = [mean for mean in means.nearest(number.midpoint) if mean is not None]
        near.sort(key=lambda mean: abs(mean - number.midpoint))
        yield Violation(
            claim.group,
            (metric,),
            f"{metric} is {number.text}, which no numbers of correct predictions give for "
            f"classes of {', '.join(map(str, sizes))} samples.",
            "The nearest are " + " and ".join(f"{number.format_like(v)} ({v})" for v in near) + ".",
        )


UAR_UNREACHABLE = Rule(
    id="uar-unreachable",
    title="UAR that is not possible with the sizes of the classes",
    certainty="inconsistent",
    why="""
UAR is the mean over the classes of correct predictions over class size. All such means are listed
exactly and compared with the values that the printed number stands for. Small classes leave wide
gaps: with 9, 6 and 6 samples every UAR is a multiple of 1/54. Checked only if the sizes are known:
those of the complete data set if all of it is analyzed, else those that the row states.""",
    check_claim=_check,
)
