"""Sheets beside the sheet, tabs beside the tab, and numbers that a spreadsheet shows otherwise."""

from __future__ import annotations

import csv
import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from tests.datasets.licensed.long_videos import (
    SAMMLV_HEADER,
    SAMMLV_PREAMBLE,
    SAMMLV_ROWS,
    casme_sq_row,
    casme_sq_tabs,
    sammlv_row,
)
from tests.datasets.licensed.making import xlsx
from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine
from tests.datasets.licensed.test_sheets import refused


def test_a_macro_sheet_and_a_facs_sheet_may_be_missing(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("sammlv", tmp_path / "copy")
    (made.root / "SAMM_Micro_FACS_Codes_v2.xlsx").unlink()
    run = mebench("datasets", "check", "sammlv", "--root", made.root)
    assert "emotions-missing" in run.codes("warning")
    assert "Copy SAMM_Micro_FACS_Codes_v2.xlsx from SAMM" in run.said
    exported = mebench("datasets", "export-truth", "sammlv", "--root", made.root)
    assert exported.status == 0
    assert "emotions-missing" in exported.codes("warning")
    made = make("casme3", tmp_path / "other")
    (made.root / "part_A" / "annotation" / "CAS(ME)3_part_A_v2.xls").unlink()
    done = mebench("datasets", "export-truth", "casme3", "--root", made.root, "-o", "t.json")
    assert done.status == 0
    videos = json.loads((tmp_path / "t.json").read_text())["videos"]
    assert [len(one["intervals"]) for one in videos] == [2, 0, 1, 1]


@pytest.mark.parametrize("name", ["006", "_1", "_", "x" * 30])
def test_a_file_name_that_names_no_video(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make("sammlv", tmp_path / "copy")
    assert made.sheet is not None
    rows = (*SAMMLV_ROWS, ("006", *sammlv_row(name, 9, 11, 14, "macro")[1:]))
    xlsx(made.sheet, {"FACS_Movement_Only": (*SAMMLV_PREAMBLE, SAMMLV_HEADER, *rows)})
    run = refused(mebench, made)
    assert run.codes() == {"sheet-cell"}
    assert "filename (B18)" in run.said


def test_a_facs_sheet_of_another_release(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("sammlv", tmp_path / "copy")
    other = make("samm", tmp_path / "other")
    assert other.sheet is not None
    shutil.copy(other.sheet, made.root)
    run = refused(mebench, made)
    assert run.codes() == {"emotion-unmatched"}
    assert "037_4_1" in run.said
    assert f"{made.sheet}:15" in run.said


def test_the_first_tab_of_cas_me_2_saved_alone(mebench: CommandLine, tmp_path: Path) -> None:
    """The names that the other tabs give are known, and a CSV has one tab."""
    made = make("casme-sq", tmp_path / "copy")
    assert made.sheet is not None
    exported = ("datasets", "export-truth", "casme-sq", "--root", made.root)
    before = mebench(*exported)
    made.sheet.unlink()
    with (made.root / "CAS(ME)^2code_final.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(casme_sq_tabs()["CASFEcode_final"])
    after = mebench(*exported)
    assert (before.status, before.out) == (after.status, after.out)


def test_a_code_that_no_tab_explains(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme-sq", tmp_path / "copy")
    assert made.sheet is not None
    rows = [
        casme_sq_row(1, "sneeze1_1", 2, 3, 4, "others", "micro"),
        casme_sq_row(3, "happy1_1", 2, 3, 4, "positive", "funny"),
    ]
    xlsx(made.sheet, casme_sq_tabs(rows))
    run = mebench("datasets", "check", "casme-sq", "--root", made.root)
    assert {"video-without-frames", "sheet-cell"} <= run.codes()
    assert "15_sneeze1" in run.said
    assert "type (H2)" in run.said


def test_half_a_frame_is_rounded_upwards(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("sammlv", tmp_path / "copy")
    assert made.sheet is not None
    row = list(SAMMLV_ROWS[0])
    row[3:6] = [2.5, 3.4999999999999996, 7.500000000000001]
    xlsx(made.sheet, {"a": (*SAMMLV_PREAMBLE, SAMMLV_HEADER, row)})
    mebench("datasets", "export-truth", "sammlv", "--root", made.root, "-o", "t.json")
    one = json.loads((tmp_path / "t.json").read_text())["videos"][0]["intervals"][0]
    # What a spreadsheet shows as 3.5 is 3.5, whatever the last bits say.
    assert (one["onset"], one["apex"], one["offset"]) == (2, 3, 7)
    assert Fraction(2.5) + Fraction(1, 2) == 3
