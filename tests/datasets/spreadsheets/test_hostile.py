"""Files that are no sheets, damaged ones, and some that are made to harm."""

from __future__ import annotations

import io
import os
import random
import struct
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from mebench.diagnostics import Findings, MebenchError
from mebench.spreadsheets import workbook_file as workbook_module
from mebench.spreadsheets import workbook_reader as xlsx_module
from mebench.spreadsheets.workbook_file import read_workbook
from tests.datasets.spreadsheets.making import (
    Rows,
    cells,
    ods,
    read,
    refusal,
    repacked,
    short_xls,
    with_sheet,
    with_strings,
    xls,
    xlsx,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def bare(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "sheet-empty", "The file is empty"),
        (b" \r\n\t\n", "sheet-empty", "The file is empty"),
        (b"\0" * 512, "sheet-empty", "The file is empty"),
        (b",,\n,,\n", "sheet-empty", "All cells are empty"),
        (b"\xff\xfe", "sheet-empty", "All cells are empty"),
        (b"PK\x03\x04 and no more", "sheet-unreadable", "damaged or cut off"),
        (OLE + b"no more", "sheet-unreadable", "damaged or cut off"),
        (OLE + bytes(5000), "sheet-unreadable", "damaged or cut off"),
        (b"\x09\x08\x10\x00", "sheet-unreadable", "a format from before Excel 97"),
        (b"\n<!DOCTYPE html><html><table>", "sheet-unreadable", "an HTML page"),
        (b'\xef\xbb\xbf<HTML xmlns:x="urn">', "sheet-unreadable", "an HTML page"),
        (b"<?xml version='1.0'?><Workbook/>", "sheet-unreadable", "an XML file"),
        (b"%PDF-1.7", "sheet-unreadable", "a PDF"),
        (b"Rar!\x1a\x07", "sheet-unreadable", "Unpack it first"),
        (b"\x1f\x8b\x08", "sheet-unreadable", "Unpack it first"),
        (b"version https://git-lfs.github.com/spec/v1\n", "sheet-unreadable", "git lfs pull"),
        (b"a\0b,c", "sheet-unreadable", "neither a workbook nor text"),
        (b'a,"b\nc,d\n', "sheet-unreadable", "a quote that is opened and never closed"),
    ],
)
@pytest.mark.parametrize("name", ["a.xls", "a.xlsx", "a.csv"])
def test_what_is_no_sheet_is_said_to_be_none(
    tmp_path: Path, name: str, content: bytes, code: str, said: str
) -> None:
    found, message = refusal(bare(tmp_path / name, content))
    assert found == code
    assert said in message


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx")[0] == "sheet-unreadable"
    assert "This is a folder" in refusal(tmp_path)[1]
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "not a regular file" in refusal(tmp_path / "pipe.xlsx")[1]
    (tmp_path / "loop.xlsx").symlink_to(tmp_path / "loop.xlsx")
    assert refusal(tmp_path / "loop.xlsx")[0] == "sheet-unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["a"]])
    path.chmod(0)
    assert "Permission denied" in refusal(path)[1]


def test_other_things_that_are_zips(tmp_path: Path) -> None:
    for member, said in {
        "xl/workbook.bin": "(.xlsb)",
        "word/document.xml": "Word",
        "holiday.jpg": "not a workbook",
    }.items():
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            archive.writestr(member, "x")
        assert said in refusal(tmp_path / "a.xlsx")[1]


def test_a_password_is_called_by_its_name(tmp_path: Path) -> None:
    stream = "EncryptedPackage".encode("utf-16-le")
    assert refusal(bare(tmp_path / "a.xlsx", OLE + bytes(1024) + stream))[0] == "sheet-password"
    path = xlsx(tmp_path / "b.xlsx", [["a"]])
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of the first entry
    assert refusal(bare(path, bytes(content)))[0] == "sheet-password"

    path = ods(tmp_path / "c.ods", [["a"]])
    encrypted = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    repacked(path, lambda name, old: encrypted if "manifest" in name else old)
    assert refusal(path)[0] == "sheet-password"
    path = xls(tmp_path / "d.xls", [["a"]])
    begin = path.read_bytes().index(b"\x09\x08\x10\x00")
    content = bytearray(path.read_bytes())
    content[begin + 20 : begin + 24] = b"\x2f\x00" + content[begin + 22 : begin + 24]
    assert refusal(bare(path, bytes(content)))[0] == "sheet-password"


def test_files_that_were_cut_off(tmp_path: Path) -> None:
    for intact in (
        xlsx(tmp_path / "a.xlsx", [["a"]] * 300),
        xls(tmp_path / "a.xls", [["a"]] * 300),
        ods(tmp_path / "a.ods", [["a"]] * 300),
    ):
        content = intact.read_bytes()
        for share in (0.1, 0.5, 0.9):
            cut = bare(tmp_path / f"cut{intact.suffix}", content[: int(len(content) * share)])
            assert refusal(cut)[0] == "sheet-unreadable"


def test_no_damage_makes_a_traceback(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever the byte: it is read, or refused by a code."""
    chance = random.Random(5)
    rows: Rows = [["Subject", "Onset"], *(["s", at] for at in range(20))]
    refused = 0
    for intact in (
        xlsx(tmp_path / "a.xlsx", rows),
        xls(tmp_path / "a.xls", rows),
        ods(tmp_path / "a.ods", rows),
    ):
        content = intact.read_bytes()
        for _ in range(40):
            damaged = bytearray(content)
            for _ in range(20):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                read_workbook(bare(tmp_path / "b.xlsx", bytes(damaged)), Findings())
            except MebenchError as error:
                assert error.diagnostics[0].code.startswith("sheet-")
                refused += 1
    assert refused > 20
    assert capfd.readouterr() == ("", "")


def test_damaged_parts(tmp_path: Path) -> None:
    for part in ("xl/workbook.xml", "workbook.xml.rels", "xl/styles.xml", "sheet1.xml"):
        path = xlsx(tmp_path / "a.xlsx", [["a"]])
        repacked(path, lambda name, old, part=part: b"<no" if name.endswith(part) else old)  # type: ignore[misc]
        assert refusal(path)[0] == "sheet-unreadable", part
    path = with_strings(tmp_path / "a.xlsx", "a")
    repacked(path, lambda name, old: None if "sharedStrings" in name else old)
    assert refusal(path)[0] == "sheet-unreadable"


def test_a_workbook_of_charts_only_has_no_tab(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "empty"
    book.save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx")[0] == "sheet-empty"


def bomb(path: Path, size: int) -> Path:
    """Put a part that unpacks to a given number of zeros into a workbook."""
    xlsx(path, [["a"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/bomb.xml", "w") as stream,
    ):
        for _ in range(size >> 20):
            stream.write(b" " * (1 << 20))
    return path


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", xlsx_module.UNPACKED_LIMIT + (1 << 20))
    assert path.stat().st_size < 1 << 20
    code, message = refusal(path)
    assert (code, "unpacks to more than 64 MB" in message) == ("sheet-too-large", True)


def test_a_zip_bomb_that_declares_little_is_not_unpacked(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", 8 << 20)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/bomb.xml"))
    assert struct.unpack_from("<I", content, entry + 24)[0] == 8 << 20
    struct.pack_into("<I", content, entry + 24, 10)
    code, message = refusal(bare(path, bytes(content)))
    assert (code, "damaged" in message) == ("sheet-unreadable", True)


def test_pictures_are_not_counted(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["a"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.png", "w") as stream,
    ):
        for _ in range(65):
            stream.write(bytes(1 << 20))
    assert read(path)[0].tabs[0].rows[0].cells == ("a",)


def test_a_zip_of_very_many_files(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["a"]])
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(xlsx_module.MEMBER_LIMIT):
            archive.writestr(f"xl/{number}", b"")
    assert refusal(path)[0] == "sheet-too-large"


def test_a_file_of_a_size_that_no_sheet_has(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(workbook_module.FILE_LIMIT + 1)
    assert refusal(path)[0] == "sheet-too-large"


@pytest.mark.parametrize(
    "data",
    [
        '<row r="200001"><c r="A200001"><v>1</v></c></row>',
        '<row r="99999999999"><c r="A1"/></row>',
        '<row r="1"><c r="SG1"><v>1</v></c></row>',
        '<row><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        f'<row r="1">{"<c/>" * (xlsx_module.TAG_LIMIT + 1)}</row>',
    ],
    ids=["row 200001", "eleven digits", "column 501", "the last cell", "an endless row"],
)
def test_more_than_a_sheet_has(tmp_path: Path, data: str) -> None:
    begin = time.perf_counter()
    assert refusal(with_sheet(tmp_path / "a.xlsx", data))[0] == "sheet-too-large"
    assert time.perf_counter() - begin < 20


@pytest.mark.parametrize(
    "repetition",
    ['table:number-columns-repeated="501"', 'table:number-columns-repeated="999999999"'],
)
def test_more_than_an_ods_has(tmp_path: Path, repetition: str) -> None:
    cell = f'<table:table-cell office:value-type="float" office:value="1" {repetition}/>'
    assert refusal(ods(tmp_path / "a.ods", [["a"], [cell]]))[0] == "sheet-too-large"
    row = '<table:table-row table:number-rows-repeated="200000">'
    path = repacked(
        ods(tmp_path / "b.ods", [[cell]]),
        lambda name, old: old.replace(b"<table:table-row>", row.encode()),
    )
    assert refusal(path)[0] == "sheet-too-large"


def test_an_xls_with_a_cell_in_a_column_that_cannot_be(tmp_path: Path) -> None:
    """A reader that believed it would need more memory than there is."""
    path = xls(tmp_path / "a.xls", [[1.5], [2.5]])
    content = path.read_bytes()
    record = struct.pack("<HHHH", 0x027E, 10, 1, 0)
    changed = struct.pack("<HHHH", 0x027E, 10, 0xFFFF, 0xFFFF)
    assert content.count(record) == 1
    assert "impossible column" in refusal(bare(path, content.replace(record, changed)))[1]


def test_the_last_row_and_column_are_read(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "a.xlsx", '<row r="200000"><c r="SF200000"><v>1</v></c></row>')
    ((number, values),) = read(path)[0].tabs[0].rows
    assert (number, len(values), values[-1]) == (200_000, 500, 1)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    path = with_sheet(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row>',
        before=f"<!DOCTYPE x [{laughs}]>",
    )
    assert refusal(path)[0] == "sheet-unreadable"
    secret = bare(tmp_path / "secret", b"secret")
    path = with_sheet(
        tmp_path / "b.xlsx",
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&file;</t></is></c></row>',
        before=f'<!DOCTYPE x [<!ENTITY file SYSTEM "{secret.as_uri()}">]>',
    )
    assert refusal(path)[0] == "sheet-unreadable"


def test_text_with_too_many_rows_or_columns(tmp_path: Path) -> None:
    late = b"x\n" + b"\n" * 199_999 + b"x\n"
    assert refusal(bare(tmp_path / "a.csv", late))[0] == "sheet-too-large"
    assert refusal(bare(tmp_path / "a.csv", b"x," * 500 + b"x\n"))[0] == "sheet-too-large"
    assert len(read(bare(tmp_path / "a.csv", b"x\n" * 200_000))[0].tabs[0].rows) == 200_000


def test_an_archive_in_an_archive(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("sheet.xlsx", xlsx(tmp_path / "a.xlsx", [["a"]]).read_bytes())
    assert "not a workbook" in refusal(bare(tmp_path / "b.xlsx", inner.getvalue()))[1]


CIRCLES = {
    "in the table of sectors": ([(516, 1)], "form a circle"),
    "in the list of tables": ([(68, 0), (72, 2**32 - 1), (512 + 508, 0)], "form a circle"),
    "a table twice": ([(80, 0)], "listed twice"),
}


@pytest.mark.parametrize("name", CIRCLES)
def test_chains_of_an_xls_that_never_end(tmp_path: Path, name: str) -> None:
    """Calamine would follow them until the memory is full."""
    changes, words = CIRCLES[name]
    content = bytearray(short_xls(tmp_path / "s.xls").read_bytes())
    assert content[76:80] == bytes(4)
    for at, value in changes:
        content[at : at + 4] = struct.pack("<I", value)
    code, message = refusal(bare(tmp_path / "s.xls", bytes(content)))
    assert code == "sheet-unreadable"
    assert words in message


def test_a_panic_of_calamine_prints_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = bytearray(short_xls(tmp_path / "s.xls").read_bytes())
    content[63:65] = bytes(2)
    assert refusal(bare(tmp_path / "s.xls", bytes(content)))[0] == "sheet-unreadable"
    assert capfd.readouterr() == ("", "")


def shared_text_xlsx(path: Path, count: int) -> Path:
    """Write a workbook whose cells all point to the same long text."""
    with_strings(path, "x" * 30_000)
    row = '<c t="s"><v>0</v></c>' * 50
    rows = "".join(f'<row r="{at}">{row}</row>' for at in range(1, count // 50 + 1))
    old, new = b"<sheetData>", f"<sheetData>{rows}".encode()
    return repacked(
        path,
        lambda name, part: (
            part[: part.index(old)] + new + b"</sheetData></worksheet>"
            if name.endswith("sheet1.xml")
            else part
        ),
    )


def test_cells_that_share_a_long_text(tmp_path: Path) -> None:
    """Each gets a copy: 11 kB took 2.9 GB."""
    row = [["x" * 30_000] * 50]
    for path in (
        shared_text_xlsx(tmp_path / "s.xlsx", 5000),
        xls(tmp_path / "s.xls", row * 100),
        repacked(
            ods(tmp_path / "s.ods", [["y" * 30_000]]),
            lambda name, part: part.replace(
                b"<table:table-cell ",
                b'<table:table-cell table:number-columns-repeated="400" '
                b'table:number-columns-spanned="1" ',
            ).replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="200">'),
        ),
    ):
        code, message = refusal(path)
        assert code == "sheet-too-large", path
        assert "100 million characters" in message or "repeated" in message
    assert len(cells(shared_text_xlsx(tmp_path / "s.xlsx", 100))) == 2
    assert len(cells(xls(tmp_path / "s.xls", row * 2))) == 2


def test_two_tabs_with_the_same_content(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "s.xlsx", [["x"]], second=[["y"]])
    repacked(
        path,
        lambda name, part: (
            part.replace(b"sheet2.xml", b"sheet1.xml") if name.endswith("book.xml.rels") else part
        ),
    )
    assert "same content" in refusal(path)[1]


@pytest.mark.parametrize("text", ["é" * 9_000, "微" * 9_000, "a" * 20_000 + "微", "x" * 32_767])
def test_long_texts_of_an_xls_continue_in_further_records(tmp_path: Path, text: str) -> None:
    rows = [[text, "short", "a" * 5_000], ["b" * 4_000, text, "c" * 8_000 + "微"]]
    assert [list(found) for _, found in cells(xls(tmp_path / "s.xls", rows))] == rows
