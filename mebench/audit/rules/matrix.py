"""Several rates of one confusion matrix agree with each other and with the class sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from mebench.audit.arithmetic import ValueRange, rate_range
from mebench.audit.confusions import MAX_STEPS, MatrixSearch, RateRanges
from mebench.audit.rule import Violation, rows_rule
from mebench.published.row_claims import Claim, LocatedRow

METRICS = {  # in the order of FIELDS
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
    2,000,000 steps, such as three classes with 160 samples and a UAR of four digits; longer ones,
    and those after 40,000,000 steps of all rows, are left out. Reported only if no other rule
    explains it with some of the numbers.
    """
    searches = Searches()
    for row in rows:
        for claim in row.claims.values():
            for suffix, sizes in (("", claim.classes), ("_all", claim.all_classes)):
                ranges = _ranges_of(claim, suffix)
                if len(ranges) < 2 or not sizes or not sum(sizes):
                    continue
                if searches.matrix_exists(sizes, ranges) is False:
                    violation = _violation(claim, ranges, sizes, searches)
                    yield row, replace(violation, group=claim.group)


Ranges = Mapping[str, tuple[str, ValueRange]]
"""The field of :class:`RateRanges` and the possible values of each printed rate."""


class Searches:
    """The searches of one audit, which have ``MAX_STEPS_OF_ALL`` steps together."""

    def __init__(self) -> None:
        self._left = MAX_STEPS_OF_ALL

    def matrix_exists(self, sizes: Sequence[int], ranges: Ranges) -> bool | None:
        """Return whether a matrix exists, None if the search is too long."""
        if self._left < 0:
            return None
        fields: dict[str, ValueRange] = {}
        for field, (low, high) in ranges.values():
            known = fields.get(field, ValueRange(low, high))
            fields[field] = ValueRange(max(low, known.low), min(high, known.high))
        exists, steps = _search(tuple(sorted(sizes)), RateRanges(**fields))
        self._left -= steps
        return exists


@lru_cache(maxsize=256)
def _search(sizes: tuple[int, ...], ranges: RateRanges) -> tuple[bool | None, int]:
    search = MatrixSearch(sizes, ranges)
    return None if search.is_too_long else search.finds_one(), search.steps


def _ranges_of(claim: Claim, suffix: str) -> Ranges:
    return {
        metric: (field, rate_range(claim.numbers[metric]))
        for field, metric in zip(FIELDS, METRICS[suffix], strict=True)
        if claim.has(metric)
    }


def _violation(claim: Claim, ranges: Ranges, sizes: Sequence[int], searches: Searches) -> Violation:
    *first, last = (f"{metric} {claim.numbers[metric].text}" for metric in ranges)
    possible = []
    for left_out in ranges if len(ranges) > 2 else ():
        others = {metric: range_ for metric, range_ in ranges.items() if metric != left_out}
        if searches.matrix_exists(sizes, others):
            possible.append(f"without {left_out}")
    return Violation(
        tuple(ranges),
        f"No confusion matrix of {', '.join(map(str, sizes))} samples gives {', '.join(first)} and "
        f"{last} together.",
        f"{', or '.join(possible).capitalize()}, the others are possible." if possible else "",
    )
