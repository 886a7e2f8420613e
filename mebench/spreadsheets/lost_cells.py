"""Cells that calamine returns as empty, and limits that it does not check.

calamine, which reads the workbooks, returns an error such as ``#REF!`` and a formula without a
stored result as an empty cell. It also holds each tab in memory as a rectangle, so that a single
cell far from the others, or a damaged row number, could end the process. The functions here look
through a file first: they return the lost cells of each tab, and refuse cells beyond the limits.
"""

from __future__ import annotations

import io
import posixpath
import struct
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from mebench.spreadsheets.workbook_model import (
    COPY_AGAIN,
    SpecialCell,
    check_position,
    column_index,
    password_error,
    too_large_error,
    unreadable_error,
)

LostCells: TypeAlias = dict[tuple[int, int], SpecialCell]
"""Cells of a tab by 1-based row and 0-based column."""


TEXT_LIMIT = 100_000_000
"""Most characters of all cells. Cells can share a text, and calamine copies it for each."""


class TextBudget:
    """Counts the characters of the cells of a workbook, up to the limit."""

    def __init__(self, path: Path) -> None:
        self._path, self._left = path, TEXT_LIMIT

    def take(self, characters: int) -> None:
        """Count the text of a cell; raise ``sheet-too-large`` above the limit."""
        self._left -= characters
        if self._left < 0:
            message = f"Its cells have more than {TEXT_LIMIT // 10**6} million characters."
            raise too_large_error(self._path, message)


def lost_in_xlsx(parts: Mapping[str, bytes], path: Path) -> list[LostCells]:
    """Return the lost cells of each tab of an .xlsx, given its XML parts by name."""
    book = next(name for name in parts if name.endswith("workbook.xml"))
    folder = posixpath.dirname(book)
    relations = ElementTree.fromstring(parts[f"{folder}/_rels/workbook.xml.rels"])
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    budget = TextBudget(path)
    lengths = _shared_lengths(parts.get(f"{folder}/sharedStrings.xml", b"<sst/>"))
    read: set[str] = set()
    tabs = []
    for sheet in ElementTree.fromstring(parts[book]).iterfind("{*}sheets/{*}sheet"):
        target = next(targets[sheet.attrib[key]] for key in sheet.attrib if key.endswith("}id"))
        name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if name in read:
            raise ValueError("two tabs have the same content")
        read.add(name)
        tab = sheet.get("name", "")
        tabs.append(_lost_in_worksheet(parts[name], tab, path, lengths, budget))
    return tabs


def _shared_lengths(part: bytes) -> list[int]:
    """Return the lengths of the texts that cells point to."""
    lengths = []
    for _, element in ElementTree.iterparse(io.BytesIO(part)):
        if element.tag.endswith("}si"):
            lengths.append(sum(map(len, element.itertext())))
            element.clear()
    return lengths


def _lost_in_worksheet(
    part: bytes, tab: str, path: Path, lengths: Sequence[int], budget: TextBudget
) -> LostCells:
    lost: LostCells = {}
    number = 0
    for _, row in ElementTree.iterparse(io.BytesIO(part)):
        if not row.tag.endswith("}row"):
            continue
        number, column = int(row.get("r", number + 1)), -1
        check_position(number, 0, tab, path, is_filled=False)
        for cell in row:
            letters = cell.get("r", "").rstrip("0123456789")
            column = column_index(letters) if letters else column + 1
            check_position(number, column, tab, path, is_filled=len(cell) > 0)
            parts = {part.tag.rpartition("}")[2]: part.text for part in reversed(cell)}
            result, kind = parts.get("v"), cell.get("t", "n")
            if kind == "s":
                budget.take(lengths[int(result or 0)])
            if kind == "e":
                lost[number, column] = SpecialCell("error", result or "#ERROR")
            elif "f" in parts and not result and kind == "n":
                lost[number, column] = SpecialCell("formula", f"={parts['f'] or ''}")
        row.clear()
    return lost


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_REPETITION_LIMIT = 100_000


def lost_in_ods(parts: Mapping[str, bytes], path: Path) -> list[LostCells]:
    """Return the lost cells of each tab of an .ods, given its XML parts by name."""
    tabs: list[LostCells] = []
    tab, number, budget = "", 1, TextBudget(path)
    content = io.BytesIO(parts["content.xml"])
    for event, element in ElementTree.iterparse(content, ("start", "end")):
        if event == "start" and element.tag == f"{_TABLE}table":
            tab, number = element.get(f"{_TABLE}name", ""), 1
            tabs.append({})
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            rows = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            column = 0
            for cell in element:
                columns = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
                if _TYPE in cell.attrib or f"{_TABLE}formula" in cell.attrib:
                    check_position(number + rows - 1, column + columns - 1, tab, path)
                    if rows * columns > _REPETITION_LIMIT:
                        message = f"A cell of the tab {tab[:80]!r} is repeated too often."
                        raise too_large_error(path, message)
                    budget.take(rows * columns * sum(map(len, cell.itertext())))
                    special = _special_ods_cell(cell)
                    if special is not None:
                        numbers = range(number, number + rows)
                        block = product(numbers, range(column, column + columns))
                        tabs[-1].update(dict.fromkeys(block, special))
                column += columns
            number += rows
            element.clear()
    return tabs


def _special_ods_cell(cell: Element) -> SpecialCell | None:
    if cell.get(_CALC_TYPE) == "error":
        lines = ("".join(line.itertext()) for line in cell.iterfind("{*}p"))
        return SpecialCell("error", " ".join(lines) or "#ERROR")
    if _TYPE not in cell.attrib:
        return SpecialCell("formula", cell.get(f"{_TABLE}formula", ""))
    return None


# Types of the records of an .xls (BIFF). Records of cells begin with the row and the column.
_SHEET, _BEGIN, _DIMENSIONS, _FORMULA, _BOOL_OR_ERROR = 0x0085, 0x0809, 0x0200, 0x0006, 0x0205
_PASSWORD, _TEXTS, _CONTINUED, _TEXT_CELL = 0x002F, 0x00FC, 0x003C, 0x00FD
_CELLS = (_FORMULA, _BOOL_OR_ERROR, 0x0203, 0x0204, 0x00D6, 0x027E, 0x00FD, 0x00BD)
_XLS_ROWS, _XLS_COLUMNS = 1 << 16, 1 << 8
_ERROR_CODES = (0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A)
_ERROR_NAMES = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
_ERRORS = dict(zip(_ERROR_CODES, _ERROR_NAMES, strict=True))


def lost_in_xls(content: bytes, path: Path) -> list[LostCells]:
    """Return the errors in each tab of an .xls, which stores the result of every formula."""
    stream = _workbook_stream(content, path)
    budget = TextBudget(path)
    texts: list[bytes] = []
    lengths: list[int] = []
    starts: list[int] = []
    tabs: list[LostCells] = []
    tab: LostCells = {}
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        record = stream[at + 4 : at + 4 + size]
        if len(record) < size:
            raise ValueError("it ends in the middle of a record")
        if kind == _TEXTS or (kind == _CONTINUED and texts and not lengths):
            texts.append(record)
        elif texts and not lengths:
            lengths = _text_lengths(texts)
        if kind == _SHEET:
            starts.append(int.from_bytes(record[:4], "little"))
            tabs.append({})
        elif kind == _PASSWORD:
            raise password_error(path)
        elif kind == _BEGIN and at in starts:
            tab = tabs[starts.index(at)]
        elif kind == _DIMENSIONS:
            first, last, _, columns = struct.unpack("<4H2x" if size < 14 else "<2I2H2x", record)
            if not first <= last <= _XLS_ROWS or columns > _XLS_COLUMNS:
                raise ValueError("a tab has impossible dimensions")
        elif kind in _CELLS:
            row, column = struct.unpack_from("<2H", record)
            if column >= _XLS_COLUMNS:
                raise ValueError("a cell has an impossible column")
            if kind == _TEXT_CELL:
                budget.take(lengths[int.from_bytes(record[6:10], "little")])
            code = None
            if kind == _BOOL_OR_ERROR and record[7]:
                code = record[6]
            elif kind == _FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff":
                code = record[8]
            if code is not None:
                tab[row + 1, column] = SpecialCell("error", _ERRORS.get(code, "#ERROR"))
        at += 4 + size
    if any(start >= len(stream) for start in starts):
        raise ValueError("a tab is missing")
    if len(set(starts)) < len(starts):
        raise ValueError("two tabs have the same content")
    return tabs


def _text_lengths(records: list[bytes]) -> list[int]:
    """Return the lengths of the texts in the table of an .xls, which continues in further records.

    A text that continues repeats the width of its characters.
    """
    lengths: list[int] = []
    at, index = 8, 0

    def skip(size: int) -> None:
        nonlocal at, index
        at += size
        while at >= len(records[index]) and index + 1 < len(records):
            at -= len(records[index])
            index += 1

    skip(0)
    for _ in range(int.from_bytes(records[0][4:8], "little")):
        if at >= len(records[index]):
            break
        length, flags = struct.unpack_from("<HB", records[index], at)
        lengths.append(length)
        runs = int.from_bytes(records[index][at + 3 : at + 5], "little") if flags & 8 else 0
        extra_at = at + (5 if flags & 8 else 3)
        extra = int.from_bytes(records[index][extra_at : extra_at + 4], "little") * (flags >> 2 & 1)
        skip(3 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0))
        while length:
            width = 1 + (flags & 1)
            here = min(length, (len(records[index]) - at) // width)
            length -= here
            at += here * width
            if length:
                index, at = index + 1, 1
                flags = records[index][0]
        skip(4 * runs + extra)
    return lengths


def _workbook_stream(content: bytes, path: Path) -> bytes:
    """Return the records of an .xls: a file system of streams, which are chains of sectors."""

    def number_at(at: int) -> int:
        return int.from_bytes(content[at : at + 4], "little")

    size = 1 << min(content[30], 12)
    sectors = content[size:]
    count = len(sectors) // size + 1
    table_sectors, further = _numbers(content[76:512]), number_at(68)
    seen: set[int] = set()
    while further < count:
        if further in seen:
            raise ValueError(_CIRCLE)
        seen.add(further)
        *more, further = _numbers(sectors[size * further : size * (further + 1)])
        table_sectors += more
    stored = [n for n in table_sectors if n < count]
    if len(set(stored)) < len(stored):
        raise ValueError("a table is listed twice")
    table = _numbers(b"".join(sectors[size * n : size * (n + 1)] for n in stored))[:count]
    _refuse_circles(table)
    _refuse_circles(_numbers(_chain(sectors, size, table, number_at(60))))
    directory = _chain(sectors, size, table, number_at(48))
    streams: dict[str, tuple[int, int]] = {}
    for at in range(0, len(directory) - 127, 128):
        name = directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
        streams[name.casefold()] = struct.unpack_from("<2I", directory, at + 116)
    if not streams.keys() & {"workbook", "book"}:
        message = "The file is an Office document, but not a workbook."
        raise unreadable_error(path, message, COPY_AGAIN)
    first, length = streams.get("workbook") or streams["book"]
    if length < 4096:  # a short stream is in shorter sectors, which are a stream themselves
        short_table = _numbers(_chain(sectors, size, table, number_at(60)))
        sectors = _chain(sectors, size, table, streams["root entry"][0])
        size, table = 64, short_table
    return _chain(sectors, size, table, first)[:length]


_CIRCLE = "its sectors form a circle"


def _refuse_circles(table: list[int]) -> None:
    """Raise an error if a chain does not end: calamine would follow it until memory is full."""
    visited = [0] * len(table)  # the number of the walk that came first, counted from 1
    for walk in range(1, len(table) + 1):
        number = walk - 1
        while number < len(table) and not visited[number]:
            visited[number] = walk
            number = table[number]
        if number < len(table) and visited[number] == walk:
            raise ValueError(_CIRCLE)


def _numbers(data: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", data)]


def _chain(sectors: bytes, size: int, table: list[int], number: int) -> bytes:
    """Return the sectors of a chain; the table has the number of the sector after each."""
    chain: list[bytes] = []
    while number < len(table) and len(chain) < len(table):
        chain.append(sectors[size * number : size * (number + 1)])
        number = table[number]
    return b"".join(chain)
