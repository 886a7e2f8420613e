"""A published row with its protocol: its numbers and counts per group.

Also checks that groups and metrics exist in the protocol, and that the numbers are readable.
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
    """The numbers and counts of a row for one group.

    Attributes
    ----------
    group : str
        ``headline``, a kind, ``overall``, or a data set of a composite.
    numbers : mapping of str to RoundedNumber
        The printed numbers by metric.
    stated : PublishedCounts
        The counts that the row states.
    expected : ExpectedCounts
        The counts of the protocol for the group; empty if the row may use other samples.
    protocol : Protocol
        The protocol.
    """

    group: str
    numbers: Mapping[str, RoundedNumber]
    stated: PublishedCounts
    expected: ExpectedCounts
    protocol: Protocol

    def has(self, *metrics: str) -> bool:
        """Return whether all given metrics are printed."""
        return all(metric in self.numbers for metric in metrics)

    @property
    def samples(self) -> int | None:
        """The number of expressions: as stated, else TP + FN, else as the protocol expects."""
        stated = self.stated
        if stated.samples is not None:
            return stated.samples
        if stated.tp is not None and stated.fn is not None:
            return stated.tp + stated.fn
        return self.expected.samples

    @property
    def predictions(self) -> int | None:
        """The number of predicted intervals: as stated, else TP + FP."""
        stated = self.stated
        if stated.predictions is None and stated.tp is not None and stated.fp is not None:
            return stated.tp + stated.fp
        return stated.predictions

    @property
    def analysed(self) -> int | None:
        """The number of analyzed expressions: all samples in recognition, else those spotted."""
        stated = self.stated
        if stated.analysed is not None:
            return stated.analysed
        if stated.classes is not None:
            return sum(stated.classes)
        if not self.protocol.spots:
            return self.samples
        # If every truth has a class, all spotted expressions are analyzed.
        return stated.tp if self.expected.outside_classes == 0 else None

    @property
    def classes(self) -> list[int] | None:
        """The number of analyzed expressions per class."""
        if self.stated.classes is not None:
            return list(self.stated.classes)
        return None if self.protocol.spots else self._expected_classes

    @property
    def all_classes(self) -> list[int] | None:
        """The number of truths per class, spotted or not."""
        return self._expected_classes

    @property
    def _expected_classes(self) -> list[int] | None:
        # A row with another number of samples has other class sizes.
        if self.stated.samples not in (None, self.expected.samples):
            return None
        sizes = list(self.expected.classes.values())
        return sizes if len(sizes) == len(self.protocol.classes) else None


@dataclass(frozen=True, eq=False)
class LocatedRow:
    """A published row with its protocol and its place in a file.

    Attributes
    ----------
    row : PublishedRow
        The row.
    protocol : Protocol
        The protocol of the row.
    place : Place
        The place of the row in the file.
    place_in : callable
        From keys within the row, such as ``values``, ``headline``, ``uf1``, to their place.
    """

    row: PublishedRow
    protocol: Protocol
    place: Place
    place_in: PlaceOf

    def place_of(self, group: str, name: str) -> Place:
        """Return the place of a number or a count."""
        part = "values" if name in self.row.values.get(group, {}) else "counts"
        return self.place_in(part, group, name)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The claims of the row by group."""
        groups = dict.fromkeys([*self.row.values, *self.row.counts])
        return {group: self._claim(group) for group in groups}

    def _claim(self, group: str) -> Claim:
        numbers = {
            metric: number
            for metric, text in self.row.values.get(group, {}).items()
            if (number := parse_rounded_number(text)) is not None
        }
        stated = self.row.counts.get(group) or PublishedCounts()
        return Claim(group, numbers, stated, self._expected(group), self.protocol)

    def _expected(self, group: str) -> ExpectedCounts:
        no_counts = ExpectedCounts()
        if self.row.sample_list == "unknown":
            return no_counts
        if group in (HEADLINE, "overall"):
            return self.protocol.expected
        if group in self.protocol.targets:
            return self.protocol.expected if len(self.protocol.targets) == 1 else no_counts
        dataset = self.protocol.dataset(group)
        return (dataset.expected if dataset else None) or no_counts

    def table_of(self, metric: str) -> str | None:
        """Return the table in which a metric is printed."""
        return self.row.tables.get(metric, self.row.table)


def groups_of(protocol: Protocol) -> list[str]:
    """Return the groups that a row of a protocol can have."""
    if len(protocol.targets) > 1:
        return ["macro", "micro", "overall"]
    if protocol.is_composite:
        return [HEADLINE, *(dataset.id for dataset in protocol.datasets)]
    return [HEADLINE]


HEADLINE = "headline"
"""The group of the main numbers; others are micro, macro, overall and data sets."""


def check_row(row: PublishedRow, protocol: Protocol, place: PlaceOf, findings: Findings) -> None:
    """Check the groups, metrics and numbers of a row.

    Parameters
    ----------
    row : PublishedRow
        The row.
    protocol : Protocol
        The protocol of the row.
    place : callable
        From keys within the row to their place.
    findings : Findings
        Receives ``unknown-group``, ``unknown-metric``, ``number-unreadable`` and ``inconsistent``.
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
    named = [("values", group, metric) for group, values in row.values.items() for metric in values]
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
        for group, values in row.values.items()
        for metric, text in values.items()
    ]
    numbers += [
        (("corrections", metric, "value"), correction.value)
        for metric, correction in row.corrections.items()
    ]
    for keys, text in numbers:
        if parse_rounded_number(text) is None:
            findings.error(
                "number-unreadable",
                f"{keys[-1] if keys[0] == 'values' else keys[1]!r} is {text!r}; expected a number.",
                "Write it as printed, such as .6516 or 65.16 %. Leave out what is not stated.",
                place(*keys),
            )
    for group, counts in row.counts.items():
        if counts.classes is not None and len(counts.classes) != len(protocol.classes):
            findings.error(
                "inconsistent",
                f"'classes' has {len(counts.classes)} counts, but {protocol.id} has "
                f"{len(protocol.classes)} classes.",
                "Write one count per class, and 0 for an empty class.",
                place("counts", group, "classes"),
            )


def check_unique_ids(rows: Sequence[LocatedRow], findings: Findings) -> None:
    """Check that no two rows of a file have the same id."""
    first: dict[str, Place] = {}
    for located in rows:
        identifier = located.row.id
        if identifier in first:
            findings.error(
                "row-doubled",
                f"The id {identifier[:80]!r} is also used on line {first[identifier].line}.",
                "Give each row a unique id.",
                located.place,
            )
        else:
            first[identifier] = located.place
