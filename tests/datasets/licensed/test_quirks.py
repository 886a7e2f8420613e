"""What real copies have besides their layout: old cuts, unlabeled folders, further expressions."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.licensed.long_videos import CASME3_HEADER, CASME_SQ_ROWS, casme_sq_tabs
from tests.datasets.licensed.making import frames, xlsx
from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine, Run
from tests.datasets.licensed.short_clips import CASME2_HEADER, casme2_row


def check(mebench: CommandLine, dataset: str, root: Path, *more: str | Path) -> Run:
    """Check a copy."""
    return mebench("datasets", "check", dataset, "--root", root, *more)


def exported(mebench: CommandLine, dataset: str, root: Path, *more: str) -> dict[str, Any]:
    """Return the truth of a copy."""
    run = mebench("datasets", "export-truth", dataset, "--root", root, *more, "-o", "t.json")
    assert run.status == 0, run.said
    truth: dict[str, Any] = json.loads((mebench.folder / "t.json").read_text())
    return truth


def intervals(truth: dict[str, Any]) -> dict[str, list[tuple[int, int | None, int]]]:
    """Return the frames of the expressions of each video."""
    return {
        video["video"]: [
            (one["onset"], one.get("apex"), one["offset"]) for one in video["intervals"]
        ]
        for video in truth["videos"]
    }


def repaired(truth: dict[str, Any]) -> dict[str, int]:
    """Return the number of rows of each repair."""
    return {one["repair"]: one["rows"] for one in truth.get("repairs", [])}


def test_clips_cut_after_the_sheet_before_2014(mebench: CommandLine, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    rows = (
        casme2_row("07", "EP06_01", 15, 40, 68, "others"),  # cut from 56 to 91
        casme2_row("12", "EP09_06", 66, 101, 111, "others"),  # to 106
        casme2_row("01", "EP02_01f", 46, 59, 86, "happiness"),
    )
    xlsx(root / "CASME2-coding-20140508.xlsx", {"Sheet1": (CASME2_HEADER, *rows)})
    for name, first, last in (
        ("sub07/EP06_01", 56, 91),
        ("sub12/EP09_06", 66, 106),
        ("sub01/EP02_01f", 46, 86),
    ):
        frames(root / "Cropped" / name, range(first, last + 1), "reg_img{}.jpg")
    assert check(mebench, "casme2", root).codes() == {"dataset-incomplete"}
    truth = exported(mebench, "casme2", root)
    assert intervals(truth) == {
        "EP06_01": [(0, None, 35)],
        "EP09_06": [(0, 35, 40)],
        "EP02_01f": [(0, 13, 40)],
    }
    assert repaired(truth) == {"old-cuts": 2, "clip-numbers": 3}


def test_two_folders_of_casme_2_have_no_row(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    for name in ("sub09/EP02_02f", "sub24/EP02_07"):
        frames(made.base / name, range(1, 5), "img{}.jpg")
    run = check(mebench, "casme2", made.root, "--protocol", made.protocol(tmp_path))
    assert (run.status, run.codes()) == (0, set()), run.said
    assert len(exported(mebench, "casme2", made.root)["videos"]) == len(made.clips)


def test_a_video_of_cas_me_2_in_the_wrong_folder(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme-sq", tmp_path / "copy")
    frames(made.base / "s19" / "23_0502funnyerrors", range(1, 12), "img{:03d}.jpg")
    truth = exported(mebench, "casme-sq", made.root)
    assert repaired(truth)["misfiled-video"] == 1
    assert len(truth["videos"]) == len(made.clips)
    without = check(mebench, "casme-sq", made.root, "--without-repair", "misfiled-video")
    assert "frames-ambiguous" in without.codes()


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("code_final.xlsx", 0),
        ("CAS(ME)^2code_final(Updated).xlsx", 0),
        ("CAS(ME)^2code_final(Updated).csv", 2),
        ("CAS(ME)2code_final.csv", 1),
    ],
)
def test_names_and_further_columns_of_cas_me_2(
    mebench: CommandLine, tmp_path: Path, name: str, columns: int
) -> None:
    made = make("casme-sq", tmp_path / "copy")
    assert made.sheet is not None
    before = exported(mebench, "casme-sq", made.root)
    made.sheet.unlink()
    rows = [(*row, *["more"] * columns) for row in CASME_SQ_ROWS]
    if name.endswith(".csv"):
        with (made.root / name).open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
    else:
        xlsx(made.root / name, casme_sq_tabs(rows))
    assert exported(mebench, "casme-sq", made.root) == before


SMIC_HEADER = (
    *("Subject", "Filename", None, "OnsetF", "OffsetF", "Onset2F", "Offset2F", "Onset3F"),
    *("Offset3F", None, "FirstF", "LastF", "TotalVL", "Emotion"),
)


def smic_row(subject: int, name: str, first: Any, *spans: int) -> tuple[Any, ...]:
    """Return a row of SMIC's sheet with up to three expressions."""
    cells = [*spans, *[None] * (6 - len(spans))]
    return (subject, name, None, *cells, None, first, None, None, "negative")


def smic_copy(root: Path, *rows: tuple[Any, ...], camera: str = "HS") -> Path:
    """Make a copy of SMIC-E with 20 frames per video."""
    for _, name, *cells in rows:
        if isinstance(cells[8], int):
            subject = f"s{int(name[1 : name.index('_')]):02d}"
            numbers = range(cells[8], cells[8] + 20)
            frames(
                root / f"{camera}_long/SMIC-{camera}-E" / subject / name, numbers, "image{:06d}.jpg"
            )
    xlsx(root / f"SMIC-{camera}-E_annotation.xlsx", {camera: (SMIC_HEADER, *rows)})
    return root


def test_further_expressions_of_a_recording(mebench: CommandLine, tmp_path: Path) -> None:
    root = smic_copy(
        tmp_path / "copy",
        smic_row(1, "s1_ne_01", 100, 105, 108, 102, 103),  # the second is earlier
        smic_row(4, "s4_ne_04", 200, 201, 203, 205, 207, 210, 212),
        smic_row(20, "s20_ne_06", 300, 301, 303, 305, 307, 100, 300),  # a broken formula
        smic_row(9, "s9_sur_01", 400, 401, 403, 405, 407, 405, 407),  # the second again
    )
    truth = exported(mebench, "smic-hs", root)
    orders = {
        video["video"]: [(one["onset"], one.get("order", 1)) for one in video["intervals"]]
        for video in truth["videos"]
    }
    assert orders == {
        "s1_ne_01": [(2, 2), (5, 1)],
        "s4_ne_04": [(1, 1), (5, 2), (10, 3)],
        "s20_ne_06": [(1, 1), (5, 2)],
        "s9_sur_01": [(1, 1), (5, 2)],
    }
    assert repaired(truth)["further-unusable"] == 2


def test_a_sheet_that_names_missing_recordings(mebench: CommandLine, tmp_path: Path) -> None:
    root = smic_copy(
        tmp_path / "copy",
        smic_row(1, "s1_ne_01", 100, 105, 108),
        smic_row(3, "s3_ne_20", "MISSING <-426679", 426700, 426720),
    )
    run = check(mebench, "smic-hs", root)
    assert run.codes() == {"dataset-incomplete"}, run.said
    truth = exported(mebench, "smic-hs", root)
    assert [video["video"] for video in truth["videos"]] == ["s1_ne_01"]
    assert repaired(truth)["recordings-missing"] == 1


def test_near_infrared_has_its_own_frames(mebench: CommandLine, tmp_path: Path) -> None:
    root = smic_copy(tmp_path / "copy", smic_row(1, "s1_ne_01", 100, 105, 108), camera="NIR")
    header = (*SMIC_HEADER, "OnsetF NIR", "OffsetF NIR")
    row = (*smic_row(1, "s1_ne_01", 100, 105, 108), 106, 110)
    xlsx(root / "SMIC-NIR-E_annotation.xlsx", {"Sheet1": (header, row)})
    assert intervals(exported(mebench, "smic-nir", root)) == {"s1_ne_01": [(6, None, 10)]}


def test_one_workbook_for_two_cameras(mebench: CommandLine, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    smic_copy(root, smic_row(1, "s1_ne_01", 100, 105, 108))
    smic_copy(root, smic_row(1, "s1_ne_01", 50, 51, 53), camera="VIS")
    (root / "SMIC-VIS-E_annotation.xlsx").unlink()
    tabs = {
        "HS": (SMIC_HEADER, smic_row(1, "s1_ne_01", 100, 105, 108)),
        "VIS": (SMIC_HEADER, smic_row(1, "s1_ne_01", 50, 51, 53)),
    }
    xlsx(root / "SMIC-HS-E_annotation.xlsx", tabs)
    assert intervals(exported(mebench, "smic-hs", root)) == {"s1_ne_01": [(5, None, 8)]}
    assert intervals(exported(mebench, "smic-vis", root)) == {"s1_ne_01": [(1, None, 3)]}
    del tabs["VIS"]
    xlsx(root / "SMIC-HS-E_annotation.xlsx", tabs)
    run = check(mebench, "smic-vis", root)
    assert run.codes() == {"sheet-tab-missing"}


def test_clips_beside_those_without_micro_expressions(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("smic-hs-short", tmp_path / "copy")
    for subject in ("s1", "s11"):
        frames(made.base / subject / "non_micro" / f"{subject}_n1", range(1, 5), "image{}.bmp")
    frames(made.base.with_name("VIS") / "s1/micro/negative/s1_ne_01", range(1, 5), "{:05d}.bmp")
    run = check(mebench, made.id, made.root, "--protocol", made.protocol(tmp_path))
    assert (run.status, run.codes()) == (0, set()), run.said


def test_missing_frames_of_cas_me_3_concern_their_videos_alone(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("casme3", tmp_path / "copy")
    (made.base / "spNO.1/a/color/1.jpg").unlink()
    (made.base / "spNO.2/c/color/7.jpg").unlink()
    run = check(mebench, "casme3", made.root, "--protocol", made.protocol(tmp_path))
    assert run.codes() == {"frame-file-missing"}
    assert "number 1." in run.said and "number 7." in run.said
    truth = exported(mebench, "casme3", made.root)
    assert [video["n_frames"] for video in truth["videos"]] == [15, 15, 15, 15]


def test_eye_blinks_are_kept(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme3", tmp_path / "copy")
    truth = exported(mebench, "casme3", made.root)
    [video] = [video for video in truth["videos"] if video.get("events")]
    assert video["video"] == "b"
    assert video["events"] == [{"onset": 1, "offset": 3, "label": "eye blink"}]


def test_emotions_of_the_facs_sheet_in_a_folder_beside(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("sammlv", tmp_path / "copy")
    (tmp_path / "SAMM").mkdir()
    shutil.move(made.root / "SAMM_Micro_FACS_Codes_v2.xlsx", tmp_path / "SAMM")
    truth = exported(mebench, "sammlv", made.root)
    labels = {one.get("emotion") for video in truth["videos"] for one in video["intervals"]}
    assert labels == {"Anger", "Happiness", "Other", None}


def test_sheets_named_in_mebench_toml(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("sammlv", tmp_path / "copy")
    before = exported(mebench, "sammlv", made.root)
    assert made.sheet is not None
    made.sheet.rename(tmp_path / "mine.xlsx")
    (made.root / "SAMM_Micro_FACS_Codes_v2.xlsx").rename(tmp_path / "emotions.xlsx")
    config = tmp_path / "mebench.toml"
    config.write_text('[sheets]\nsammlv = "mine.xlsx"\n"sammlv/facs" = "emotions.xlsx"\n')
    assert exported(mebench, "sammlv", made.root) == before
    protocol = made.protocol(tmp_path)
    run = mebench(
        *("run-baseline", "random", "--dataset", "sammlv", "--root", made.root, "-o", "run"),
        *("--protocol", protocol, "--jobs", "2"),
    )
    assert run.status == 0, run.said
    for line, words in (
        ('samlv = "mine.xlsx"', "Did you mean 'sammlv'?"),
        ('"sammlv/fac" = "mine.xlsx"', "Did you mean 'facs'?"),
        ("sammlv = 3", "not the path of a file"),
        ('sammlv = "none.xlsx"', "does not exist"),
    ):
        config.write_text(f"[sheets]\n{line}\n")
        said = check(mebench, "sammlv", made.root)
        assert said.status == 2 and words in said.said, said.said
    config.unlink()
    options = ("--sheet", tmp_path / "mine.xlsx", "--sheet", f"facs={tmp_path / 'emotions.xlsx'}")
    assert exported(mebench, "sammlv", made.root, *map(str, options)) == before
    wrong = check(mebench, "sammlv", made.root, "--sheet", "fac=mine.xlsx")
    assert wrong.status == 2 and "Did you mean 'facs'?" in wrong.said


def test_the_sheet_of_macro_expressions_with_its_own_columns(
    mebench: CommandLine, tmp_path: Path
) -> None:
    """It has sub and seq, and emotions; those of the combined sheet are not used."""
    made = make("casme3", tmp_path / "copy")
    header = ("sub", "seq", "onset", "apex", "offset", "emotion")
    name = "cas(me)3_part_A_MaE_label_JpgIndex_v2_emotion.xlsx"
    rows = (header, ("spNO.1", "b", 3, 4, 9, "happy"), ("spNO.2", "c", 5, 6, 9, "sad"))
    xlsx(made.root / "part_A" / "annotation" / name, {"Sheet1": rows})
    truth = exported(mebench, "casme3", made.root)
    macros = [
        (video["video"], one["onset"], one["emotion"])
        for video in truth["videos"]
        for one in video["intervals"]
        if one["kind"] == "macro"
    ]
    assert macros == [("b", 2, "happy"), ("c", 4, "sad")]


def test_old_and_new_version_of_the_sheets_of_cas_me_3(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("casme3", tmp_path / "copy")
    assert made.sheet is not None
    old = made.sheet.with_name(made.sheet.name.replace("_v2", "_v1"))
    shutil.copy(made.sheet, old)
    xlsx(made.sheet, {"label": (CASME3_HEADER, ("spNO.1", "a", 2, 4, 8, "4", "II", "disgust"))})
    run = check(mebench, "casme3", made.root)
    assert "_v2.xlsx' was read, not 'cas(me)3_part_A_ME_label_JpgIndex_v1.xlsx'" in run.said
    assert "it is the newer version" in run.said


def test_an_eye_blink_after_the_last_frame(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme3", tmp_path / "copy")
    for number in range(3, 16):
        (made.base / "spNO.1/b/color" / f"{number}.jpg").unlink()
    run = check(mebench, "casme3", made.root)
    assert "CAS(ME)3_part_A_v2.xls:2" in run.said
    assert "annotation-left-out" in run.codes("warning")
