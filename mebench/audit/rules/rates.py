"""Rates: their range, shares of samples, rates of two kinds together, and rates of two rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from operator import mul

from mebench.audit.arithmetic import rate_range
from mebench.audit.rule import Violation, claim_rule, rows_rule
from mebench.metrics.counts import harmonic_mean
from mebench.metrics.registry import METRICS_BY_ID
from mebench.published.row_claims import Claim, LocatedRow


@claim_rule("impossible")
def rate_out_of_range(claim: Claim) -> Iterator[Violation]:
    """A rate is not between 0 and 1.

    Every rate is a share, a mean of shares, or a product of shares, so it is between 0 and 1.
    Numbers with a percent sign are divided by 100.
    """
    for metric, number in claim.numbers.items():
        is_rate = METRICS_BY_ID[metric].unit == ""
        if number.high < 0 or (is_rate and number.low > 1):
            bounds = "between 0 and 1" if is_rate else "at least 0"
            as_percent = is_rate and not number.percent and 1 < number.value <= 100
            yield Violation(
                (metric,),
                f"{metric} is {number.text}, but it is {bounds} by definition.",
                f"Is it a percentage, {number.text} %?" if as_percent else "",
            )


@claim_rule("inconsistent")
def share_unreachable(claim: Claim) -> Iterator[Violation]:
    """A share is not an integer over the number of samples.

    ASR is a number of videos over all videos; accuracy is a number of correct expressions over all
    analyzed ones. With n of them a share is a multiple of 1/n. Checked only if the row or its
    protocol states n.
    """
    analysed = claim.analysed if claim.stated.right is None else None
    for metric, total, unit in (
        ("asr", claim.samples, "samples"),
        ("accuracy_all", sum(claim.all_classes or []), "samples in the class list"),
        ("accuracy", analysed, "analyzed expressions" if claim.protocol.spots else "samples"),
    ):
        if not total or not claim.has(metric):
            continue
        number = claim.numbers[metric]
        low, high = rate_range(number)
        if ceil(low * total) <= floor(high * total):
            continue
        below = min(max(floor(number.value * total), 0), total)
        nearest = " and ".join(
            f"{number.format_like(Fraction(share, total))} ({share}/{total})"
            for share in sorted({below, min(below + 1, total)})
        )
        yield Violation(
            (metric,),
            f"{metric} is {number.text}, which is not an integer over {total} {unit}.",
            f"The nearest are {nearest}.",
        )


@rows_rule("impossible")
def pooled_outside_kinds(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
    """A pooled rate is not between the rates of its kinds.

    Overall precision, recall and F1 pool the counts: 2(A + a)/((M + N) + (m + n)) is between
    2A/(M + N) and 2a/(m + n). A fraction of summed numerators and denominators is always between
    the original fractions.
    """
    for row in rows:
        kinds = [row.claims[kind] for kind in row.protocol.targets if kind in row.claims]
        pooled = row.claims.get("overall")
        if pooled is None or len(kinds) < 2 or len(kinds) != len(row.protocol.targets):
            continue
        for metric in ("spotting_f1", "spotting_precision", "spotting_recall"):
            if not all(claim.has(metric) for claim in (*kinds, pooled)):
                continue
            parts = sorted((claim.numbers[metric] for claim in kinds), key=lambda part: part.value)
            number = pooled.numbers[metric]
            if number.overlaps(min(part.low for part in parts), max(part.high for part in parts)):
                continue
            shown = " and ".join(f"{claim.group} {claim.numbers[metric].text}" for claim in kinds)
            violation = Violation(
                (metric,),
                f"overall {metric} is {number.text}, but it must be between {shown}.",
                f"Between {parts[0].text} and {parts[-1].text}.",
                "overall",
            )
            yield row, violation


def _combination(
    claim: Claim,
    combine: Callable[[Fraction, Fraction], Fraction],
    words: str,
    *triples: tuple[str, str, str],
) -> Iterator[Violation]:
    """Check that the first metric of each triple combines the other two; it increases in both."""
    for triple in triples:
        if not claim.has(*triple):
            continue
        number, *factors = (claim.numbers[name] for name in triple)
        low, high = map(combine, *map(rate_range, factors))
        if not number.overlaps(low, high):
            metric, *names = triple
            ends = dict.fromkeys(map(number.format_like, (low, high)))
            expected = " to ".join(ends)
            parts = (f"{name} {factor.text}" for name, factor in zip(names, factors, strict=True))
            yield Violation(
                triple,
                f"{metric} is {number.text}, but {words.format(*parts)} is {expected}.",
                f"{metric} {expected}.",
            )


@claim_rule("inconsistent")
def spotting_f1(claim: Claim) -> Iterator[Violation]:  # [Eq. 16]
    """Spotting F1 is not the harmonic mean of precision and recall.

    F1 = 2PR/(P+R) if all three are computed from the same counts. They are not if each is a mean
    over folds; such numbers are not comparable with pooled ones.
    """
    triple = ("spotting_f1", "spotting_precision", "spotting_recall")
    return _combination(claim, harmonic_mean, "the harmonic mean of {} and {}", triple)


@claim_rule("inconsistent")
def analysis_f1(claim: Claim) -> Iterator[Violation]:  # [Eq. 21]
    """F1 of the analysis is not the harmonic mean of its precision and recall.

    The F1 that enters STRS is the harmonic mean of macro precision and macro recall, and not the
    mean of the F1 per class, which is UF1. Both are often printed under the same name.
    """
    triples = (
        ("analysis_f1", "analysis_precision", "analysis_recall"),
        ("analysis_all_f1", "analysis_all_precision", "analysis_all_recall"),
    )
    return _combination(claim, harmonic_mean, "the harmonic mean of {} and {}", *triples)


@claim_rule("inconsistent")
def strs_product(claim: Claim) -> Iterator[Violation]:  # [Eq. 24]
    """STRS is not spotting F1 times F1 of the analysis.

    STRS is the product of the two F1 scores. Each printed factor stands for a range of values, so
    the product has a smallest and a largest possible value; the printed STRS is outside.
    """
    return _combination(claim, mul, "{} × {}", ("strs", "spotting_f1", "analysis_f1"))


@claim_rule("inconsistent")
def acc_mesr_product(claim: Claim) -> Iterator[Violation]:
    """Acc_MESR is not spotting recall times accuracy.

    Acc_MESR is the product of the share of expressions that are spotted and the share of these that
    are classified correctly (Li et al. 2017).
    """
    return _combination(claim, mul, "{} × {}", ("acc_mesr", "spotting_recall", "accuracy"))
