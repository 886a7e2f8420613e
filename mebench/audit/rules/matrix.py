"""Several rates of one confusion matrix agree with each other and with the class sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from mebench.audit.arithmetic import ValueRange, rate_range
from mebench.audit.confusions import MAX_STEPS, MatrixSearch, RateRanges
from mebench.audit.rule import Violation, rows_rule
from mebench.published.row_claims import Claim, LocatedRow

METRICS = {
    "": ("accuracy", "uar", "analysis_recall", "analysis_precision", "analysis_f1", "uf1"),
    "_all": (
        *("accuracy_all", "uar_all", "analysis_all_recall", "analysis_all_precision"),
        *("analysis_all_f1", "uf1_all"),
    ),
}

FIELDS = ("accuracy", "recall", "recall", "precision", "f1", "uf1")

MAX_STEPS_OF_ALL = 20 * MAX_STEPS
"""The maximum work of an audit; rows after it are not searched."""


@rows_rule("inconsistent")
def matrix_unreachable(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
    """Rates that no confusion matrix gives together.

    Accuracy, UAR, UF1, and precision, recall and F1 of the analysis are computed from one confusion
    matrix. With small classes all matrices can be tried: those with 9, 6 and 6 samples give each
    two of F1 .6758, UF1 .6575 and UAR .6852, but not all three. Misclassified truths may also have
    no prediction. Checked only if the sizes of the classes are known and the search has at most
    2,000,000 steps, such as three classes with 160 samples and a UAR of four digits; a longer one
    is left out. Reported only if no other rule explains it with some of the numbers.
    """
    left = MAX_STEPS_OF_ALL
    for row in rows:
        for claim in row.claims.values():
            for suffix, sizes in (("", claim.classes), ("_all", claim.all_classes)):
                ranges = _ranges_of(claim, suffix)
                if len(ranges) < 2 or not sizes or not sum(sizes) or left < 0:
                    continue
                exists, steps = _search(tuple(sorted(sizes)), _combine(ranges))
                left -= steps
                if exists is False:
                    violation = _violation(claim, ranges, sizes)
                    yield row, replace(violation, group=claim.group)


def _ranges_of(claim: Claim, suffix: str) -> dict[str, tuple[str, ValueRange]]:
    """Return the field and the possible values of each printed rate of one confusion matrix."""
    return {
        metric: (field, rate_range(claim.numbers[metric]))
        for field, metric in zip(FIELDS, METRICS[suffix], strict=True)
        if claim.has(metric)
    }


def _combine(ranges: Mapping[str, tuple[str, ValueRange]]) -> RateRanges:
    fields: dict[str, ValueRange] = {}
    for field, (low, high) in ranges.values():
        known = fields.get(field, ValueRange(low, high))
        fields[field] = ValueRange(max(low, known.low), min(high, known.high))
    return RateRanges(**fields)


@lru_cache(maxsize=256)
def _search(sizes: tuple[int, ...], ranges: RateRanges) -> tuple[bool | None, int]:
    """Return whether a matrix exists, None if the search is too long, and its steps."""
    search = MatrixSearch(sizes, ranges)
    return None if search.is_too_long else search.finds_one(), search.steps


def _violation(
    claim: Claim, ranges: Mapping[str, tuple[str, ValueRange]], sizes: Sequence[int]
) -> Violation:
    *first, last = (f"{metric} {claim.numbers[metric].text}" for metric in ranges)
    possible = []
    for left_out in ranges if len(ranges) > 2 else ():
        others = {metric: range_ for metric, range_ in ranges.items() if metric != left_out}
        if _search(tuple(sorted(sizes)), _combine(others))[0]:
            possible.append(f"without {left_out}")
    return Violation(
        tuple(ranges),
        f"No confusion matrix of {', '.join(map(str, sizes))} samples gives {', '.join(first)} and "
        f"{last} together.",
        f"{', or '.join(possible).capitalize()}, the others are possible." if possible else "",
    )
