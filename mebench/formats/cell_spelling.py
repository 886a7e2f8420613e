"""Cells as other programs write them: a decimal comma, ids such as ``1.0``, 0 for unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mebench.diagnostics import Findings, Place
from mebench.formats.text_file import TextFile
from mebench.util.text import pluralize

NUMBERS = ("onset", "offset", "apex", "n_frames", "score")
IDS = ("subject", "video", "sample", "emotion")

_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_INTEGRAL = re.compile(r"([0-9]+)\.0+")

Cells = dict[str, list[str]]
PlaceOf = Callable[[int, str], Place]
"""Returns the place of a row and field."""


def use_decimal_points(
    cells: Cells, source: TextFile, decimal: str | None, findings: Findings, place: PlaceOf
) -> str | None:
    """Write numbers with a decimal point; return the separator of the file, None if unknown.

    Without ``decimal``, a comma is a decimal comma if no number has a point, and if not every
    comma may separate thousands.
    """
    if decimal == "." or "," not in source.text:
        return decimal
    stated = decimal == ","
    with_comma = [cell for field in NUMBERS for cell in set(cells[field]) if "," in cell]
    if not with_comma:
        return decimal
    if not stated:
        has_point = any("." in cell for field in NUMBERS for cell in set(cells[field]))
        if has_point or not all(map(_COMMA.fullmatch, with_comma)):
            return None
        if all(map(_GROUPED.fullmatch, with_comma)):
            return None
    first = None
    for field in NUMBERS:
        if any("," in cell for cell in set(cells[field])):
            if first is None:
                row = next(row for row, cell in enumerate(cells[field]) if "," in cell)
                first = place(row, field), cells[field][row]
            cells[field] = [
                cell.replace(",", ".") if _COMMA.fullmatch(cell) else cell for cell in cells[field]
            ]
    if not stated and first is not None:
        findings.note(
            "decimal-comma",
            f"Numbers have a decimal comma, such as {first[1]}.",
            "If the comma separates thousands, remove it.",
            first[0],
        )
    return ","


def use_integer_ids(cells: Cells, findings: Findings, place: PlaceOf) -> None:
    """Write ids without ``.0`` if all ids of their column have it, as pandas writes a column."""
    for field in IDS:
        values = set(cells[field]) - {""}
        if values and all(map(_INTEGRAL.fullmatch, values)):
            row = next(row for row, cell in enumerate(cells[field]) if cell)
            findings.note(
                "ids-integral",
                f"All values of {field!r} are integers with a decimal point, such as "
                f"{cells[field][row]}; they were read as integers.",
                "",
                place(row, field),
            )
            cells[field] = [_INTEGRAL.sub(r"\1", cell) for cell in cells[field]]


_PREFIX = re.compile(r"(casme|samm)_(?=[0-9])")


def correct_ustc_rows(cells: Cells, findings: Findings, place: PlaceOf) -> None:
    """Read ``casme_015`` as ``015``, an unknown offset as the apex, and an invalid apex as none."""
    for field in ("subject", "video"):
        known: Mapping[str, str] = {name: _PREFIX.sub("", name) for name in set(cells[field])}
        cells[field] = [known[name] for name in cells[field]]
    onsets, apexes, offsets = (cells[field] for field in ("onset", "apex", "offset"))
    unknown = [row for row, cell in enumerate(offsets) if cell == "0" and apexes[row] != "0"]
    for row in unknown:
        offsets[row] = apexes[row]
    dropped = []
    for row, numbers in enumerate(zip(onsets, apexes, offsets, strict=True)):
        if all(map(str.isdecimal, numbers)):
            onset, apex, offset = map(int, numbers)
            if not onset <= apex <= offset:
                apexes[row] = ""
                dropped.append(row)
    for rows, field, what in (
        (unknown, "offset", "of 0, which means unknown: the apex is used"),
        (dropped, "apex", "outside the interval: it is left out"),
    ):
        if rows:
            findings.note(
                "frame-replaced",
                f"{pluralize(len(rows), 'row')} with an {field} {what}.",
                "",
                place(rows[0], field),
            )
