"""Rules of the audit and their violations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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

    Attributes
    ----------
    group : str
        The group of the numbers.
    metrics : tuple of str
        The metrics or counts concerned; the first one is the one to check.
    message : str
        The numbers, and why they are not consistent.
    consistent : str
        Numbers that would be consistent; empty if none can be named.
    """

    group: str
    metrics: tuple[str, ...]
    message: str
    consistent: str = ""


ClaimCheck = Callable[[Claim], Iterable[Violation]]
RowCheck = Callable[[LocatedRow], Iterable[Violation]]
AllRowsCheck = Callable[[Sequence[LocatedRow]], Iterable[tuple[LocatedRow, Violation]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the audit.

    Attributes
    ----------
    id : str
        Its stable code.
    title : str
        What a violation is, in one line.
    certainty : {"impossible", "inconsistent", "unusual"}
        How certain a violation is.
    why : str
        The arithmetic in prose, with its reason.
    check_claim : callable or None
        From the numbers of one group to their violations.
    check_row : callable or None
        From all groups of a row to their violations.
    check_all_rows : callable or None
        From all rows of the audited files to their violations.
    """

    id: str
    title: str
    certainty: Certainty
    why: str
    check_claim: ClaimCheck | None = None
    check_row: RowCheck | None = None
    check_all_rows: AllRowsCheck | None = None

    def find_violations(self, rows: Sequence[LocatedRow]) -> Iterable[tuple[LocatedRow, Violation]]:
        """Yield the violations of the rule in rows."""
        for row in rows:
            if self.check_row is not None:
                yield from ((row, violation) for violation in self.check_row(row))
            if self.check_claim is not None:
                for claim in row.claims.values():
                    yield from ((row, violation) for violation in self.check_claim(claim))
        if self.check_all_rows is not None:
            yield from self.check_all_rows(rows)
