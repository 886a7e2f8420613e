"""The same number of the same system is the same wherever it is repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mebench.audit.rule import Rule, Violation
from mebench.published.claims import HEADLINE, LocatedRow
from mebench.published.rounded_numbers import RoundedNumber

MIN_DECIMALS = 3
"""Numbers with so many digits rarely agree by chance."""


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number where it stands."""

    row: LocatedRow
    group: str
    metric: str
    number: RoundedNumber

    @property
    def where(self) -> str:
        """Its table and row, for people."""
        table = self.row.table_of(self.metric)
        paper = self.row.row.paper
        source = ", ".join(one for one in (paper, table) if one) or self.row.row.id
        return source if table else f"{source}, row {self.row.row.id}"

    @property
    def name(self) -> str:
        """Its metric, with its group where that is not the headline."""
        return self.metric if self.group == HEADLINE else f"{self.group} {self.metric}"


def _check(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
    runs: dict[tuple[str, str], list[StatedNumber]] = {}
    for row in rows:
        if row.row.system is not None:
            runs.setdefault((row.row.system, row.protocol.id), []).extend(
                StatedNumber(row, claim.group, metric, number)
                for claim in row.claims.values()
                for metric, number in claim.numbers.items()
            )
    for numbers in runs.values():
        first: dict[tuple[str, str], StatedNumber] = {}
        for one in numbers:
            told = first.setdefault((one.group, one.metric), one)
            if not told.number.overlaps(one.number.low, one.number.high):
                yield one.row, _violation(one, told, numbers)


def _violation(one: StatedNumber, told: StatedNumber, numbers: Sequence[StatedNumber]) -> Violation:
    twins = [
        other
        for other in numbers
        if (other.group, other.metric) != (one.group, one.metric)
        and min(other.number.decimals, one.number.decimals) >= MIN_DECIMALS
        and other.number.overlaps(one.number.low, one.number.high)
    ]
    caption = one.row.row.analysis
    message = (
        f"{one.name} is {one.number.text} in {one.where}, and {told.number.text} in {told.where}, "
        "for the same system."
    )
    if twins:
        twin = twins[0]
        message += f" It equals {twin.name} {twin.number.text} of {twin.where}"
        message += f", though captioned as over {caption.replace('-', ' ')}." if caption else "."
    return Violation(one.group, (one.metric,), message, f"{one.name} {told.number.text}.")


REPEAT_DIFFERS = Rule(
    id="repeat-differs",
    title="A number differs where it is repeated",
    certainty="inconsistent",
    why="""
Rows that name the same system are of the same run: the same metric on the same data set is the
same number in every table. Numbers that differ by rounding agree. Where one differs, the audit
looks whether it equals another number of the same system: then a column or a caption was
mistaken. Looked at only within the files given.""",
    check_all_rows=_check,
)
