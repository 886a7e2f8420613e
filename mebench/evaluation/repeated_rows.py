"""Rows that are listed twice: errors in a truth, a warning in predictions."""

from __future__ import annotations

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.models.annotation_table import AnnotationTable, PredictionTable, TruthTable
from mebench.util.text import normalize_label, pluralize


def report_repeated_expressions(table: TruthTable, kinds: np.ndarray, findings: Findings) -> None:
    """Report expressions with the video, interval, kind and emotion of an earlier one.

    ``kinds`` are those of the intervals, under the protocol.
    """
    pairs = _repeated_rows(table, kinds)

    def describe(index: int) -> tuple[str, str, Place]:
        row, first = pairs[index]
        return (
            f"The expression {table.describe(row)} is listed twice, with the same kind and "
            f"emotion: see {_position(table, first)}.",
            "Remove one of them.",
            table.places.interval(row),
        )

    findings.add_rows(range(len(pairs)), describe, "duplicate-expression")


def warn_of_repeated_predictions(
    table: PredictionTable, kinds: np.ndarray, findings: Findings
) -> None:
    """Warn of predicted intervals that are equal to an earlier one in all columns."""
    intervals = table.intervals
    score = np.zeros(len(intervals)) if intervals.score is None else np.nan_to_num(intervals.score)
    pairs = _repeated_rows(table, kinds, intervals.apex, score)
    if pairs:
        row, first = pairs[0]
        findings.warning(
            "duplicate-predictions",
            f"{pluralize(len(pairs), 'interval')} equal to an earlier one in all fields; the first "
            f"is {table.describe(row)}, see {_position(table, first)}. Each of them counts.",
            "Remove the duplicates, unless the system did predict the interval twice.",
            table.places.interval(row),
        )


def _repeated_rows(
    table: AnnotationTable, kinds: np.ndarray, *more: np.ndarray
) -> list[tuple[int, int]]:
    """Return the rows that repeat an earlier one, each with the first such row.

    Equal rows have the same video, interval, kind and emotion (case and spaces at both ends are
    ignored), and equal values in the columns ``more``.
    """
    rows = table.intervals
    starts = np.sort((rows.video << 26) + rows.onset)
    if (starts[1:] != starts[:-1]).all():
        return []  # no two rows of a video begin at the same frame
    codes: dict[str, int] = {}
    for label in rows.labels:
        codes.setdefault(normalize_label(label), len(codes))
    code_of = np.array([*(codes[normalize_label(label)] for label in rows.labels), -1], np.int64)
    columns = (code_of[rows.emotion], kinds, rows.offset, rows.onset, rows.video, *more)
    order = np.lexsort(columns)
    is_repeated = np.ones(len(order), bool)
    is_repeated[:1] = False
    for column in columns:
        is_repeated[1:] &= column[order][1:] == column[order][:-1]
    first = np.maximum.accumulate(np.where(is_repeated, 0, np.arange(len(order))))
    repeated = np.flatnonzero(is_repeated)
    return sorted(zip(order[repeated].tolist(), order[first[repeated]].tolist(), strict=True))


def _position(table: AnnotationTable, row: int) -> str:
    """Return where an interval is in its file."""
    place = table.places.interval(row)
    return f"line {place.line}" if place.pointer is None else place.pointer
