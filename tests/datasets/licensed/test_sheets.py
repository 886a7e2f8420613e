"""Sheets that are missing, doubled, of another format, damaged, or wrong in a row."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.datasets.licensed.long_videos import (
    SAMMLV_HEADER,
    SAMMLV_PREAMBLE,
    SAMMLV_ROWS,
)
from tests.datasets.licensed.making import xlsx
from tests.datasets.licensed.miniatures import Miniature, make
from tests.datasets.licensed.running import CommandLine, Run
from tests.datasets.licensed.short_clips import CASME2_HEADER, CASME2_ROWS, casme2_row


def refused(mebench: CommandLine, made: Miniature) -> Run:
    """See that check and export refuse for the same errors, and that nothing is written."""
    run = mebench("datasets", "check", made.id, "--root", made.root)
    assert run.status == 1
    exported = mebench("datasets", "export-truth", made.id, "--root", made.root, "-o", "t.json")
    assert exported.status == 1
    assert exported.codes() <= run.codes()
    assert exported.codes()
    assert not (mebench.folder / "t.json").exists()
    return exported


def with_rows(root: Path, *rows: Sequence[Any]) -> Miniature:
    """Make CASME II with other rows in its sheet."""
    made = make("casme2", root)
    assert made.sheet is not None
    xlsx(made.sheet, {"Sheet1": (CASME2_HEADER, *rows)})
    return made


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("casme2", "CASME2-coding-20140508.xlsx"),
        ("casme2", "CASME2_label_Ver_2.xls"),
        ("casme-sq", "CASME_sq_gt.xlsx"),
        ("sammlv", "SAMM_LongVideos_V3_Release.xlsx"),
        ("samm", "SAMM_20181215_Micro_FACS_Codes_v2.xlsx"),
        ("smic-hs", "SMIC_HS_E_annotation.xlsx"),
        ("meview", "annotations.csv"),
        ("casme3", "casme3_label.xlsx"),
    ],
)
def test_two_candidates(mebench: CommandLine, tmp_path: Path, name: str, other: str) -> None:
    """With the same content, one is read; else the user must choose, as the message says."""
    made = make(name, tmp_path / "my copy")
    assert made.sheet is not None
    shutil.copy(made.sheet, made.sheet.with_name(other))
    run = mebench("datasets", "check", made.id, "--root", made.root)
    assert "sheet-chosen" in run.codes("note"), run.said
    copied = made.sheet.with_name(other)
    rows = [list(row) for row in calamine_rows(copied)]
    del rows[3 if name.startswith("smic") else -1]
    with copied.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    if name == "casme3":  # the version decides
        assert (
            "it is the newer version"
            in mebench("datasets", "check", made.id, "--root", made.root).said
        )
        return
    run = refused(mebench, made)
    assert run.codes() == {"sheet-ambiguous"}
    assert made.sheet.name in run.said
    assert other in run.said
    (advice,) = re.findall(r"pass (--sheet .+), or remove the other", run.said)
    export = ("datasets", "export-truth", made.id, "--root", made.root)
    assert mebench(*export, *shlex.split(advice)).status == 0


def calamine_rows(path: Path) -> list[list[Any]]:
    """Return the rows of the first tab of a sheet, from its first cell on."""
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as stream:
            return list(csv.reader(stream))
    tab = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0)
    return [
        [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row]
        for row in tab.to_python(skip_empty_area=False)
    ]


def test_a_sheet_of_another_name(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "my copy")
    assert made.sheet is not None
    made.sheet.rename(made.root / "my codes.xlsx")
    run = refused(mebench, made)
    assert run.codes() == {"sheet-missing"}
    assert "'my codes.xlsx' has the required columns" in run.said
    (advice,) = re.findall(r"pass (--sheet .+)\.$", run.said, re.MULTILINE)
    export = ("datasets", "export-truth", made.id, "--root", made.root)
    assert mebench(*export, *shlex.split(advice)).status == 0


def test_the_right_sheet_and_none_alike(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    assert made.sheet is not None
    made.sheet.unlink()
    xlsx(made.root / "shopping.xlsx", {"list": [("milk", "tea"), (1, 2)]})
    run = refused(mebench, made)
    assert run.codes() == {"sheet-missing"}
    assert f"Other sheets in it: {made.root / 'shopping.xlsx'}." in run.said


def comma(value: Any) -> str:
    """Return a number as a German spreadsheet program writes it."""
    return "" if value is None else str(value).replace(".", ",")


def test_semicolons_and_decimal_commas(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("sammlv", tmp_path / "copy")
    assert made.sheet is not None
    exported = ("datasets", "export-truth", "sammlv", "--root", made.root)
    before = mebench(*exported)
    made.sheet.unlink()
    with (made.root / "SAMM_LongVideos_V2_Release.csv").open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        for row in (*SAMMLV_PREAMBLE, SAMMLV_HEADER, *SAMMLV_ROWS):
            writer.writerow([comma(one) for one in row])
    after = mebench(*exported)
    assert (before.status, after.status) == (0, 0)
    assert before.out == after.out


def bomb(path: Path) -> None:
    """Write a small workbook that unpacks to more than a sheet can be."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (66 << 20))
    assert path.stat().st_size < 1 << 20


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (None, "sheet-too-large", "unpacks to more than"),
        (b"PK\x03\x04 and then nothing", "sheet-unreadable", "damaged or cut off"),
        (b"<!DOCTYPE html><html>Sign in</html>", "sheet-unreadable", "HTML page"),
        (b"", "sheet-empty", "The file is empty"),
        (b"\0\1\2\3" * 100, "sheet-unreadable", "neither a workbook nor text"),
    ],
)
def test_what_is_no_workbook(
    mebench: CommandLine, tmp_path: Path, content: bytes | None, code: str, words: str
) -> None:
    made = make("casme2", tmp_path / "copy")
    assert made.sheet is not None
    if content is None:
        bomb(made.sheet)
    else:
        made.sheet.write_bytes(content)
    run = refused(mebench, made)
    assert run.codes() == {code}
    assert str(made.sheet) in run.said
    assert words in run.said


def test_a_workbook_that_is_cut_off(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme-sq", tmp_path / "copy")
    assert made.sheet is not None
    content = made.sheet.read_bytes()
    made.sheet.write_bytes(content[: len(content) // 2])
    assert refused(mebench, made).codes() == {"sheet-unreadable"}


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        (casme2_row(1, "EP02_01f", "x3", 6, 10, "others"), "sheet-cell", "onset (D3)"),
        (casme2_row(1, "EP02_01f", 3, "?!", 10, "others"), "sheet-cell", "apex (E3)"),
        (casme2_row(None, "EP02_01f", 3, 6, 10, "others"), "sheet-cell", "subject (A3)"),
        (casme2_row(1, None, 3, 6, 10, "others"), "sheet-cell", "filename (B3)"),
        (casme2_row(1, "EP02_01f", 3, 6, 10, None), "sheet-cell", "emotion (I3)"),
        (casme2_row(1, "EP02_01f", 3, 6, 10, "x" * 999), "sheet-cell", "emotion (I3)"),
        (casme2_row(1, "EP02_01f" * 99, 3, 6, 10, "others"), "sheet-cell", "filename (B3)"),
        (casme2_row(1, "EP02\n_01f", 3, 6, 10, "others"), "sheet-cell", "filename (B3)"),
        (casme2_row("s" * 999, "EP02_01f", 3, 6, 10, "others"), "sheet-cell", "subject (A3)"),
        (
            casme2_row(1, "EP02_01f", 10, 6, 3, "others"),
            "annotation-invalid",
            "sub01/EP02_01f: the offset, 3, is before the onset, 10",
        ),
        (
            casme2_row(1, "EP02_01f", None, 6, 10, "others"),
            "annotation-invalid",
            "sub01/EP02_01f: the onset is missing",
        ),
        (
            casme2_row(1, "EP02_01f", 0, 6, 10, "others"),
            "annotation-invalid",
            "sub01/EP02_01f: the onset, 0, is before the first frame, 1",
        ),
        (
            casme2_row(1, "EP02_01f", 3.5, 6, 10, "others"),
            "annotation-invalid",
            "sub01/EP02_01f: the onset, 3.5, is not an integer",
        ),
    ],
)
def test_a_row_that_is_wrong(
    mebench: CommandLine, tmp_path: Path, row: Sequence[Any], code: str, words: str
) -> None:
    made = with_rows(tmp_path / "copy", CASME2_ROWS[3], row, *CASME2_ROWS[1:3])
    run = refused(mebench, made)
    assert run.codes() == {code}
    assert words in run.said
    assert f"{made.sheet}:3" in run.said


@pytest.mark.parametrize("subject", [1, 1.0, "1", "01", "sub01", "Sub1", " 01 "])
def test_subjects_however_spelled(mebench: CommandLine, tmp_path: Path, subject: Any) -> None:
    made = with_rows(tmp_path / "copy", casme2_row(subject, "EP02_01f ", 3, 6, 10, "others"))
    run = mebench("datasets", "export-truth", "casme2", "--root", made.root, "-o", "t.json")
    assert run.status == 0, run.said
    (video,) = json.loads((tmp_path / "t.json").read_text())["videos"]
    assert (video["subject"], video["video"], video["n_frames"]) == ("sub01", "EP02_01f", 12)


def test_a_link_to_a_sheet(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    assert made.sheet is not None
    made.sheet.unlink()
    made.sheet.symlink_to("nowhere.xlsx")
    run = refused(mebench, made)
    assert run.codes() == {"sheet-link-broken"}
    assert str(made.sheet) in run.said


def test_all_rows_that_are_wrong_are_named_at_once(mebench: CommandLine, tmp_path: Path) -> None:
    wrong = [casme2_row(1, f"EP02_{number:02d}", 10, 6, 3, "others") for number in range(30)]
    run = refused(mebench, with_rows(tmp_path / "copy", *wrong, *CASME2_ROWS))
    assert run.said.count("[annotation-invalid]") >= 20
    assert "EP02_00" in run.said


def test_an_expression_beyond_the_last_frame(mebench: CommandLine, tmp_path: Path) -> None:
    row = casme2_row(1, "EP02_01f", 3, 6, 13, "others")
    made = with_rows(tmp_path / "copy", *CASME2_ROWS[1:], row)
    protocol = made.protocol(tmp_path)
    where = ("casme2", "--root", made.root)
    run = mebench("datasets", "check", *where, "--protocol", protocol)
    assert (run.status, run.codes()) == (1, {"frame-outside-video"})
    assert f"{made.sheet}:5" in run.said
    assert "sub01/EP02_01f" in run.said
    assert "12 frames" in run.said
    # The length is not to be trusted then, and the sheet alone is enough to score with.
    assert mebench("datasets", "export-truth", *where, "-o", "t.json").status == 0
    videos = json.loads((tmp_path / "t.json").read_text())["videos"]
    assert [one.get("n_frames") for one in videos] == [None, 12, 12, 12]
    baseline = mebench(
        "run-baseline", "random", "--dataset", *where, "--protocol", protocol, "-o", "run"
    )
    assert (baseline.status, baseline.codes()) == (1, {"frame-outside-video"})
    assert not (tmp_path / "run").exists()


def test_one_row_twice(mebench: CommandLine, tmp_path: Path) -> None:
    """Two expressions in a video are legal in long videos; CASME II has one a clip."""
    made = with_rows(tmp_path / "copy", *CASME2_ROWS, CASME2_ROWS[0])
    run = refused(mebench, made)
    assert run.codes() == {"annotation-doubled"}
    assert f"{made.sheet}:6" in run.said
    assert "sub01/EP02_01f" in run.said


def test_a_sheet_in_the_copy_comes_before_one_beside_it(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("casme2", tmp_path / "copy")
    assert made.sheet is not None
    (made.root / "labels").mkdir()
    made.sheet.rename(made.root / "labels" / made.sheet.name)
    other = make("casme2", tmp_path / "other")
    assert other.sheet is not None
    xlsx(other.sheet, {"Sheet1": (CASME2_HEADER, casme2_row(1, "EP02_01f", 1, 2, 3, "others"))})
    export = ("datasets", "export-truth", "casme2", "--root", made.root, "-o", "t.json")
    run = mebench(*export)
    assert (run.status, run.codes("warning")) == (0, set()), run.said
    assert len(json.loads((mebench.folder / "t.json").read_text())["videos"]) == 4
    shutil.rmtree(made.root / "labels")
    run = mebench(*export)
    assert run.codes("warning") == {"sheet-elsewhere"}
    assert str(other.sheet) in run.said


def test_the_sheet_of_another_data_set(mebench: CommandLine, tmp_path: Path) -> None:
    made, other = make("casme2", tmp_path / "copy"), make("samm", tmp_path / "more" / "other")
    export = ("datasets", "export-truth", "casme2", "--root", made.root, "-o", "t.json")
    run = mebench(*export, "--sheet", str(other.sheet))
    assert (run.status, "sheet-unrelated" in run.codes()) == (1, True), run.said
    assert "sub06/006_1_2" in run.said and "sub01/EP02_01f" in run.said


def test_what_is_no_sheet_beside_one(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    (made.root / "CASME2-coding-2019.xls").write_bytes(b"<!DOCTYPE html><html>Sign in</html>")
    (made.root / "CASME2-coding-notes.txt").write_text("call the authors")
    run = mebench("datasets", "check", "casme2", "--root", made.root)
    assert "what cannot be read as a sheet is ignored" in run.said
    assert run.codes() == {"dataset-incomplete"}


def test_a_disabled_repair_of_one_of_two_versions(mebench: CommandLine, tmp_path: Path) -> None:
    """The versions then differ, so the user must choose."""
    made = make("casme2", tmp_path / "copy")
    assert made.sheet is not None
    rows = [casme2_row("24", "EP07_01", 1, 2, 5, label) for label in ("sadness", "surprise")]
    for year, row in zip(("2014", "2019"), rows, strict=True):
        name = made.root / f"CASME2-coding-{year}.xlsx"
        xlsx(name, {"Sheet1": (CASME2_HEADER, *CASME2_ROWS, row)})
    made.sheet.unlink()
    check = ("datasets", "check", "casme2", "--root", made.root)
    assert "sheet-chosen" in mebench(*check).codes("note")
    run = mebench(*check, "--without-repair", "labels-of-2019")
    assert run.codes() == {"sheet-ambiguous"}


def test_a_colon_in_the_path_of_a_sheet(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    assert made.sheet is not None
    (tmp_path / "a:b").mkdir()
    made.sheet.rename(tmp_path / "a:b" / "s.xlsx")
    export = ("datasets", "export-truth", "casme2", "--root", made.root, "-o", "t.json")
    assert mebench(*export, "--sheet", "a:b/s.xlsx").status == 0
    for wrong, words in (("", "names no file"), ("a:b", "is not a file")):
        run = mebench(*export, "--sheet", wrong)
        assert run.status == 2 and words in run.said, run.said


def test_the_sheet_above_a_root_with_dots(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make("casme2", tmp_path / "copy")
    inside = CommandLine(made.base / "sub01")
    assert inside("datasets", "export-truth", "casme2", "--root", "..").status == 0


@pytest.mark.parametrize("name", ["SMIC-HS-E_annotation_revised.xlsx", "SMIC-E-HS_annotation.xlsx"])
def test_revised_is_no_camera(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make("smic-vis", tmp_path / "copy")
    hs = make("smic-hs", tmp_path / "elsewhere" / "hs")
    assert hs.sheet is not None and made.sheet is not None
    shutil.copy(hs.sheet, made.sheet.with_name(name))
    run = mebench("datasets", "check", "smic-vis", "--root", made.root)
    assert run.codes() == {"dataset-incomplete"}, run.said
