"""The same number of the same system is the same wherever it is repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mebench.audit.rule import Breach, Rule
from mebench.leaderboards.claims import Located
from mebench.leaderboards.columns import HEADLINE
from mebench.leaderboards.printed import Printed

TELLING = 3
"""Numbers with so many digits rarely agree by chance."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number where it stands."""

    row: Located
    group: str
    metric: str
    number: Printed

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


def _check(rows: Sequence[Located]) -> Iterator[tuple[Located, Breach]]:
    runs: dict[tuple[str, str], list[Stated]] = {}
    for row in rows:
        if row.row.system is not None:
            runs.setdefault((row.row.system, row.protocol.id), []).extend(
                Stated(row, claim.group, metric, number)
                for claim in row.claims.values()
                for metric, number in claim.numbers.items()
            )
    for numbers in runs.values():
        first: dict[tuple[str, str], Stated] = {}
        for one in numbers:
            told = first.setdefault((one.group, one.metric), one)
            if not told.number.meets(one.number.low, one.number.high):
                yield one.row, _breach(one, told, numbers)


def _breach(one: Stated, told: Stated, numbers: Sequence[Stated]) -> Breach:
    twins = [
        other
        for other in numbers
        if (other.group, other.metric) != (one.group, one.metric)
        and min(other.number.figures, one.number.figures) >= TELLING
        and other.number.meets(one.number.low, one.number.high)
    ]
    caption = one.row.row.analysis
    says = (
        f"{one.name} is {one.number.text} in {one.where}, and {told.number.text} in {told.where}, "
        "for the same system."
    )
    if twins:
        twin = twins[0]
        says += f" It equals {twin.name} {twin.number.text} of {twin.where}"
        says += f", though captioned as over {caption.replace('-', ' ')}." if caption else "."
    return Breach(one.group, (one.metric,), says, f"{one.name} {told.number.text}.")


REPEATS = Rule(
    id="repeat-differs",
    title="A number differs where it is repeated",
    sureness="inconsistent",
    why="""
Rows that name the same system are of the same run: the same metric on the same data set is the
same number in every table. Numbers that differ by rounding agree. Where one differs, the audit
looks whether it equals another number of the same system: then a column or a caption was
mistaken. Looked at only within the files given.""",
    of_rows=_check,
)
