"""A published row with its protocol: its numbers and counts per group.

Also checks that groups and metrics exist in the protocol, and that the numbers are readable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from mebench.diagnostics import Findings, Place, UsageError
from mebench.metrics.registry import METRICS_BY_ID, metrics_of, suggest_metrics
from mebench.models.protocol import ExpectedCounts, Protocol
from mebench.models.published_rows import PublishedCounts, PublishedRow
from mebench.protocols.loader import (
    MAX_SUGGESTED,
    load_shipped_protocol,
    shipped_protocol_ids,
)
from mebench.published.rounded_numbers import RoundedNumber, parse_rounded_number
from mebench.util.text import did_you_mean


@dataclass(frozen=True, eq=False)
class Claim:
    """The numbers and counts of a row for one group.

    The group is ``headline``, a kind, ``overall``, or a data set of a composite. ``stated`` are the
    counts in the row, and ``expected`` those of the protocol for the group; they are empty if the
    row may use other samples.
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
        return None if self.protocol.spots else self.all_classes

    @property
    def all_classes(self) -> list[int] | None:
        """The number of truths per class, spotted or not."""
        # A row with another number of samples has other class sizes.
        if self.stated.samples not in (None, self.expected.samples):
            return None
        sizes = list(self.expected.classes.values())
        return sizes if len(sizes) == len(self.protocol.classes) else None


@dataclass(frozen=True, eq=False)
class LocatedRow:
    """A published row with its protocol and its place in a file.

    ``place_in`` returns the place of keys within the row, such as ``values, headline, uf1``.
    ``reading`` says what rates without a percent sign are: as printed, percentages, or unclear; in
    the last case the row does not claim them.
    """

    row: PublishedRow
    protocol: Protocol
    place: Place
    place_in: Callable[..., Place]
    reading: Literal["printed", "percent", "unclear"] = "printed"

    def place_of(self, group: str, name: str) -> Place:
        """Return the place of a number or a count."""
        part = "values" if name in self.row.values.get(group, {}) else "counts"
        return self.place_in(part, group, name)

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """The claims of the row by group."""
        claims = {}
        for group in dict.fromkeys([*self.row.values, *self.row.counts]):
            texts = self.row.values.get(group, {})
            parsed = {metric: self._read(metric, text) for metric, text in texts.items()}
            numbers = {metric: number for metric, number in parsed.items() if number is not None}
            stated = self.row.counts.get(group) or PublishedCounts()
            claims[group] = Claim(group, numbers, stated, self._expected(group), self.protocol)
        return claims

    def _read(self, metric: str, text: str) -> RoundedNumber | None:
        if METRICS_BY_ID[metric].unit:
            return parse_rounded_number(text)
        number = parse_rounded_number(text, is_percent=self.reading == "percent")
        is_waiting = self.reading == "unclear" and number is not None and not number.percent
        return None if is_waiting else number

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


def find_protocol(
    name: str, own: Protocol | None, place: Callable[[], Place], findings: Findings
) -> Protocol | None:
    """Return the protocol of a row by its name; ``own`` is that of the user."""
    if own is not None and name in (own.id, own.id.rpartition("@")[0]):
        return own
    try:
        return load_shipped_protocol(name)
    except UsageError:
        findings.error(
            "unknown-protocol",
            f"There is no protocol {name[:80]!r}."
            + did_you_mean(name, shipped_protocol_ids(), MAX_SUGGESTED),
            "Use one of `mebench protocols`, or pass your own file: --protocol PATH.toml.",
            place(),
        )
        return None


def groups_of(protocol: Protocol) -> list[str]:
    """Return the groups that a row of a protocol can have."""
    if len(protocol.targets) > 1:
        return ["macro", "micro", "overall"]
    if protocol.is_composite:
        return [HEADLINE, *(dataset.id for dataset in protocol.datasets)]
    return [HEADLINE]


HEADLINE = "headline"
"""The group of the main numbers; others are micro, macro, overall and data sets."""


def check_rows(rows: Iterable[LocatedRow], findings: Findings) -> list[LocatedRow]:
    """Return the rows of a file after checking each, and that no two have the same id."""
    checked = []
    for row in rows:
        check_row(row, findings)
        checked.append(row)
    check_unique_ids(checked, findings)
    return checked


def check_row(located: LocatedRow, findings: Findings) -> None:
    """Check the groups, metrics and numbers of a row.

    Problems are ``unknown-group``, ``unknown-metric``, ``number-unreadable`` and ``inconsistent``.
    """
    row, protocol, place = located.row, located.protocol, located.place_in
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
    numbers = {
        ("values", group, metric): text
        for group, values in row.values.items()
        for metric, text in values.items()
    }
    known = [metric.id for metric in metrics_of(protocol)]
    tables = [("tables", metric) for metric in row.tables]
    corrections = [("corrections", metric) for metric in row.corrections]
    for keys in (*numbers, *tables, *corrections):
        if keys[-1] not in known:
            findings.error(
                "unknown-metric",
                f"{protocol.id} has no metric {keys[-1]!r}.{suggest_metrics(keys[-1], known)}",
                f"Its metrics are {', '.join(known)}.",
                place(*keys),
            )
    for metric, correction in row.corrections.items():
        numbers["corrections", metric, "value"] = correction.value
    for (field, first, second), text in numbers.items():
        if parse_rounded_number(text) is None:
            findings.error(
                "number-unreadable",
                f"{(second if field == 'values' else first)!r} is {text!r}; expected a number.",
                "Write it as printed, such as .6516 or 65.16 %. Leave out what is not stated.",
                place(field, first, second),
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
        earlier = first.setdefault(located.row.id, located.place)
        if earlier is not located.place:
            where = f"on line {earlier.line}" if earlier.line else f"by {earlier.pointer}"
            findings.error(
                "row-doubled",
                f"The id {located.row.id[:80]!r} is also used {where}.",
                "Give each row a unique id.",
                located.place,
            )
