"""UF1, the mean of the classes' F1, between the bounds that other numbers set."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product as choices
from math import isqrt

from mebench.audit.arithmetic import rate_range
from mebench.audit.rule import Rule, Violation
from mebench.published.claims import Claim

SCALE = 10**9
MOST_CLASSES = 10

_PAIRS = (("uf1", "analysis_f1", "uar"), ("uf1_all", "analysis_all_f1", "uar_all"))


def _above_f1(claim: Claim) -> Iterator[Violation]:
    for uf1, f1, _ in _PAIRS:
        if claim.has(uf1, f1) and claim.numbers[uf1].low > claim.numbers[f1].high:
            yield Violation(
                claim.group,
                (uf1, f1),
                f"{uf1} is {claim.numbers[uf1].text} and {f1} {claim.numbers[f1].text}; UF1 cannot "
                "be the greater one.",
                f"{uf1} at most {claim.numbers[f1].text}.",
            )


def _above_uar(claim: Claim) -> Iterator[Violation]:
    for uf1, _, uar in _PAIRS:
        if not claim.has(uf1, uar):
            continue
        recall = rate_range(claim.numbers[uar]).high
        most = 2 * recall / (1 + recall)
        number = claim.numbers[uf1]
        if number.low > most:
            yield Violation(
                claim.group,
                (uf1, uar),
                f"{uf1} is {number.text}, and with {uar} {claim.numbers[uar].text} it is at most "
                f"{number.format_like(most)}, even if no prediction is wrong.",
                f"{uf1} at most {number.format_like(most)}.",
            )


def _below_uar(claim: Claim) -> Iterator[Violation]:
    for (uf1, _, uar), sizes in zip(_PAIRS, (claim.classes, claim.all_classes), strict=True):
        if not claim.has(uf1, uar) or not sizes or len(sizes) > MOST_CLASSES or not sum(sizes):
            continue
        number = claim.numbers[uf1]
        least = least_uf1(sizes, rate_range(claim.numbers[uar]).low)
        if number.high < least:
            yield Violation(
                claim.group,
                (uf1, uar),
                f"{uf1} is {number.text}, and with {uar} {claim.numbers[uar].text} and classes of "
                f"{', '.join(map(str, sizes))} it is at least {number.format_like(least)}.",
                f"{uf1} at least {number.format_like(least)}.",
            )


def least_uf1(sizes: list[int], recall: Fraction) -> Fraction:
    """Return a bound that UF1 does not fall below, rounded down.

    Parameters
    ----------
    sizes : list of int
        Truths a class.
    recall : Fraction
        UAR, the mean of the classes' recalls.

    Notes
    -----
    With t right of the n truths of a class and p predictions of it, UF1 is the mean of 2t/(n+p).
    By Cauchy and Schwarz the sum of these is at least 2 (sum of sqrt t)² / (sum of n+p), and the
    sum of n+p is at most twice the samples. The square root is concave, so the least sum of roots
    with given recalls lies at a corner: some classes fully right, one in part, the others not.
    """
    filled = [size for size in sizes if size]
    wanted = recall * len(sizes)
    whole, part = divmod(wanted, 1)
    best: int | None = None
    for full in choices((False, True), repeat=len(filled)):
        if sum(full) != whole:
            continue
        roots = sum(
            _root(Fraction(size)) for size, is_full in zip(filled, full, strict=True) if is_full
        )
        rest = [size for size, is_full in zip(filled, full, strict=True) if not is_full]
        if part and not rest:
            continue
        more = min(_root(size * part) for size in rest) if part else 0
        best = roots + more if best is None else min(best, roots + more)
    if best is None:
        return Fraction(0)
    return Fraction(best * best, SCALE * SCALE * sum(filled) * len(sizes))


def _root(value: Fraction) -> int:
    """Return a square root times ``SCALE``, rounded down."""
    return isqrt(value.numerator * SCALE * SCALE // value.denominator)


UF1_ABOVE_F1 = Rule(
    id="uf1-above-f1",
    title="UF1 lies above the F1 of the analysis",
    certainty="impossible",
    why="""
UF1 is the mean of the classes' harmonic means of precision and recall; the F1 of the analysis is
the harmonic mean of the two means. The harmonic mean is concave in both arguments together, so
the mean of it never exceeds it at the means.""",
    check_claim=_above_f1,
)

UF1_ABOVE_UAR = Rule(
    id="uf1-above-uar",
    title="UF1 lies above what its recall allows",
    certainty="impossible",
    why="""
A class with recall r has an F1 of at most 2r/(1+r), reached where every prediction of it is
right. That is concave in r, so UF1 is at most 2 UAR / (1 + UAR).""",
    check_claim=_above_uar,
)

UF1_BELOW_UAR = Rule(
    id="uf1-below-uar",
    title="UF1 lies below what its recall and the class sizes allow",
    certainty="impossible",
    why="""
UF1 is the mean of 2t/(n+p) over the classes: t right, n truths, p predictions. The predictions
are at most as many as the truths, so by Cauchy and Schwarz the sum is at least (sum of sqrt t)² /
samples; for a given UAR that is least where some classes are wholly right, one in part and the
others wholly wrong. Where the sizes of the classes are known this bounds UF1 from below. Numbers
under it are not of one confusion matrix: often UAR or UF1 was averaged over folds.""",
    check_claim=_below_uar,
)
