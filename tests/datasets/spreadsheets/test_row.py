"""Cells: read exactly, and where they cannot be, all of them said at once."""

from __future__ import annotations

import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.diagnostics import Findings, Place
from mebench.spreadsheets.table import ColumnSpec, find_table
from mebench.spreadsheets.table_row import TableRow, exact_number, to_decimal_text
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import column_index, column_letters
from tests.datasets.spreadsheets.making import Rows, with_sheet, xls, xlsx

COLUMNS = [ColumnSpec("Subject"), ColumnSpec("Onset"), ColumnSpec("Offset", required=False)]
DAY = datetime.datetime(2024, 1, 2)


def rows_of(path: Path) -> tuple[tuple[TableRow, ...], Findings]:
    findings = Findings()
    table = find_table(read_workbook(path, findings), COLUMNS, findings)
    assert table is not None
    return table.rows, findings


def sheet(path: Path, *onsets: Any) -> tuple[tuple[TableRow, ...], Findings]:
    content: Rows = [["Subject", "Onset"], *(["s", one] for one in onsets)]
    return rows_of(xlsx(path, content) if path.suffix == ".xlsx" else xls(path, content))


@pytest.mark.parametrize(
    ("cell", "text", "count"),
    [
        (1, "1", 1),
        (1.0, "1", 1),
        (566.4000000000001, "566.4", Fraction(2832, 5)),
        (743.1999999999998, "743.2", Fraction(3716, 5)),
        (0.5, "0.5", Fraction(1, 2)),
        (-1, "-1", -1),
        ("006", "006", 6),
        ("12 ", "12", 12),
        ("\xa012\u3000", "12", 12),
        ("/", "/", None),
        ("N/A", "N/A", None),
        ("－", "－", None),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_cells(tmp_path: Path, name: str, cell: Any, text: str, count: object) -> None:
    (row,), findings = sheet(tmp_path / name, cell)
    assert row.text("Onset") == text
    assert row.count("Onset") == count
    assert type(row.count("Onset")) is type(count)
    assert (row.is_bad, findings.kept) == (False, [])


def test_an_empty_cell_is_none(tmp_path: Path) -> None:
    (row, *_), findings = sheet(tmp_path / "a.xlsx", None, 1)
    assert (row.text("Onset"), row.count("Onset"), row.text("Offset")) == (None, None, None)
    assert not row.is_bad
    assert findings.kept == []


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("early", "is 'early', which is not a number"),
        ("5 6", "is not a number"),
        (True, "is a truth value"),
        (DAY, "is a date or time"),
        (2**25, "is not below 33,554,432"),
        (-1e300, "is not below 33,554,432"),
        ("a\nb\u202e" + "c" * 100, "is 'a·b·cccc"),
    ],
)
def test_bad_cells(tmp_path: Path, name: str, cell: Any, said: str) -> None:
    (row,), findings = sheet(tmp_path / name, cell)
    assert row.count("Onset") is None
    assert row.is_bad
    (found,) = findings.kept
    assert (found.code, found.severity) == ("sheet-cell", "error")
    assert said in found.message
    assert found.message.startswith("Onset (B2) in the tab 'first' is ")
    assert found.message.isprintable()
    assert len(found.message) < 140
    assert found.remedy
    assert found.place == row.place("Onset") == Place(str(tmp_path / name), 2, 2)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("#REF!", "error of the spreadsheet"), ("=1+1", "formula whose result"), (DAY, "date")],
)
def test_what_is_no_text(tmp_path: Path, cell: Any, said: str) -> None:
    """A clip named 1-2 that the program made a date is not a clip named 2024-01-02."""
    (row,), findings = sheet(tmp_path / "a.xlsx", cell)
    assert row.text("Onset") is None
    assert row.is_bad
    assert said in findings.kept[0].message


def test_infinity(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row><c t="str"><v>Subject</v></c><c t="str"><v>Onset</v></c></row>'
        "<row><c><v>1</v></c><c><v>1e999</v></c></row>",
    )
    (row,), findings = rows_of(path)
    assert (row.count("Onset"), row.text("Onset"), row.is_bad) == (None, None, True)
    assert "not a finite number" in findings.kept[0].message


def test_all_bad_cells_are_told_each_once(tmp_path: Path) -> None:
    rows, findings = sheet(tmp_path / "a.xlsx", "x", 5, "y", DAY)
    for _ in range(2):
        assert [row.count("Onset") for row in rows] == [None, 5, None, None]
    assert [row.is_bad for row in rows] == [True, False, True, True]
    assert [one.place.line for one in findings.kept] == [2, 4, 5]


def test_what_a_caller_refuses(tmp_path: Path) -> None:
    (row,), findings = sheet(tmp_path / "a.xlsx", 5)
    row.refuse("Subject", "is no subject of this data set", "Subjects are a and b.")
    assert row.is_bad
    (found,) = findings.kept
    assert (
        found.message
        == "Subject (A2) in the tab 'first' is 's', which is no subject of this data set."
    )


def test_marks_for_unknown_are_the_callers(tmp_path: Path) -> None:
    (row,), findings = sheet(tmp_path / "a.xlsx", "/")
    assert row.count("Onset", unknown=("none",)) is None
    assert [one.code for one in findings.kept] == ["sheet-cell"]


def test_letters() -> None:
    assert all(column_index(column_letters(at)) == at for at in range(1000))
    assert [column_letters(at) for at in (0, 25, 26, 51, 52, 499, 701, 702)] == [
        *("A", "Z", "AA", "AZ", "BA", "SF", "ZZ", "AAA")
    ]


@given(st.integers(-(10**15), 10**15), st.integers(0, 6))
def test_what_was_typed_is_what_is_read(digits: int, places: int) -> None:
    """A decimal of up to 15 digits survives a double; so does what is read from it."""
    typed = Fraction(digits, 10**places)
    assert exact_number(float(typed)) == typed
    assert exact_number(to_decimal_text(typed)) == typed
    assert to_decimal_text(exact_number(to_decimal_text(typed))) == to_decimal_text(typed)
