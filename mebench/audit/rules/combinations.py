"""Rates that are computed from two others: F1 [Eqs. 16, 21], STRS and Acc_MESR [Eq. 24]."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from operator import mul

from mebench.audit.arithmetic import combined_range, format_range
from mebench.audit.rule import Violation, claim_rule
from mebench.metrics.value import harmonic_mean
from mebench.published.row_claims import Claim


def _combination(
    combine: Callable[[Fraction, Fraction], Fraction], words: str, *triples: tuple[str, str, str]
) -> Callable[[Claim], Iterator[Violation]]:
    """Return a check that the first metric of each triple combines the other two."""

    def check(claim: Claim) -> Iterator[Violation]:
        for metric, first, second in triples:
            if not claim.has(metric, first, second):
                continue
            number, a, b = (claim.numbers[name] for name in (metric, first, second))
            values = combined_range(combine, a, b)
            if not number.overlaps(*values):
                shown = words.format(f"{first} {a.text}", f"{second} {b.text}")
                yield Violation(
                    (metric, first, second),
                    f"{metric} is {number.text}, but {shown} is {format_range(values, number)}.",
                    f"{metric} {format_range(values, number)}.",
                )

    return check


spotting_f1 = claim_rule(
    "spotting-f1",
    "Spotting F1 is not the harmonic mean of precision and recall",
    "inconsistent",
    """
F1 = 2PR/(P+R) if all three are computed from the same counts. They are not if each is a mean over
folds; such numbers are not comparable with pooled ones.""",
)(
    _combination(
        harmonic_mean,
        "the harmonic mean of {} and {}",
        ("spotting_f1", "spotting_precision", "spotting_recall"),
    )
)

analysis_f1 = claim_rule(
    "analysis-f1",
    "F1 of the analysis is not the harmonic mean of its precision and recall",
    "inconsistent",
    """
The F1 that enters STRS is the harmonic mean of macro precision and macro recall, and not the mean
of the F1 per class, which is UF1. Both are often printed under the same name.""",
)(
    _combination(
        harmonic_mean,
        "the harmonic mean of {} and {}",
        ("analysis_f1", "analysis_precision", "analysis_recall"),
        ("analysis_all_f1", "analysis_all_precision", "analysis_all_recall"),
    )
)

strs_product = claim_rule(
    "strs-product",
    "STRS is not spotting F1 times F1 of the analysis",
    "inconsistent",
    """
STRS is the product of the two F1 scores. Each printed factor stands for a range of values, so the
product has a smallest and a largest possible value; the printed STRS is outside.""",
)(_combination(mul, "{} × {}", ("strs", "spotting_f1", "analysis_f1")))

acc_mesr_product = claim_rule(
    "acc-mesr-product",
    "Acc_MESR is not spotting recall times accuracy",
    "inconsistent",
    """
Acc_MESR is the product of the share of expressions that are spotted and the share of these that
are classified correctly (Li et al. 2017).""",
)(_combination(mul, "{} × {}", ("acc_mesr", "spotting_recall", "accuracy")))
