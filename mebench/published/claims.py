"""A published row with its protocol: its numbers and counts per group.

Checks that groups and metrics exist in the protocol, and that the numbers are numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mebench.diagnostics import Findings, Place
from mebench.metrics.registry import metrics_of
from mebench.models.protocol import ExpectedCounts, Protocol
from mebench.models.published_rows import PublishedCounts, PublishedRow
from mebench.published.rounded_numbers import RoundedNumber, parse_rounded_number
from mebench.util.text import did_you_mean

PlaceOf = Callable[..., Place]


@dataclass(frozen=True, eq=False)
class Claim:
    """What a row says of one group.

    Attributes
    ----------
    group : str
        ``headline``, a kind, ``overall``, or a data set of a composite.
    numbers : mapping of str to RoundedNumber
        By metric.
    stated : PublishedCounts
        The counts that the row states.
    expected : ExpectedCounts
        Those of the protocol that hold for the group; empty where the row does not rely on them.
    protocol : Protocol
        The rules.
    """

    group: str
    numbers: Mapping[str, RoundedNumber]
    stated: PublishedCounts
    expected: ExpectedCounts
    protocol: Protocol

    def has(self, *metrics: str) -> bool:
        """Return whether all of some metrics are printed."""
        return all(metric in self.numbers for metric in metrics)

    @property
    def samples(self) -> int | None:
        """The expressions that were there: as stated, else TP + FN, else the protocol's."""
        stated = self.stated
        if stated.samples is not None:
            return stated.samples
        if stated.tp is not None and stated.fn is not None:
            return stated.tp + stated.fn
        return self.expected.samples

    @property
    def predictions(self) -> int | None:
        """The intervals that were predicted: as stated, else TP + FP."""
        stated = self.stated
        if stated.predictions is None and stated.tp is not None and stated.fp is not None:
            return stated.tp + stated.fp
        return stated.predictions

    @property
    def analysed(self) -> int | None:
        """The expressions that were analysed: all samples in recognition, else those spotted."""
        stated = self.stated
        if stated.analysed is not None:
            return stated.analysed
        if stated.classes is not None:
            return sum(stated.classes)
        if not self.protocol.spots:
            return self.samples
        # Where every truth has a class, everything that was spotted is analysed.
        return stated.tp if self.expected.outside_classes == 0 else None

    @property
    def classes(self) -> list[int] | None:
        """The analysed of each class."""
        if self.stated.classes is not None:
            return list(self.stated.classes)
        return None if self.protocol.spots else self._expected_classes

    @property
    def all_classes(self) -> list[int] | None:
        """All truths of each class, spotted or not."""
        return self._expected_classes

    @property
    def _expected_classes(self) -> list[int] | None:
        # A row with samples of its own has classes of its own.
        if self.stated.samples not in (None, self.expected.samples):
            return None
        sizes = list(self.expected.classes.values())
        return sizes if len(sizes) == len(self.protocol.classes) else None


@dataclass(frozen=True, eq=False)
class LocatedRow:
    """A published row, its protocol, and where it stands.

    Attributes
    ----------
    row : PublishedRow
        The record.
    protocol : Protocol
        Its protocol.
    place : Place
        Its place in the file.
    place_in : callable
        From keys within the row, such as ``values``, ``headline``, ``uf1``, to their place.
    """

    row: PublishedRow
    protocol: Protocol
    place: Place
    place_in: PlaceOf

    def place_of(self, group: str, name: str) -> Place:
        """Return where a number or a count of a group stands."""
        part = "values" if name in self.row.values.get(group, {}) else "counts"
        return self.place_in(part, group, name)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """What it says, by group."""
        groups = dict.fromkeys([*self.row.values, *self.row.counts])
        return {group: self._claim(group) for group in groups}

    def _claim(self, group: str) -> Claim:
        read = {
            metric: number
            for metric, text in self.row.values.get(group, {}).items()
            if (number := parse_rounded_number(text)) is not None
        }
        stated = self.row.counts.get(group) or PublishedCounts()
        return Claim(group, read, stated, self._expected(group), self.protocol)

    def _expected(self, group: str) -> ExpectedCounts:
        nothing = ExpectedCounts()
        if self.row.sample_list == "unknown":
            return nothing
        if group in (HEADLINE, "overall"):
            return self.protocol.expected
        if group in self.protocol.targets:
            return self.protocol.expected if len(self.protocol.targets) == 1 else nothing
        found = [one.expected for one in self.protocol.datasets if one.id == group]
        return (found[0] if found else None) or nothing

    def table_of(self, metric: str) -> str | None:
        """Return the table in which a metric is printed."""
        return self.row.tables.get(metric, self.row.table)


def groups_of(protocol: Protocol) -> list[str]:
    """Return the groups that a row of a protocol can have."""
    if len(protocol.targets) > 1:
        return ["macro", "micro", "overall"]
    if protocol.is_composite:
        return [HEADLINE, *(one.id for one in protocol.datasets)]
    return [HEADLINE]


HEADLINE = "headline"
"""The group of a report's own numbers, beside micro, macro, overall and data sets."""


def check_row(row: PublishedRow, protocol: Protocol, place: PlaceOf, findings: Findings) -> None:
    """See that a row's groups and metrics are the protocol's, and its numbers are numbers.

    Parameters
    ----------
    row : PublishedRow
        The row.
    protocol : Protocol
        Its protocol.
    place : callable
        From keys within the row to their place.
    findings : Findings
        Takes in ``unknown-group``, ``unknown-metric``, ``number-unreadable`` and ``inconsistent``.
    """
    groups = groups_of(protocol)
    for field, given in (("values", row.values), ("counts", row.counts)):
        for group in given:
            if group not in groups:
                findings.error(
                    "unknown-group",
                    f"{protocol.id} has no group {group!r}.{did_you_mean(group, groups)}",
                    f"Its groups are {', '.join(groups)}.",
                    place(field, group),
                )
    known = [metric.id for metric in metrics_of(protocol)]
    named = [("values", group, metric) for group, of in row.values.items() for metric in of]
    named += [("tables", metric, "") for metric in row.tables]
    named += [("corrections", metric, "") for metric in row.corrections]
    for field, first, second in named:
        metric = second or first
        if metric not in known:
            findings.error(
                "unknown-metric",
                f"{protocol.id} has no metric {metric!r}.{did_you_mean(metric, known)}",
                f"Its metrics are {', '.join(known)}.",
                place(field, *filter(None, (first, second))),
            )
    numbers = [
        (("values", group, metric), text)
        for group, of in row.values.items()
        for metric, text in of.items()
    ]
    numbers += [
        (("corrections", metric, "value"), one.value) for metric, one in row.corrections.items()
    ]
    for keys, text in numbers:
        if parse_rounded_number(text) is None:
            findings.error(
                "number-unreadable",
                f"{keys[-1] if keys[0] == 'values' else keys[1]!r} is {text!r}, and should be a "
                "number as printed.",
                "Write it as the paper does: .6516, or 65.16 %. Leave out what is not stated.",
                place(*keys),
            )
    for group, counts in row.counts.items():
        if counts.classes is not None and len(counts.classes) != len(protocol.classes):
            findings.error(
                "inconsistent",
                f"'classes' has {len(counts.classes)} counts, and {protocol.id} has "
                f"{len(protocol.classes)} classes.",
                "Give one count a class, 0 where there is none.",
                place("counts", group, "classes"),
            )


def check_unique_ids(rows: Sequence[LocatedRow], findings: Findings) -> None:
    """See that no two rows of a file have one name."""
    first: dict[str, Place] = {}
    for one in rows:
        if one.row.id in first:
            findings.error(
                "row-doubled",
                f"Two rows are called {one.row.id[:80]!r}; the other stands on line "
                f"{first[one.row.id].line}.",
                "Give each row an id of its own.",
                one.place,
            )
        else:
            first[one.row.id] = one.place
