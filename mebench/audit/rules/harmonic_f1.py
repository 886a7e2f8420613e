"""F1 is the harmonic mean of precision and recall, in spotting and in analysis [Eqs. 16, 21]."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mebench.audit.arithmetic import format_range, harmonic_range
from mebench.audit.rule import Rule, Violation
from mebench.published.row_claims import Claim

Triple = tuple[str, str, str]


def _check(*triples: Triple) -> Callable[[Claim], Iterator[Violation]]:
    def check(claim: Claim) -> Iterator[Violation]:
        for precision, recall, f1 in triples:
            if not claim.has(precision, recall, f1):
                continue
            p, r, number = (claim.numbers[metric] for metric in (precision, recall, f1))
            values = harmonic_range(p, r)
            if not number.overlaps(*values):
                yield Violation(
                    claim.group,
                    (f1, precision, recall),
                    f"{f1} is {number.text}, but the harmonic mean of {precision} {p.text} and "
                    f"{recall} {r.text} is {format_range(values, number)}.",
                    f"{f1} {format_range(values, number)}.",
                )

    return check


SPOTTING_HARMONIC = Rule(
    id="spotting-f1",
    title="Spotting F1 is not the harmonic mean of precision and recall",
    certainty="inconsistent",
    why="""
F1 = 2PR/(P+R) if all three are computed from the same counts. They are not if each is a mean over
folds; such numbers are not comparable with pooled ones.""",
    check_claim=_check(("spotting_precision", "spotting_recall", "spotting_f1")),
)

ANALYSIS_HARMONIC = Rule(
    id="analysis-f1",
    title="F1 of the analysis is not the harmonic mean of its precision and recall",
    certainty="inconsistent",
    why="""
The F1 that enters STRS is the harmonic mean of macro precision and macro recall, and not the mean
of the F1 per class, which is UF1. Both are often printed under the same name.""",
    check_claim=_check(
        ("analysis_precision", "analysis_recall", "analysis_f1"),
        ("analysis_all_precision", "analysis_all_recall", "analysis_all_f1"),
    ),
)
