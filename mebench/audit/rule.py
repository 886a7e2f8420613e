"""What a rule of the audit is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mebench.published.claims import Claim, LocatedRow

Certainty = Literal["impossible", "inconsistent", "unusual"]

CERTAINTY_TEXTS: dict[Certainty, str] = {
    "impossible": "no predictions on such data can give these numbers",
    "inconsistent": "two numbers, or a number and a count, cannot both hold",
    "unusual": "it can be so, and is worth a look",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule finds in one row.

    Attributes
    ----------
    group : str
        The group of numbers it speaks of.
    metrics : tuple of str
        The numbers it speaks of; the first is the one that a reader should look at.
    message : str
        The numbers, and why they do not go together.
    consistent : str
        What would go together; empty where nothing can be named.
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
        What is found, in one line.
    certainty : {"impossible", "inconsistent", "unusual"}
        How sure a finding is.
    why : str
        The arithmetic in prose, with its reason.
    check_claim : callable or None
        From the numbers of one group to what is wrong with them.
    check_row : callable or None
        The same from all groups of a row.
    check_all_rows : callable or None
        The same from all rows of the audited files.
    """

    id: str
    title: str
    certainty: Certainty
    why: str
    check_claim: ClaimCheck | None = None
    check_row: RowCheck | None = None
    check_all_rows: AllRowsCheck | None = None

    def find_violations(self, rows: Sequence[LocatedRow]) -> Iterable[tuple[LocatedRow, Violation]]:
        """Yield what the rule finds in some rows."""
        for row in rows:
            if self.check_row is not None:
                yield from ((row, violation) for violation in self.check_row(row))
            if self.check_claim is not None:
                for claim in row.claims.values():
                    yield from ((row, violation) for violation in self.check_claim(claim))
        if self.check_all_rows is not None:
            yield from self.check_all_rows(rows)
