"""Rules of the audit and their violations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mebench.published.row_claims import Claim, LocatedRow

Certainty = Literal["impossible", "inconsistent", "unusual"]

CERTAINTY_TEXTS: dict[Certainty, str] = {
    "impossible": "no predictions on such data can give these numbers",
    "inconsistent": "two numbers, or a number and a count, cannot both be correct",
    "unusual": "it is possible, but should be checked",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation of a rule in one row.

    ``metrics`` are the metrics or counts concerned; the first one is the one to check.
    ``consistent`` are numbers that would be consistent; empty if none can be named. A rule that
    :func:`claim_rule` makes need not state the group.
    """

    metrics: tuple[str, ...]
    message: str
    consistent: str = ""
    group: str = ""


RowsCheck = Callable[[Sequence[LocatedRow]], Iterable[tuple[LocatedRow, Violation]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the audit.

    ``title`` says what a violation is, ``why`` the arithmetic in prose with its reason. ``check``
    yields the violations in all rows of the audited files.
    """

    id: str
    title: str
    certainty: Certainty
    why: str
    check: RowsCheck


def claim_rule(
    id: str, title: str, certainty: Certainty, why: str
) -> Callable[[Callable[[Claim], Iterable[Violation]]], Rule]:
    """Return a decorator that makes a rule of a check of the numbers of one group."""

    def decorate(check: Callable[[Claim], Iterable[Violation]]) -> Rule:
        def check_rows(rows: Sequence[LocatedRow]) -> Iterable[tuple[LocatedRow, Violation]]:
            for row in rows:
                for claim in row.claims.values():
                    for violation in check(claim):
                        yield row, replace(violation, group=claim.group)

        return Rule(id, title, certainty, why, check_rows)

    return decorate
