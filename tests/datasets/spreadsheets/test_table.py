"""Headers: found wherever they stand, missed with words that help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mebench.diagnostics import Diagnostic, Findings
from mebench.spreadsheets.table import ColumnSpec, SheetTable, find_table, positional_table
from mebench.spreadsheets.table_row import quoted_cells
from mebench.spreadsheets.workbook_file import read_workbook
from tests.datasets.spreadsheets.making import Rows, text, xls, xlsx

COLUMNS = [
    ColumnSpec("Subject"),
    ColumnSpec("Onset", ("OnsetFrame", "OnsetF")),
    ColumnSpec("Offset", ("OffsetFrame", "OffsetF")),
    ColumnSpec("Emotion", ("Estimated Emotion",), required=False),
]
HEADER: list[Any] = ["Subject", "Onset", "Offset"]


def found(path: Path) -> tuple[SheetTable | None, list[Diagnostic]]:
    findings = Findings()
    return find_table(read_workbook(path, findings), COLUMNS, findings), findings.kept


def table_of(path: Path) -> SheetTable:
    table, kept = found(path)
    assert table is not None
    assert kept == []
    return table


def numbers(table: SheetTable) -> list[tuple[int, object, object]]:
    return [(row.number, row.text("Subject"), row.count("Onset")) for row in table.rows]


@pytest.mark.parametrize(
    "header",
    [
        ["Subject", "Onset", "Offset"],
        ["SUBJECT", "onset", "oFFset"],
        [" subject ", "Onset Frame", "Offset_Frame"],
        ["Sub-ject", "OnsetF", "offsetf."],
        ["Subject\n", "Onset\r\nFrame", "Offset\u3000Frame\xa0"],
        ["Ｓubject", "Onset\u200b", "Offset"],
    ],
)
def test_spellings(tmp_path: Path, header: list[Any]) -> None:
    rows = [header, ["s1", 5, 9]]
    for path in (
        xlsx(tmp_path / "a.xlsx", rows),
        xls(tmp_path / "a.xls", rows),
        text(tmp_path / "a.csv", rows),
    ):
        table = table_of(path)
        assert table.header_row == 1
        assert [row[1:] for row in numbers(table)] == [("s1", 5)]
        assert table.file == str(path)


def test_columns_in_any_order_among_others(tmp_path: Path) -> None:
    rows: Rows = [
        [None, "Notes", "Offset", "Emotion", "Subject", "Onset"],
        [1, 2, 9, "fear", "s1", 5],
    ]
    table = table_of(xlsx(tmp_path / "a.xlsx", rows))
    assert table.columns == {"Offset": 2, "Emotion": 3, "Subject": 4, "Onset": 5}
    assert numbers(table) == [(2, "s1", 5)]
    assert table.rows[0].text("Emotion") == "fear"


def test_a_column_that_is_not_required_may_be_missing(tmp_path: Path) -> None:
    (row,) = table_of(xlsx(tmp_path / "a.xlsx", [HEADER, ["s1", 5, 9]])).rows
    assert row.text("Emotion") is None
    assert row.place("Emotion").column is None
    with pytest.raises(KeyError):
        row.text("Emotions")


def test_a_header_after_much_else(tmp_path: Path) -> None:
    before: Rows = [["Title"], [], ["Onset: the first frame"], ["Subject"], *[[None]] * 9]
    rows = [*before, HEADER, [], ["s1", 5, 9], [None], ["s2", 6, 9]]
    for path in (xlsx(tmp_path / "a.xlsx", rows), text(tmp_path / "a.csv", rows)):
        table = table_of(path)
        assert table.header_row == 14
        assert numbers(table) == [(16, "s1", 5), (18, "s2", 6)]
        assert table.ignored == ()


def test_remarks_below_the_data_are_told(tmp_path: Path) -> None:
    rows = [HEADER, ["s1", 5, 9], ["All frames count from 1."], [None, None, None, "x"], ["s2", 6]]
    table = table_of(xlsx(tmp_path / "a.xlsx", [*rows, HEADER, ["s3", 7, 9]]))
    assert [row.number for row in table.rows] == [2, 5, 7]
    assert [(row.number, quoted_cells(row)) for row in table.ignored] == [
        (3, "'All frames count from 1.'"),
        (4, "'x'"),
        (6, "'Subject', 'Onset', 'Offset'"),
    ]


def test_the_table_in_a_further_tab(tmp_path: Path) -> None:
    table = table_of(xlsx(tmp_path / "a.xlsx", [["see there"]], there=[HEADER, ["s1", 5, 9]]))
    assert (table.tab, numbers(table)) == ("there", [(2, "s1", 5)])


def test_a_tab_with_a_header_and_no_rows_does_not_count(tmp_path: Path) -> None:
    table = table_of(xlsx(tmp_path / "a.xlsx", [HEADER], there=[HEADER, ["s1", 5, 9]]))
    assert table.tab == "there"
    assert table_of(xlsx(tmp_path / "a.xlsx", [HEADER])).rows == ()


def test_two_tabs_that_fit_are_noted(tmp_path: Path) -> None:
    full = [HEADER, ["s1", 5, 9]]
    table, kept = found(xlsx(tmp_path / "a.xlsx", full, second=full, third=full))
    assert table is not None
    assert table.tab == "first"
    (note,) = kept
    assert (note.code, note.severity) == ("sheet-tabs", "note")
    assert "'second', 'third'" in note.message


def test_a_name_that_stands_twice(tmp_path: Path) -> None:
    table, kept = found(xlsx(tmp_path / "a.xlsx", [[*HEADER, "on_set"], ["s1", 5, 9, 6]]))
    assert table is not None
    (error,) = kept
    assert (error.code, error.severity) == ("sheet-column-doubled", "error")
    assert "columns B and D" in error.message
    assert (error.place.line, error.place.column) == (1, 4)


def test_of_two_spellings_the_earlier_counts(tmp_path: Path) -> None:
    rows = [["OnsetF", *HEADER], [7, "s1", 5, 9]]
    assert numbers(table_of(xlsx(tmp_path / "a.xlsx", rows))) == [(2, "s1", 5)]


def test_names_of_no_interest_may_stand_twice(tmp_path: Path) -> None:
    rows = [[*HEADER, "Notes", "Notes"], ["s1", 5, 9]]
    assert numbers(table_of(xlsx(tmp_path / "a.xlsx", rows))) == [(2, "s1", 5)]


def test_a_missing_header_is_told_with_what_comes_near(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx", [["Onset"], ["x"]], there=[["y"], ["Subject", "Start", "Offset"]]
    )
    table, kept = found(path)
    assert table is None
    (error,) = kept
    assert error.code == "sheet-header-missing"
    assert (
        "row 2 of the tab 'there', lacks Onset; it has 'Subject', 'Start', 'Offset'"
        in error.message
    )
    assert "'Onset' or 'OnsetFrame' or 'OnsetF'" in error.remedy
    assert error.place.line == 2


def test_a_sheet_with_nothing_near(tmp_path: Path) -> None:
    table, (error,) = found(xlsx(tmp_path / "a.xlsx", [["x", 1]]))
    assert table is None
    assert "No row of the sheet names" in error.message
    assert all(name in error.remedy for name in ("Subject", "Onset", "Offset"))


def positioned(path: Path) -> tuple[SheetTable | None, list[Diagnostic]]:
    findings = Findings()
    return positional_table(read_workbook(path, findings), COLUMNS, findings), findings.kept


def test_columns_by_position(tmp_path: Path) -> None:
    rows: Rows = [[1, 5, 9, "fear"], [2, 6, 9, None], [], ["a remark"]]
    for path in (xlsx(tmp_path / "a.xlsx", rows), xls(tmp_path / "a.xls", rows)):
        table, kept = positioned(path)
        assert table is not None
        assert kept == []
        assert table.header_row is None
        assert numbers(table) == [(1, "1", 5), (2, "2", 6)]
        assert [row.text("Emotion") for row in table.rows] == ["fear", None]
        assert table.ignored == ((4, ("a remark",)),)


def test_a_header_that_is_there_is_used(tmp_path: Path) -> None:
    table, kept = positioned(xlsx(tmp_path / "a.xlsx", [["Offset", "Onset", "Subject"], [9, 5, 1]]))
    assert table is not None
    assert kept == []
    assert numbers(table) == [(2, "1", 5)]


def test_half_a_header_is_no_data(tmp_path: Path) -> None:
    table, kept = positioned(xlsx(tmp_path / "a.xlsx", [["Subject", "Start", "Offset"], [1, 5, 9]]))
    assert table is None
    assert [one.code for one in kept] == ["sheet-header-missing"]


def test_too_few_columns(tmp_path: Path) -> None:
    table, kept = positioned(xlsx(tmp_path / "a.xlsx", [[1, 5], [2, 6]]))
    assert table is None
    assert [one.code for one in kept] == ["sheet-columns-missing"]
    assert "has 2 columns" in kept[0].message
