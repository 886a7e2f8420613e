"""Sheets as text: delimiter, encoding, and the number of each row."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from mebench.diagnostics import Findings
from mebench.spreadsheets.table import ColumnSpec, find_table
from mebench.spreadsheets.workbook_file import read_workbook
from tests.datasets.spreadsheets.making import cells, read, refusal, text

ROWS = [["Subject", "Onset", "AU"], ["s1", "5", "4"], ["s2", "6", "7"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    path = text(tmp_path / "a.txt", ROWS, delimiter)
    assert [row for _, row in cells(path)] == [tuple(row) for row in ROWS]
    assert read(path)[0].delimiter == delimiter
    assert read(path)[0].tabs[0].name == "a.txt"


def test_commas_of_decimals_do_not_split(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Subject;Onset;Offset\ns1;566,4;600,2\ns2;10,5;12,25\n")
    assert cells(path)[1] == (2, ("s1", "566,4", "600,2"))
    path.write_text("566,4;600,2\n10,5;12,25\n")  # without a header both would split evenly
    assert cells(path)[1] == (2, ("10,5", "12,25"))


def test_semicolons_in_a_column_do_not_split(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Subject,Onset,AU\ns1,5,4;7\ns2,6,1;2\ns3,7,12\n")
    assert cells(path)[1] == (2, ("s1", "5", "4;7"))


def test_prose_before_the_table_does_not_decide(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Frames, codes, and more\n\nSubject;Onset\ns1;5\ns2;6\n")
    assert cells(path)[2] == (4, ("s1", "5"))


def test_excel_says_what_separates(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\na,b;c\nd,e;f\n")
    assert cells(path) == [(2, ("a,b", "c")), (3, ("d,e", "f"))]


def test_a_single_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Subject\ns1\n")
    assert cells(path) == [(1, ("Subject",)), (2, ("s1",))]


def test_rows_are_numbered_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'"Onset\r\nFrame",b\r\n\r\nc,d\r\n')
    assert cells(path) == [(1, ("Onset\r\nFrame", "b")), (4, ("c", "d"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_word(tmp_path: Path, encoding: str) -> None:
    path = text(tmp_path / "a.csv", [["面部", "é"], ["1", "2"]], encoding=encoding)
    assert cells(path)[0] == (1, ("面部", "é"))
    assert read(path)[1] == []


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("gb18030", ["微表情", "起始帧", "备注"]),
        ("gb18030", ["受试者", "惊讶,厌恶", "x"]),
        ("cp1252", ["Gefühle", "Überraschung", "Ärger"]),
        ("cp1252", ["émotion", "dégoût", "gêné – «n»"]),
    ],
)
def test_other_encodings_are_guessed_and_said(
    tmp_path: Path, encoding: str, words: list[str]
) -> None:
    path = text(tmp_path / "a.csv", [words, ["1", "2", "3"]], encoding=encoding)
    assert cells(path)[0] == (1, tuple(words))
    (note,) = read(path)[1]
    assert (note.code, encoding in note.message) == ("sheet-encoding", True)


def test_damaged_unicode_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content in (b"\xff\xfea", b"\xef\xbb\xbfa,\xff\n", b"\x81,\x81\n"):
        path.write_bytes(content)
        assert refusal(path)[0] == "sheet-unreadable"


@pytest.mark.parametrize(
    ("delimiter", "cell", "number"),
    [
        (";", "566,4", Fraction(2832, 5)),
        ("\t", "566,4", Fraction(2832, 5)),
        (";", "566.4", Fraction(2832, 5)),
        (";", "-1", -1),
        (",", "566.4000000000001", Fraction(2832, 5)),
        (",", "1.250", Fraction(5, 4)),
        (",", "1E+3", 1000),
        (",", "5.", 5),
        (",", "５６６", 566),
        (",", "\u22121", -1),
        (",", "566,4", "is not a number"),
        (",", "1,234", "is not a number"),
        (";", "1,234", "thousands or decimals"),
        (";", "1.234", "thousands or decimals"),
        (";", "1.234,5", "is not a number"),
        (",", "2-Jan", "is not a number"),
        (",", "nan", "is not a number"),
        (",", "inf", "is not a number"),
        (",", "0x10", "is not a number"),
        (",", "1_000", "is not a number"),
        (",", "1e99", "is not below"),
        (",", "9" * 30, "is not below"),
        (",", "9" * 5000, "is not a number"),
    ],
)
def test_numbers_of_text(
    tmp_path: Path, delimiter: str, cell: str, number: int | Fraction | str
) -> None:
    path = text(tmp_path / "a.csv", [["Subject", "Onset"], ["s1", cell]], delimiter)
    findings = Findings()
    columns = [ColumnSpec("Subject"), ColumnSpec("Onset")]
    table = find_table(read_workbook(path, findings), columns, findings)
    assert table is not None
    (row,) = table.rows
    given = row.count("Onset")
    if isinstance(number, str):
        (found,) = findings.kept
        assert (given, row.is_bad, found.code) == (None, True, "sheet-cell")
        assert number in found.message
        assert len(found.message) < 200
    else:
        assert (given, type(given), row.is_bad, findings.kept) == (number, type(number), False, [])
