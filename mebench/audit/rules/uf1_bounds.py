"""Bounds of UF1, the mean F1 over the classes, from other numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import isqrt

from mebench.audit.arithmetic import rate_range
from mebench.audit.rule import Violation, claim_rule
from mebench.published.row_claims import Claim

SCALE = 10**9


MOST_CLASSES = 10


_PAIRS = (("uf1", "analysis_f1", "uar"), ("uf1_all", "analysis_all_f1", "uar_all"))


@claim_rule("impossible")
def uf1_above_f1(claim: Claim) -> Iterator[Violation]:
    """UF1 is above the F1 of the analysis.

    UF1 is the mean over the classes of the harmonic means of precision and recall; the F1 of the
    analysis is the harmonic mean of macro precision and macro recall. The harmonic mean is jointly
    concave, so by Jensen's inequality UF1 is never larger.
    """
    for uf1, f1, _ in _PAIRS:
        if claim.has(uf1, f1) and claim.numbers[uf1].low > claim.numbers[f1].high:
            yield Violation(
                (uf1, f1),
                f"{uf1} is {claim.numbers[uf1].text}, but {f1} is {claim.numbers[f1].text}; UF1 "
                "cannot be larger than F1.",
                f"{uf1} at most {claim.numbers[f1].text}.",
            )


@claim_rule("impossible")
def uf1_above_uar(claim: Claim) -> Iterator[Violation]:
    """UF1 is too high for the recall.

    A class with recall r has an F1 of at most 2r/(1+r), which is reached if every prediction of the
    class is correct. This bound is concave in r, so UF1 is at most 2 UAR / (1 + UAR).
    """
    for uf1, _, uar in _PAIRS:
        if not claim.has(uf1, uar):
            continue
        recall = rate_range(claim.numbers[uar]).high
        most = 2 * recall / (1 + recall)
        number = claim.numbers[uf1]
        if number.low > most:
            yield Violation(
                (uf1, uar),
                f"{uf1} is {number.text}, but with {uar} {claim.numbers[uar].text} it is at most "
                f"{number.format_like(most)}.",
                f"{uf1} at most {number.format_like(most)}.",
            )


@claim_rule("impossible")
def uf1_below_uar(claim: Claim) -> Iterator[Violation]:
    """UF1 is too low for the recall and the class sizes.

    UF1 is the mean of 2t/(n+p) over the classes, with t correct predictions, n truths and p
    predictions. There are at most as many predictions as truths, so by the Cauchy-Schwarz
    inequality the sum is at least (sum of sqrt t)² / samples. For a given UAR this is smallest if
    some classes are completely correct, one is partly correct and the others are completely wrong.
    Known class sizes therefore give a lower bound of UF1. Numbers below it are not from one
    confusion matrix: often UAR or UF1 was averaged over folds.
    """
    for (uf1, _, uar), sizes in zip(_PAIRS, (claim.classes, claim.all_classes), strict=True):
        if not claim.has(uf1, uar) or not sizes or len(sizes) > MOST_CLASSES or not sum(sizes):
            continue
        number = claim.numbers[uf1]
        least = least_uf1(sizes, rate_range(claim.numbers[uar]).low)
        if number.high < least:
            yield Violation(
                (uf1, uar),
                f"{uf1} is {number.text}, but with {uar} {claim.numbers[uar].text} and classes of "
                f"{', '.join(map(str, sizes))} samples it is at least {number.format_like(least)}.",
                f"{uf1} at least {number.format_like(least)}.",
            )


def least_uf1(sizes: list[int], recall: Fraction) -> Fraction:
    """Return a lower bound of UF1, rounded down, from the class sizes and UAR (the mean recall).

    With n truths, p predictions and t correct predictions of a class, UF1 is the mean of 2t/(n+p).
    By the Cauchy-Schwarz inequality the sum of these is at least 2 (sum of sqrt t)² / (sum of n+p),
    and the sum of n+p is at most twice the number of samples. The square root is concave, so the
    smallest sum of roots for a given mean recall is at a corner: some classes fully correct, one
    partly, the others not at all.
    """
    filled = [size for size in sizes if size]
    number_full, part = divmod(recall * len(sizes), 1)
    indices = range(len(filled))
    sums: list[int] = []
    for full in combinations(indices, number_full):
        roots = sum(_root(Fraction(filled[index])) for index in full)
        rest = [_root(filled[index] * part) for index in indices if index not in full]
        if rest or not part:
            sums.append(roots + min(rest, default=0))
    least = min(sums, default=0)
    return Fraction(least * least, SCALE * SCALE * sum(filled) * len(sizes))


def _root(value: Fraction) -> int:
    """Return a square root times ``SCALE``, rounded down."""
    return isqrt(value.numerator * SCALE * SCALE // value.denominator)
