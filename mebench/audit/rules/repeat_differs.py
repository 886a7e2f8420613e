"""A metric of the same system is the same in every table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mebench.audit.rule import Violation, rows_rule
from mebench.published.rounded_numbers import RoundedNumber
from mebench.published.row_claims import HEADLINE, LocatedRow

MIN_DECIMALS = 3  # numbers with at least this many decimals rarely agree by chance
MAX_SEARCHED = 100  # how many numbers of a system are searched for one that was mixed up


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number and its source."""

    row: LocatedRow
    group: str
    metric: str
    number: RoundedNumber

    @property
    def where(self) -> str:
        """Paper, table or row of the number."""
        table = self.row.table_of(self.metric)
        paper = self.row.row.paper
        source = ", ".join(filter(None, (paper, table))) or self.row.row.id
        return source if table else f"{source}, row {self.row.row.id}"

    @property
    def name(self) -> str:
        """The metric, with its group if that is not the headline."""
        return self.metric if self.group == HEADLINE else f"{self.group} {self.metric}"


@rows_rule("inconsistent")
def repeat_differs(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
    """A repeated number differs.

    Rows with the same system describe the same run, so a metric on the same data set has the same
    value in every table. Differences by rounding are allowed. If a number differs, the audit also
    checks whether it equals another number of the same system; then a column or a caption was
    probably mixed up. Only the given files are compared.
    """
    systems: dict[tuple[str, str], list[StatedNumber]] = {}
    for row in rows:
        if row.row.system is not None:
            systems.setdefault((row.row.system, row.protocol.id), []).extend(
                StatedNumber(row, claim.group, metric, number)
                for claim in row.claims.values()
                for metric, number in claim.numbers.items()
            )
    for numbers in systems.values():
        first: dict[tuple[str, str], StatedNumber] = {}
        for stated in numbers:
            earlier = first.setdefault((stated.group, stated.metric), stated)
            if not earlier.number.overlaps(stated.number.low, stated.number.high):
                yield stated.row, _violation(stated, earlier, numbers)


def _violation(
    stated: StatedNumber, earlier: StatedNumber, numbers: Sequence[StatedNumber]
) -> Violation:
    equal = [
        other
        for other in numbers[:MAX_SEARCHED]
        if (other.group, other.metric) != (stated.group, stated.metric)
        and min(other.number.decimals, stated.number.decimals) >= MIN_DECIMALS
        and other.number.overlaps(stated.number.low, stated.number.high)
    ]
    caption = stated.row.row.analysis
    message = (
        f"{stated.name} is {stated.number.text} in {stated.where}, but {earlier.number.text} in "
        f"{earlier.where}, for the same system."
    )
    if equal:
        message += f" It equals {equal[0].name} {equal[0].number.text} in {equal[0].where}"
        message += f", although its caption says {caption.replace('-', ' ')}." if caption else "."
    consistent = f"{stated.name} {earlier.number.text}."
    return Violation((stated.metric,), message, consistent, stated.group)
