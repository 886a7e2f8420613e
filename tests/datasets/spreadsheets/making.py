"""Sheets made on disk, in the three formats."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from mebench.datasets.spreadsheets.workbook_file import read_workbook
from mebench.datasets.spreadsheets.workbook_model import Workbook
from mebench.diagnostics import Diagnostic, Findings, MebenchError

Rows = Sequence[Sequence[Any]]


def xlsx(path: Path, rows: Rows, **further: Rows) -> Path:
    """Write a workbook; further tabs go by their names."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "first"
    for name, content in {"first": rows, **further}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    book.save(path)
    return path


def xls(path: Path, rows: Rows) -> Path:
    """Write an old workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("first")
    dated = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, datetime.date):
                sheet.write(at, column, value, dated)
            elif value is not None:
                sheet.write(at, column, value)
    book.save(str(path))
    return path


def text(path: Path, rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write a text file."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def repacked(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Rewrite a workbook's parts; None leaves one out."""
    content = path.read_bytes()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return path


def with_sheet(path: Path, data: str, before: str = "") -> Path:
    """Replace the XML of the first tab's rows."""
    xml = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/'
        f'spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>{data}</sheetData></worksheet>'
    ).encode()
    xlsx(path, [["x"]])
    return repacked(path, lambda name, part: xml if name.endswith("sheet1.xml") else part)


def with_strings(path: Path, *strings: str) -> Path:
    """Write a row as Excel does: texts in a part of their own, which cells point into.

    openpyxl writes them into the cells.
    """
    row = "".join(f'<c t="s"><v>{at}</v></c>' for at in range(len(strings)))
    with_sheet(path, f'<row r="1">{row}</row>')
    named = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{named}"/></Types>'.encode()
    texts = "".join(f"<si><t>{one}</t></si>" for one in strings)
    repacked(path, lambda name, part: part.replace(b"</Types>", entry))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>',
        )
    return path


def read(path: Path) -> tuple[Workbook, list[Diagnostic]]:
    """Read a sheet; return the notes as well."""
    findings = Findings()
    return read_workbook(path, findings), findings.kept


def cells(path: Path) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the first tab's rows."""
    return [(row.number, row.cells) for row in read(path)[0].tabs[0].rows]


def refusal(path: Path) -> tuple[str, str]:
    """Return the code and text with which a file is refused."""
    try:
        read_workbook(path, Findings())
    except MebenchError as error:
        (found,) = error.diagnostics
        assert found.place.file == str(path)
        assert "\n" not in found.message + found.remedy
        return found.code, f"{found.message} {found.remedy}"
    raise AssertionError("the file was read")
