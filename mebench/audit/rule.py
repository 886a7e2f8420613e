"""What a rule of the audit is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mebench.leaderboards.claims import Claim, Located

Sureness = Literal["impossible", "inconsistent", "unusual"]

SURENESS: dict[Sureness, str] = {
    "impossible": "no predictions on such data can give these numbers",
    "inconsistent": "two numbers, or a number and a count, cannot both hold",
    "unusual": "it can be so, and is worth a look",
}


@dataclass(frozen=True, slots=True)
class Breach:
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
    says: str
    consistent: str = ""


OfClaim = Callable[[Claim], Iterable[Breach]]
OfRow = Callable[[Located], Iterable[Breach]]
OfRows = Callable[[Sequence[Located]], Iterable[tuple[Located, Breach]]]


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
    of_claim : callable or None
        From the numbers of one group to what is wrong with them.
    of_row : callable or None
        The same from all groups of a row.
    of_rows : callable or None
        The same from all rows of the audited files.
    """

    id: str
    title: str
    sureness: Sureness
    why: str
    of_claim: OfClaim | None = None
    of_row: OfRow | None = None
    of_rows: OfRows | None = None

    def look(self, rows: Sequence[Located]) -> Iterable[tuple[Located, Breach]]:
        """Yield what the rule finds in some rows."""
        for row in rows:
            if self.of_row is not None:
                yield from ((row, breach) for breach in self.of_row(row))
            if self.of_claim is not None:
                for claim in row.claims.values():
                    yield from ((row, breach) for breach in self.of_claim(claim))
        if self.of_rows is not None:
            yield from self.of_rows(rows)
