"""Reading what is fine, in all formats and under false endings."""

from __future__ import annotations

import datetime
import string
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mebench.diagnostics import Findings
from mebench.spreadsheets.table import ColumnSpec, positional_table
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import SpecialCell
from tests.datasets.spreadsheets.making import (
    Rows,
    cells,
    ods,
    read,
    repacked,
    short_xls,
    text,
    with_sheet,
    with_strings,
    xls,
    xlsx,
)

ROWS: Rows = [["Subject", "Onset"], ["006", 12], [], ["面部", 566.4000000000001], ["x", None, True]]
READ = [
    (1, ("Subject", "Onset")),
    (2, ("006", 12)),
    (4, ("面部", 566.4000000000001)),
    (5, ("x", None, True)),
]


def test_all_workbooks_give_the_same(tmp_path: Path) -> None:
    assert cells(xlsx(tmp_path / "a.xlsx", ROWS)) == READ
    assert cells(xls(tmp_path / "a.xls", ROWS)) == READ
    assert cells(ods(tmp_path / "a.ods", ROWS)) == READ


def test_types_are_kept(tmp_path: Path) -> None:
    """``True == 1 == 1.0`` in Python, so the comparison above is not enough."""
    for path in (
        xlsx(tmp_path / "a.xlsx", [[1, 1.5, True]]),
        xls(tmp_path / "a.xls", [[1, 1.5, True]]),
        ods(tmp_path / "a.ods", [[1, 1.5, True]]),
    ):
        assert [type(one) for one in cells(path)[0][1]] == [int, float, bool]


def test_numbers_of_a_text_file_stay_text(tmp_path: Path) -> None:
    assert cells(text(tmp_path / "a.csv", [["006", "1.0"]])) == [(1, ("006", "1.0"))]


def test_tabs_have_their_names_and_order(tmp_path: Path) -> None:
    for make in (xlsx, ods):
        book, notes = read(make(tmp_path / f"a.{make.__name__}", [["x"]], codes=[["y"]], empty=[]))
        assert [(tab.name, len(tab.rows)) for tab in book.tabs] == [
            ("first", 1),
            ("codes", 1),
            ("empty", 0),
        ]
        assert notes == []
        assert book.delimiter is None


def test_hidden_tabs_are_read_and_charts_are_not(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_chartsheet("chart")
    sheet = book.create_sheet("hidden")
    sheet.append(["#DIV/0!", "x"])
    sheet.sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    tabs = read(tmp_path / "a.xlsx")[0].tabs
    assert [tab.name for tab in tabs] == ["Sheet", "hidden"]
    assert tabs[1].rows[0].cells == (SpecialCell("error", "#DIV/0!"), "x")


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (xlsx, "a.xls", "is an Excel workbook (.xlsx)"),
        (xls, "a.xlsx", "is an old Excel workbook (.xls)"),
        (ods, "a.xlsx", "is an OpenDocument sheet (.ods)"),
        (text, "a.xlsx", "is text"),
        (xlsx, "a.csv", "is an Excel workbook"),
    ],
)
def test_the_content_counts_and_not_the_ending(tmp_path: Path, make, name, said) -> None:  # type: ignore[no-untyped-def]
    book, notes = read(make(tmp_path / name, [["a", "b"], ["c", "d"]]))
    assert [row.cells for row in book.tabs[0].rows] == [("a", "b"), ("c", "d")]
    (note,) = notes
    assert (note.code, note.severity) == ("sheet-suffix", "note")
    assert said in note.message


def test_capitals_of_the_ending_are_no_lie(tmp_path: Path) -> None:
    assert read(xlsx(tmp_path / "A.XLSX", [["a"]]))[1] == []


def test_dates_and_errors(tmp_path: Path) -> None:
    day = datetime.date(2024, 1, 2)
    for make in (xlsx, xls, ods):
        path = make(tmp_path / f"a.{make.__name__}", [[day, 5]])
        date, five = cells(path)[0][1]
        assert isinstance(date, SpecialCell)
        assert (date.kind, date.display[:10], five) == ("date", "2024-01-02", 5)
    assert cells(xlsx(tmp_path / "b.xlsx", [["#REF!"]])) == [(1, (SpecialCell("error", "#REF!"),))]


def test_dates_since_1904_and_other_formats_of_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = datetime.datetime(1904, 1, 1)
    sheet = book.active
    assert sheet is not None
    sheet.append([datetime.date(2024, 1, 2), 0.5, 12, 0.25, 3, 1.5])
    formats = ["yyyy-mm-dd", "0%", "0.00", "# ?/?", '"d"0', "[h]:mm"]
    for cell, number_format in zip(sheet[1], formats, strict=True):
        cell.number_format = number_format
    book.save(tmp_path / "a.xlsx")
    ((_, (date, *numbers, hours)),) = cells(tmp_path / "a.xlsx")
    assert (date.kind, date.display[:10]) == ("date", "2024-01-02")
    assert numbers == [0.5, 12, 0.25, 3]
    assert hours.kind == "date"


def test_errors_in_an_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    for name, column in (("first", 1), ("second", 0)):
        sheet = book.add_sheet(name)
        sheet.write(0, 2, "x")
        sheet.write(2, 0, xlwt.Formula("1/0"))
        sheet.row(1).set_cell_error(column, "#REF!")
    book.save(str(tmp_path / "a.xls"))
    first, second = read(tmp_path / "a.xls")[0].tabs
    reference = SpecialCell("error", "#REF!")
    assert [row.cells for row in first.rows] == [(None, None, "x"), (None, reference)]
    assert [row.cells for row in second.rows] == [(None, None, "x"), (reference,)]
    # Store #DIV/0! as the results of the formulas, as Excel does; xlwt stores an empty text.
    content = (tmp_path / "a.xls").read_bytes()
    empty, error = b"\x03\0\0\0\0\0\xff\xff", b"\x02\0\x07\0\0\0\xff\xff"
    assert content.count(empty) == 2
    (tmp_path / "a.xls").write_bytes(content.replace(empty, error))
    for tab in read(tmp_path / "a.xls")[0].tabs:
        assert tab.rows[2].cells == (SpecialCell("error", "#DIV/0!"),)


def test_an_old_workbook_of_few_bytes(tmp_path: Path) -> None:
    assert cells(short_xls(tmp_path / "a.xls")) == [(1, (7, SpecialCell("error", "#N/A")))]


def test_errors_and_formulas_in_an_ods(tmp_path: Path) -> None:
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        "</table:table-cell>"
    )
    formula = '<table:table-cell table:formula="of:=[.A1]+1" table:number-columns-repeated="2"/>'
    path = ods(tmp_path / "a.ods", [["x"], [], [1, error], [formula, 2]])
    lost = SpecialCell("formula", "of:=[.A1]+1")
    assert cells(path) == [
        (1, ("x",)),
        (3, (1, SpecialCell("error", "#DIV/0!"))),
        (4, (lost, lost, 2)),
    ]


def test_repetitions_in_an_ods(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="7" {}/>'
    twice = cell.format('table:number-columns-repeated="2"')
    gap = '<table:table-cell table:number-columns-repeated="3"/>'
    path = ods(tmp_path / "a.ods", [[twice, gap, "x", gap], ["y"]])
    row = b'<table:table-row table:number-rows-repeated="1048574"><table:table-cell/>'
    end = row + b"</table:table-row></table:table>"
    repacked(path, lambda name, part: part.replace(b"</table:table>", end))
    assert cells(path) == [(1, (7, 7, None, None, None, "x")), (2, ("y",))]


def test_a_workbook_of_the_strict_kind_is_read(tmp_path: Path) -> None:
    path = repacked(
        xlsx(tmp_path / "a.xlsx", [["a", 1]]),
        lambda name, old: old.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    )
    assert cells(path) == [(1, ("a", 1))]


def test_a_formula_without_a_result_is_not_empty(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [[1, "=A1+1", "x"]])
    assert cells(path) == [(1, (1, SpecialCell("formula", "=A1+1"), "x"))]


def test_a_formula_with_a_result_is_its_result(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
        '<c r="C1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    )
    assert cells(path) == [(1, (2, None, SpecialCell("error", "#DIV/0!")))]


def test_a_false_dimension_cuts_nothing_off(tmp_path: Path) -> None:
    for lie in (b"A1", b"A1:XFD1048576"):
        path = repacked(
            xlsx(tmp_path / "a.xlsx", [["a", "b"], ["c", "d"]]),
            lambda name, part, lie=lie: part.replace(b'ref="A1:B2"', b'ref="%s"' % lie),  # type: ignore[misc]
        )
        assert cells(path) == [(1, ("a", "b")), (2, ("c", "d"))]


def test_texts_that_cells_point_to(tmp_path: Path) -> None:
    path = with_strings(tmp_path / "a.xlsx", "Onset_x000D_\nFrame", "006")
    assert cells(path) == [(1, ("Onset\r\nFrame", "006"))]


def test_merged_cells_hold_what_stands_first(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SAMM Long Videos", None, None])
    sheet.append(["a", "b", "c"])
    sheet.merge_cells("A1:C1")
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == [(1, ("SAMM Long Videos",)), (2, ("a", "b", "c"))]


def test_damaged_properties_do_no_harm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document's author and date are of no interest, and other programs write them wrongly."""
    path = repacked(
        xlsx(tmp_path / "a.xlsx", [["a"]]),
        lambda name, part: b"<broken" if name.startswith("docProps/") else part,
    )
    assert cells(path) == [(1, ("a",))]
    assert capsys.readouterr() == ("", "")


def test_formatting_far_below_is_no_content(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"/></row>'
        '<row r="1048576"><c r="A1048576"/></row>',
    )
    assert cells(path) == [(1, (1,))]


LETTERS = st.text(
    string.ascii_letters + string.digits + " _-+/().,;'\"éß微表情\u3000\xa0", max_size=12
)
TEXTS = st.lists(st.lists(LETTERS, min_size=2, max_size=2), min_size=1, max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=TEXTS)
def test_text_survives_in_every_format(tmp_path: Path, rows: list[list[str]]) -> None:
    """Leading zeros too: ``006`` is no number unless its author wrote one."""
    header = ["first", "second"]
    columns = [ColumnSpec("first"), ColumnSpec("second", required=False)]
    expected = [tuple(one.strip() or None for one in row) for row in rows if row[0].strip()]
    for path in (
        xlsx(tmp_path / "a.xlsx", [header, *rows]),
        xls(tmp_path / "a.xls", [header, *rows]),
        ods(tmp_path / "a.ods", [header, *rows]),
        text(tmp_path / "a.csv", [header, *rows]),
        text(tmp_path / "b.csv", [header, *rows], "\t", "utf-16"),
    ):
        findings = Findings()
        table = positional_table(read_workbook(path, findings), columns, findings)
        assert table is not None
        assert [(row.text("first"), row.text("second")) for row in table.rows] == expected
        assert findings.kept == []
