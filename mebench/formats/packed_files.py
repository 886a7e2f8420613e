"""Files in other files: the text of a sheet in a workbook, and of the members of a zip.

Nothing is written to disk. The size of a member is counted while it is unpacked.
"""

from __future__ import annotations

import io
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text_file import TextFile, read_bytes, to_text
from mebench.models.table_mapping import TableMapping

if TYPE_CHECKING:
    from mebench.spreadsheets.workbook_model import SheetRow, Value

MEMBER_LIMIT = 1000
"""The most members of a zip."""

UNPACKED_LIMIT = 256 << 20
"""The most bytes that a zip unpacks to; a submission has a few megabytes."""

TITLE_ROWS = 20
"""The header of a sheet is in one of these first rows."""

PROBED_ROWS = 10
"""Rows from a possible header on that show whether it is one."""

_ZIP, _OLE = (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_PARTS = {"[Content_Types].xml", "content.xml"}
_DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".log", ".json", ".jsonl", ".xlsx", ".xls", ".ods")
_NO_DATA = ("readme", "license", "licence", "changelog", "requirements")


def read_source(
    path: str | Path, findings: Findings, mapping: TableMapping | None = None
) -> TextFile:
    """Read the text of a file; of the only file of a zip, or of a sheet in a workbook.

    Raises ``archive-several-files`` if a zip has several.
    """
    sources = read_sources(path, findings, mapping)
    if len(sources) > 1:
        raise several_files_error(str(path), [source.name for source in sources])
    return sources[0]


def several_files_error(path: str, members: list[str]) -> MebenchError:
    """Return the error for a zip with several files, where one is expected."""
    names = [name.removeprefix(f"{path}/") for name in members]
    return MebenchError.of(
        "archive-several-files",
        f"The zip has {len(names)} files: {', '.join(names[:10])}.",
        "Unpack it and pass one of them; or name each file of a protocol with several data sets "
        "after its data set, such as casme3_pred.csv and sammlv_pred.csv.",
        Place(file=path),
    )


def read_sources(
    path: str | Path, findings: Findings, mapping: TableMapping | None = None
) -> list[TextFile]:
    """Read the text of a file, or of each file in a zip."""
    content, name = read_bytes(path), str(path)
    contents = [(name, content)]
    if content.startswith(_ZIP):
        contents = [
            (f"{name}/{inner}", data) for inner, data in _unpacked(content, name)
        ] or contents
    return [
        _sheet_text(data, inner, findings, mapping)
        if data.startswith((*_ZIP, _OLE))
        else to_text(data, inner)
        for inner, data in contents
    ]


def _unpacked(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """Return the data files of a zip by name, in alphabetical order; none for a workbook."""
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
            if entries.keys() & _WORKBOOK_PARTS:
                return []
            if len(entries) > MEMBER_LIMIT:
                raise _refused(name, f"has {len(entries):,} members; at most {MEMBER_LIMIT:,}")
            for member in entries:
                if ".." in PurePosixPath(member).parts or re.match("/|[A-Za-z]:", member):
                    raise _refused(name, f"has the member {member[:80]!r}, a path outside of it")
            chosen = sorted(filter(_is_data, entries))
            if not chosen:
                raise _refused(name, "has no file of predictions")
            left, contents = UNPACKED_LIMIT, []
            for member in chosen:
                if entries[member].flag_bits & 1:
                    raise _refused(name, "is protected by a password")
                with archive.open(entries[member]) as stream:
                    data = stream.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise _refused(name, f"unpacks to more than {UNPACKED_LIMIT >> 20} MB")
                contents.append((member, data))
            return contents
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise _refused(name, f"is damaged: {str(error).rstrip('.')[:100]}") from None


def _is_data(member: str) -> bool:
    """Return whether a member of a zip may be a file of predictions."""
    path = PurePosixPath(member)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    stem = path.name.casefold()
    return not hidden and stem.endswith(_DATA_SUFFIXES) and not stem.startswith(_NO_DATA)


def _refused(name: str, why: str) -> MebenchError:
    remedy = "Pack the prediction files again, without anything else, or pass them unpacked."
    return MebenchError.of("archive-unreadable", f"The zip {why}.", remedy, Place(file=name))


def _sheet_text(
    content: bytes, name: str, findings: Findings, mapping: TableMapping | None
) -> TextFile:
    """Return the first sheet of a workbook with a header that is understood, as text.

    Its lines are the rows of the sheet; those above the header are blank.
    """
    from mebench.spreadsheets.workbook_reader import read_tabs

    tabs = [tab for tab in read_tabs(content, Path(name))[1] if tab.rows]
    if not tabs:
        raise MebenchError.of(
            "file-empty", "All cells of the workbook are empty.", "", Place(file=name)
        )
    found = []
    for tab in tabs:
        place = f"{name}[{tab.name}]" if len(tabs) > 1 else name
        for index in range(min(len(tab.rows), TITLE_ROWS)):
            # A few rows suffice to find the header.
            probe = _as_csv(tab.rows[index : index + PROBED_ROWS])
            if _is_understood(TextFile(place, probe, ",", is_sheet=True), mapping):
                found.append(TextFile(place, _as_csv(tab.rows[index:]), ",", is_sheet=True))
                break
    if len(found) > 1:
        findings.note(
            "sheet-tabs",
            f"The sheet {found[0].name!r} was read; {len(found) - 1} more would fit as well.",
            "To read another one, save it as a file of its own.",
            Place(file=name),
        )
    if found:
        return found[0]
    place = f"{name}[{tabs[0].name}]" if len(tabs) > 1 else name
    return TextFile(place, _as_csv(tabs[0].rows), ",", is_sheet=True)


def _is_understood(source: TextFile, mapping: TableMapping | None) -> bool:
    from mebench.formats.column_names import find_layout

    try:
        return find_layout(source, mapping) is not None
    except MebenchError as error:
        return error.diagnostics[0].code == "columns-ambiguous"


def _as_csv(rows: tuple[SheetRow, ...]) -> str:
    """Return rows as CSV, each on the line of its number.

    Spreadsheets store no empty cells at the end of a row, so all rows get as many as the header.
    """
    import csv

    lines: list[str] = []
    width = len(rows[0].cells) if rows else 0
    for row in rows:
        lines += [""] * (row.number - 1 - len(lines))
        out = io.StringIO()
        # A comma in the header would be read as a delimiter.
        clean = str.maketrans("\r\n" + ',"' * (row is rows[0]), "  " + "  " * (row is rows[0]))
        cells = [_as_text(cell).translate(clean) for cell in row.cells]
        cells += [""] * (width - len(cells))
        csv.writer(out, lineterminator="").writerow(cells)
        lines.append(out.getvalue())
    return "\n".join(lines) + "\n"


def _as_text(cell: Value) -> str:
    from mebench.spreadsheets.workbook_model import SpecialCell

    if isinstance(cell, SpecialCell):
        return cell.display
    if isinstance(cell, bool):
        return str(cell).upper()
    return "" if cell is None else str(cell)
