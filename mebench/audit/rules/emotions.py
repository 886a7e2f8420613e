"""Accuracy, UAR and UF1, the mean F1 over the classes, agree with each other and the counts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import isqrt

from mebench.audit.arithmetic import ReachableMeans, rate_range
from mebench.audit.rule import Violation, claim_rule
from mebench.published.row_claims import Claim


@claim_rule("inconsistent")
def uar_not_recall(claim: Claim) -> Iterator[Violation]:  # [Eqs. 20, 23]
    """UAR differs from macro recall.

    Both are the mean over the classes of the share that is classified correctly. Some released code
    prints macro precision under the name UAR.
    """
    for recall, precision, uar in (
        ("analysis_recall", "analysis_precision", "uar"),
        ("analysis_all_recall", "analysis_all_precision", "uar_all"),
    ):
        if not claim.has(recall, uar):
            continue
        recall_number, uar_number = claim.numbers[recall], claim.numbers[uar]
        if recall_number.overlaps(uar_number.low, uar_number.high):
            continue
        printed = claim.numbers.get(precision)
        is_precision = printed is not None and printed.overlaps(uar_number.low, uar_number.high)
        yield Violation(
            (uar, recall),
            f"{uar} is {uar_number.text}, but {recall} is {recall_number.text}; both are the mean "
            "recall over the classes." + (f" It equals {precision}." if is_precision else ""),
            f"{uar} {recall_number.text}.",
        )


_reachable_means = lru_cache(maxsize=64)(ReachableMeans)


@claim_rule("inconsistent")
def uar_unreachable(claim: Claim) -> Iterator[Violation]:  # [Eq. 23]
    """UAR that is not possible with the sizes of the classes.

    UAR is the mean over the classes of correct predictions over class size. All such means are
    listed exactly and compared with the values that the printed number stands for. Small classes
    leave wide gaps: with 9, 6 and 6 samples every UAR is a multiple of 1/54. Checked only if the
    sizes are known: those of the complete data set if all of it is analyzed, else those that the
    row states.
    """
    for metric, sizes in (
        ("uar", claim.classes),
        ("analysis_recall", claim.classes),
        ("uar_all", claim.all_classes),
        ("analysis_all_recall", claim.all_classes),
    ):
        if not sizes or not sum(sizes) or not claim.has(metric):
            continue
        number = claim.numbers[metric]
        means = _reachable_means(tuple(sorted(sizes)))
        if not means.is_countable or means.reaches(*rate_range(number)):
            continue
        near = [mean for mean in means.nearest(number.value) if mean is not None]
        near.sort(key=lambda mean: abs(mean - number.value))
        yield Violation(
            (metric,),
            f"{metric} is {number.text}, which no numbers of correct predictions give for "
            f"classes of {', '.join(map(str, sizes))} samples.",
            "The nearest are " + " and ".join(f"{number.format_like(v)} ({v})" for v in near) + ".",
        )


@claim_rule("inconsistent")
def accuracy_counts(claim: Claim) -> Iterator[Violation]:  # [Eq. 18]
    """Accuracy is not the number correct over the number analyzed.

    Accuracy is the share of the analyzed expressions whose emotion is predicted correctly.
    """
    analysed, right = claim.analysed, claim.stated.right
    if not analysed or right is None or not claim.has("accuracy"):
        return
    number = claim.numbers["accuracy"]
    if not number.contains(Fraction(right, analysed)):
        yield Violation(
            ("accuracy",),
            f"accuracy is {number.text}, but {right} of {analysed} are correct.",
            f"{right}/{analysed} is {number.format_like(Fraction(right, analysed))}.",
        )


@claim_rule("unusual")
def majority_accuracy(claim: Claim) -> Iterator[Violation]:
    """Accuracy equals that of always predicting the largest class.

    Always predicting the largest class gives an accuracy equal to its share of the samples. The
    same accuracy may have another cause, but shows no skill; UF1 and UAR distinguish the two.
    Checked only if the sizes of the analyzed classes are known.
    """
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
                (metric,),
                f"{metric} is {shown}, and the largest class has {max(sizes)} of {sum(sizes)}: "
                "always predicting this class gives the same accuracy.",
            )


@claim_rule("unusual")
def f1_like_accuracy(claim: Claim) -> Iterator[Violation]:
    """An F1 has the first digits of the accuracy.

    F1 and accuracy of several classes sometimes agree in two or more digits by chance. If the F1
    has fewer digits than the accuracy and agrees in all of them, the two may have been confused.
    """
    for f1, accuracy in (("analysis_f1", "accuracy"), ("analysis_all_f1", "accuracy_all")):
        if not claim.has(f1, accuracy):
            continue
        short, long = claim.numbers[f1], claim.numbers[accuracy]
        first, second = (int(number.value * 10**short.decimals) for number in (short, long))
        if 2 <= short.decimals < long.decimals and first == second:
            yield Violation(
                (f1, accuracy),
                f"{f1} {short.text} has the first digits of {accuracy} {long.text}; it may be the "
                "accuracy.",
            )


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
