"""Rules of the audit and their violations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Literal

from mebench.published.row_claims import Claim, LocatedRow

Certainty = Literal["impossible", "inconsistent", "unclear", "unusual"]

CERTAINTY_TEXTS: dict[Certainty, str] = {
    "impossible": "no predictions on such data can give these numbers",
    "inconsistent": "two numbers, or a number and a count, cannot both be correct",
    "unclear": "a question must be answered first; rules that depend on the answer wait",
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


ClaimCheck = Callable[[Claim], Iterable[Violation]]
RowsCheck = Callable[[Sequence[LocatedRow]], Iterable[tuple[LocatedRow, Violation]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the audit: ``title`` says what a violation is, ``why`` has the arithmetic."""

    id: str
    title: str
    certainty: Certainty
    why: str
    check: RowsCheck


def rows_rule(certainty: Certainty) -> Callable[[RowsCheck], Rule]:
    """Return a decorator that makes a rule of a check of all rows of the audited files.

    The name of the function is the id of the rule, and its docstring has title and arithmetic.
    """

    def decorate(check: RowsCheck) -> Rule:
        title, _, why = inspect.cleandoc(check.__doc__ or "").partition(".\n\n")
        name = check.__name__.replace("_", "-")
        return Rule(name, title, certainty, " ".join(why.split()), check)

    return decorate


def claim_rule(certainty: Certainty) -> Callable[[ClaimCheck], Rule]:
    """Return the decorator of :func:`rows_rule` for a check of the numbers of one group."""

    def decorate(check: ClaimCheck) -> Rule:
        @wraps(check)
        def check_rows(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
            for row in rows:
                for claim in row.claims.values():
                    for violation in check(claim):
                        yield row, replace(violation, group=claim.group)

        return rows_rule(certainty)(check_rows)

    return decorate
