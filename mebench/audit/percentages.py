"""Percentages without a percent sign: 65.2 where a rate is at most 1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mebench.audit.rule import Violation, rows_rule
from mebench.metrics.registry import METRICS_BY_ID
from mebench.published.rounded_numbers import RoundedNumber, parse_rounded_number
from mebench.published.row_claims import HEADLINE, LocatedRow
from mebench.util.text import pluralize

Column = tuple[str, str]
"""Group and metric."""


def as_percentages(rows: Sequence[LocatedRow]) -> list[LocatedRow]:
    """Return rows whose rates without a percent sign are percentages."""
    return [replace(row, reading="percent") for row in rows]


def hold_unclear(rows: Sequence[LocatedRow]) -> list[LocatedRow]:
    """Return the rows; those whose rates may be percentages without a sign do not claim them.

    A column of a file is unclear if one of its rates is above 1 and at most 100. A row with a rate
    in such a column waits with all its rates, because the others may be percentages too.
    """
    unclear = {(row.place.file, column) for row in rows for column in _above_one(row)}
    return [
        replace(row, reading="unclear")
        if any((row.place.file, column) in unclear for column in _unsigned_rates(row))
        else row
        for row in rows
    ]


@rows_rule("unclear")
def percent_unclear(rows: Sequence[LocatedRow]) -> Iterator[tuple[LocatedRow, Violation]]:
    """Rates that may be percentages without a percent sign.

    A rate is at most 1, so 65.2 is 65.2 % or wrong. The question is asked once per file, and the
    rates of all rows that it concerns are not checked until it is answered: with `--percent`, rates
    without a sign are percentages.
    """
    files: dict[str | None, list[LocatedRow]] = {}
    for row in rows:
        if row.reading == "unclear":
            files.setdefault(row.place.file, []).append(row)
    for waiting in files.values():
        columns = dict.fromkeys(column for row in waiting for column in _above_one(row))
        names = (name if group == HEADLINE else f"{group}.{name}" for group, name in columns)
        row = next(row for row in waiting if _above_one(row))
        group, metric = _above_one(row)[0]
        text = row.row.values[group][metric].strip()
        yield (
            row,
            Violation(
                tuple(name for where, name in columns if where == group),
                f"{metric} is {text}. Are the rates in {', '.join(names)} percentages? Those of "
                f"{pluralize(len(waiting), 'row')} are not checked until this is clear.",
                f"{metric} {text} %. Pass --percent if all rates of the file are percentages.",
                group,
            ),
        )


def _unsigned_rates(row: LocatedRow) -> dict[Column, RoundedNumber]:
    """Return the rates of a row that are printed without a percent sign."""
    return {
        (group, metric): number
        for group, texts in row.row.values.items()
        for metric, text in texts.items()
        if METRICS_BY_ID[metric].unit == ""
        and (number := parse_rounded_number(text)) is not None
        and not number.percent
    }


def _above_one(row: LocatedRow) -> list[Column]:
    """Return the columns in which a row has a number that may be a percentage without a sign."""
    return [column for column, rate in _unsigned_rates(row).items() if 1 < rate.value <= 100]
