"""Sheets made on disk, in every format."""

from __future__ import annotations

import csv
import datetime
import html
import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from mebench.diagnostics import Diagnostic, Findings, MebenchError
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import Workbook

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


def short_xls(path: Path) -> Path:
    """Write an old workbook of few bytes, which are stored in short sectors: 7 and #N/A."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<2H", kind, len(data)) + data

    begin, end = struct.pack("<6H", 0x0600, 0x0010, 0, 0, 0, 0), record(0x0A, b"")
    sheet = record(0x0809, begin + bytes(4))
    sheet += record(0x0203, struct.pack("<3Hd", 0, 0, 0, 7))
    sheet += record(0x0205, struct.pack("<3H2B", 0, 1, 0, 0x2A, 1)) + end
    book = record(0x0809, struct.pack("<8H", 0x0600, 0x0005, *[0] * 6))
    start = len(book) + 4 + 13 + len(end)
    book += record(0x0085, struct.pack("<IH2B", start, 0, 5, 0) + b"first") + end + sheet

    def entry(name: str, kind: int, child: int, first: int, length: int) -> bytes:
        encoded = name.encode("utf-16-le")
        head = encoded.ljust(64, b"\0") + struct.pack("<H2B", len(encoded) + 2, kind, 1)
        links = struct.pack("<3I", 0xFFFFFFFF, 0xFFFFFFFF, child)
        return head + links + bytes(36) + struct.pack("<3I", first, length, 0)

    def numbers(*values: int) -> bytes:
        return struct.pack(f"<{len(values)}I", *values).ljust(512, b"\xff")

    end_of_chain = 0xFFFFFFFE
    shorts = len(book) // 64 + 1
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<9I", 1, 1, 0, 4096, 2, 1, end_of_chain, 0, 0)
    path.write_bytes(
        header.ljust(512, b"\xff")
        + numbers(0xFFFFFFFD, end_of_chain, end_of_chain, end_of_chain)
        + (
            entry("Root Entry", 5, 1, 3, 512) + entry("Workbook", 2, 0xFFFFFFFF, 0, len(book))
        ).ljust(512, b"\0")
        + numbers(*range(1, shorts), end_of_chain)
        + book.ljust(512, b"\0")
    )
    return path


ODS = """<office:document-content office:version="1.3"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>
</office:document-content>"""
ODS_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def ods_cell(value: Any) -> str:
    """Return a cell as LibreOffice writes it; a text that begins with < is the cell itself."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str) and value.startswith("<"):
        return value
    kind, attribute = "string", ""
    if isinstance(value, bool):
        kind, attribute = "boolean", f'office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind, attribute = "float", f'office:value="{value!r}"'
    elif isinstance(value, datetime.date):
        kind, attribute = "date", f'office:date-value="{value.isoformat()}"'
    shown = html.escape(str(value))
    return (
        f'<table:table-cell office:value-type="{kind}" {attribute} calcext:value-type="{kind}">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def ods(path: Path, rows: Rows, **further: Rows) -> Path:
    """Write an OpenDocument sheet; further tabs go by their names."""
    tables = ""
    for name, content in {"first": rows, **further}.items():
        lines = ("".join(map(ods_cell, row)) for row in content)
        body = "".join(
            f"<table:table-row>{line or ods_cell(None)}</table:table-row>" for line in lines
        )
        tables += f'<table:table table:name="{name}">{body}</table:table>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(tables=tables))
        archive.writestr("META-INF/manifest.xml", ODS_MANIFEST)
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
