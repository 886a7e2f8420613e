"""CASME, CAS(ME)³ part C, DFME, MMEW, 4DME: the real sheets, and what is special about them."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mebench.datasets.licensed.casme2 import PADDED_CLIP, PLAIN_CLIP
from mebench.datasets.licensed.casme3_part_c import Casme3PartC
from mebench.datasets.licensed.dfme import Dfme
from mebench.datasets.licensed.disk_layout import matches
from mebench.diagnostics import Findings
from mebench.spreadsheets.workbook_file import read_workbook
from tests.datasets.licensed.further_data_sets import (
    DFME_HEADER,
    DFME_TRAINING,
    casme,
    dfme,
    dfme_row,
    mmew,
)
from tests.datasets.licensed.making import xlsx
from tests.datasets.licensed.miniatures import Miniature, make
from tests.datasets.licensed.running import CommandLine, Run
from tests.datasets.licensed.shared import SHARED, needs
from tests.datasets.licensed.test_local_copy import check, sends_to

TRAINING = SHARED / "dfme" / "training_full_with_AU.xlsx"
TEST_A = SHARED / "dfme" / "testA_full_with_AU.xlsx"
PART_C = SHARED / "casme3" / "CAS(ME)3_part_C_ME.xlsx"
CASME2 = SHARED / "casme2" / "CASME2-coding-20140508.xlsx"

CLASSES = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise")


def exported(mebench: CommandLine, made: Miniature, *more: str | Path) -> list[dict[str, Any]]:
    """Return the videos of the truth of a copy."""
    run = mebench("datasets", "export-truth", made.id, "--root", made.root, "-o", "t.json", *more)
    assert run.status == 0, run.said
    videos: list[dict[str, Any]] = json.loads((mebench.folder / "t.json").read_text())["videos"]
    return videos


@needs(TRAINING, TEST_A)
def test_the_sheets_of_dfme(tmp_path: Path) -> None:
    for sheet in (TRAINING, TEST_A):
        (tmp_path / sheet.name).symlink_to(sheet)
    findings = Findings()
    truth = Dfme().survey(tmp_path, findings).truth()
    assert {one.code for one in findings.kept} == {"frames-none", "sheet-splits"}
    labels = Counter((one.split, one.emotion) for one in truth.samples)
    training = [labels["training", label] for label in CLASSES]
    assert (sum(training), training) == (1856, [161, 100, 548, 265, 206, 278, 298])
    test_a = [labels["test-a", label] for label in CLASSES]
    assert (sum(test_a), test_a) == (474, [39, 34, 129, 62, 63, 46, 101])
    assert len(truth.samples) == len(truth.videos) == 2330
    subjects = {
        split: {one.subject for one in truth.samples if one.split == split}
        for split in ("training", "test-a")
    }
    assert [len(named) for named in subjects.values()] == [176, 42]
    assert subjects["training"].isdisjoint(subjects["test-a"])
    rates = Counter(one.fps for one in truth.videos if one.split == "training")
    assert rates == {500: 695, 300: 605, 200: 556}
    first = truth.samples[0]
    assert (first.sample, first.onset, first.apex, first.offset) == ("sub0003_01", 109, 199, 228)
    assert truth.repairs == []


@needs(PART_C)
def test_the_sheet_of_part_c(tmp_path: Path) -> None:
    (tmp_path / PART_C.name).symlink_to(PART_C)
    videos = Casme3PartC().open(tmp_path).truth().videos
    intervals = [one for video in videos for one in video.intervals or ()]
    assert Counter(one.get("emotion") for one in intervals) == {
        "negative": 99,
        "surprise": 30,
        "others": 20,
        "positive": 16,
    }
    assert (len(intervals), len({video.subject for video in videos})) == (165, 30)
    assert not any("apex" in one for one in intervals)
    assert videos[0].intervals is not None
    # 373 to 385 in the sheet, which counts from 1.
    assert (videos[0].intervals[0]["onset"], videos[0].intervals[0]["offset"]) == (372, 384)


@needs(CASME2)
def test_names_of_casme_2_are_told_from_those_of_casme() -> None:
    rows = read_workbook(CASME2, Findings()).tabs[0].rows[1:]
    clips = [(str(row.cells[0]), str(row.cells[1])) for row in rows if row.cells[1]]
    assert len(clips) == 255
    for subject in {subject for subject, _ in clips}:  # a copy may have any subjects
        names = [name for owner, name in clips if owner == subject]
        padded, plain = (
            sum(matches(pattern, name) for name in names) for pattern in (PADDED_CLIP, PLAIN_CLIP)
        )
        assert padded > plain, subject


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_casme_and_casme_2_below_one_root(
    mebench: CommandLine, tmp_path: Path, order: tuple[str, str]
) -> None:
    first, second = (tmp_path / "data" / name for name in order)
    for made in (casme(first), make("casme2", second)):
        protocol = made.protocol(tmp_path)
        where = (made.id, "--root", tmp_path / "data")
        run = mebench("datasets", "check", *where, "--protocol", protocol)
        assert "frames-elsewhere" not in run.codes("note")
        # The sheet of CASME is in the folder of its subjects, that of CASME II beside it.
        assert (run.status, run.codes()) == (0, set()), run.said
        named = mebench("datasets", "export-truth", *where, "-o", "t.json")
        assert named.status == 0
        videos = json.loads((tmp_path / "t.json").read_text())["videos"]
        assert [one["video"] for one in videos] == [clip.video for clip in made.clips]
        assert all(one["n_frames"] for one in videos)


def test_casme_is_not_read_as_casme_2(mebench: CommandLine, tmp_path: Path) -> None:
    for made, other in (
        (casme(tmp_path / "1"), "casme2"),
        (make("casme2", tmp_path / "2"), "casme"),
    ):
        run = mebench("datasets", "check", other, "--root", made.root)
        assert (run.status, run.codes()) == (1, {"root-wrong"})
        assert "The first images found are such as" in run.said


def splits_of(run: Run) -> str:
    """Return what a check says of splits."""
    [text] = re.findall(r"Splits: (.*?)\. ", run.said)
    return str(text)


def test_splits_are_counted_and_named(mebench: CommandLine, tmp_path: Path) -> None:
    made = dfme(tmp_path / "copy", folder="{split}/{subject}")
    sizes = "training 3 clips of 2 subjects; test-a 1 clip of 1 subject"
    missing = "test-b without sheet, so its frames are ignored"
    assert splits_of(check(mebench, made, made.root)) == f"{sizes}; {missing}"
    videos = exported(mebench, made)
    assert [one["split"] for one in videos] == ["training", "training", "test-a", "training"]
    assert [one["fps"] for one in videos] == [500, 500, 300, 200]
    samples = json.loads((tmp_path / "t.json").read_text())["samples"]
    assert [one["split"] for one in samples] == ["training", "training", "test-a", "training"]
    assert "fps 200, 300, 500" in mebench("datasets", "show", "dfme", "--root", made.root).said
    # The size of the splits that are there is that of the release.
    run = mebench("datasets", "check", "dfme", "--root", made.root)
    assert "expressions 4 instead of 2330" in run.said


def test_one_split_alone(mebench: CommandLine, tmp_path: Path) -> None:
    """Frames of subjects that no sheet names are of a split whose sheet is not there."""
    made = dfme(tmp_path / "copy")
    assert made.sheet is not None
    made.sheet.unlink()
    run = mebench("datasets", "check", "dfme", "--root", made.root)
    assert run.codes() == {"dataset-incomplete"}, run.said
    assert "expressions 1 instead of 474" in run.said
    assert [one["video"] for one in exported(mebench, made)] == ["sub0008_01"]
    (tmp_path / "mebench.toml").write_text('[roots]\ndfme = "copy"\n')
    [row] = [
        row
        for row in json.loads(mebench("datasets", "where", "--format", "json").out)["datasets"]
        if row["dataset"] == "dfme"
    ]
    assert row["opens"] is True
    for sheet in made.base.glob("*.xlsx"):
        sheet.unlink()
    run = mebench("datasets", "check", "dfme", "--root", made.root)
    assert run.codes() == {"sheet-missing"}
    assert "training_full*" in run.said
    assert "testB_full*" in run.said


def test_sheets_of_splits_are_named_by_their_role(mebench: CommandLine, tmp_path: Path) -> None:
    made = dfme(tmp_path / "copy")
    assert made.sheet is not None
    moved = made.sheet.rename(tmp_path / "my training.xlsx")
    run = mebench("datasets", "check", "dfme", "--root", made.root, "--sheet", moved)
    assert (run.status, run.codes()) == (2, {"bad-sheet"})
    assert "dfme has training, test-a, test-b" in run.said
    assert len(exported(mebench, made, "--sheet", f"training={moved}")) == 4
    (tmp_path / "mebench.toml").write_text('[sheets]\ndfme = "my training.xlsx"\n')
    run = mebench("datasets", "check", "dfme", "--root", made.root)
    assert run.status == 2
    assert "the sheets of dfme are: training, test-a, test-b" in run.said
    (tmp_path / "mebench.toml").write_text('[sheets]\n"dfme/training" = "my training.xlsx"\n')
    assert len(exported(mebench, made)) == 4


@pytest.mark.parametrize("fps", [None, 0, -5, "fast"])
def test_a_frame_rate_that_is_none(mebench: CommandLine, tmp_path: Path, fps: Any) -> None:
    made = dfme(tmp_path / "copy")
    assert made.sheet is not None
    rows = (DFME_HEADER, *DFME_TRAINING, dfme_row("sub0003_03", 0, 1, 2, "fear", fps))
    xlsx(made.sheet, {"Sheet1": rows})
    run = mebench("datasets", "export-truth", "dfme", "--root", made.root)
    assert (run.status, run.codes()) == (1, {"sheet-cell"})
    assert "fps (H5)" in run.said


@pytest.mark.parametrize("first", [0, 1])
def test_a_first_frame_that_is_missing_moves_no_other(
    mebench: CommandLine, tmp_path: Path, first: int
) -> None:
    """Whether files are counted from 0 or from 1 is that of all clips, not of one."""
    made = dfme(tmp_path / "copy", first=first)
    (made.base / "sub0003" / "sub0003_01" / f"{first:04d}.jpg").unlink()
    run = check(mebench, made, made.root)
    assert (run.status, run.codes()) == (1, {"frame-file-missing"}), run.said
    assert f"1 of 12 files are missing: number {first}" in run.said


def test_inside_a_split(mebench: CommandLine, tmp_path: Path) -> None:
    made = dfme(tmp_path / "copy", folder="{split}/{subject}")
    for folder in ("training/sub0003", "training/sub0003/sub0003_01"):
        run = check(mebench, made, made.base / folder)
        assert run.codes() == {"root-misplaced"}
        assert sends_to(run.out) == made.base
        assert check(mebench, made, made.base).status == 0


def test_another_copy_is_no_split(mebench: CommandLine, tmp_path: Path) -> None:
    made = dfme(tmp_path / "copy", folder="{split}/{subject}")
    shutil.copytree(made.base / "testA", made.base / "testA old")
    run = check(mebench, made, made.root)
    assert (run.status, run.codes("warning") >= {"frames-elsewhere"}) == (0, True), run.said
    assert f"not from '{made.base / 'testA old'}' (" in run.said


def test_macro_expressions_of_mmew_are_not_read(mebench: CommandLine, tmp_path: Path) -> None:
    made = mmew(tmp_path / "copy")
    shutil.rmtree(made.base)
    run = check(mebench, made, made.root)
    assert (run.status, run.codes()) == (1, {"root-wrong"})
    assert "Macro_Expression/anger/S01-07-001" in run.said


@pytest.mark.usefixtures("no_workers")
@pytest.mark.parametrize("name", ["mmew", "4dme"])
def test_without_a_protocol_the_message_says_how_to_write_one(
    mebench: CommandLine, tmp_path: Path, name: str
) -> None:
    made = make(name, tmp_path / "copy")
    command = ("run-baseline", "random", "--dataset", name, "--root", made.root, "--jobs", "1")
    run = mebench(*command, "-o", "run")
    assert (run.status, run.codes()) == (2, {"protocol-needed"})
    lines = [line for line in re.findall(r"`([^`]+)`", run.said) if not line.startswith("mebench")]
    shown = mebench("datasets", "show", name, "--root", made.root).said
    labels = sorted(set(re.findall(r"micro ([a-z]+) [0-9]", shown)))
    listed = ", ".join(f'"{label}"' for label in labels)
    text = "\n".join(lines).replace('"negative", "positive"', listed)
    (tmp_path / "own.toml").write_text(text + "\n")
    run = mebench(*command, "--protocol", "own.toml", "-o", "run")
    assert (run.status, run.codes()) == (0, set()), run.said
    assert (tmp_path / "run" / "predictions.json").exists()


@pytest.mark.usefixtures("no_workers")
def test_a_protocol_of_several_data_sets_is_named_for_some_of_them(
    mebench: CommandLine, tmp_path: Path
) -> None:
    command: list[str | Path] = ["run-baseline", "random", "--jobs", "1", "-o", "run"]
    for name in ("samm", "smic-hs-short"):
        root = make(name, tmp_path / name).root
        command += ["--dataset", name, "--root", f"{name}={root}"]
    run = mebench(*command)
    assert (run.status, run.codes()) == (2, {"protocol-needed"})
    [protocol] = re.findall(r"Pass --protocol (\S+),", run.said)
    assert protocol == "megc2019-cde@1"
    assert mebench(*command, "--protocol", protocol).status == 0
    # The same composite, with each data set as one fold.
    shown = mebench("protocols", "show", protocol, "--format", "toml").out
    own = shown.replace("leave-one-subject-out", "leave-one-dataset-out")
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    command[command.index("run")] = "folds"
    run = mebench(*command, "--protocol", "own.toml")
    assert (run.status, run.codes()) == (0, set()), run.said
    assert "The stated folds are leave-one-dataset-out" in run.said
    folds = json.loads((tmp_path / "folds" / "predictions.json").read_text())["folds"]
    tested = [sorted({one["dataset"] for one in fold["test"]}) for fold in folds]
    assert sorted(tested) == [["samm"], ["smic-hs-short"]]


@pytest.mark.usefixtures("no_workers")
def test_a_holdout_trains_on_one_split_and_predicts_another(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = dfme(tmp_path / "copy", folder="{split}/{subject}")
    command = ("run-baseline", "majority", "--dataset", "dfme", "--root", made.root, "--jobs", "1")
    run = mebench(*command, "--protocol", "dfme-recog-7-test-a", "-o", "run")
    assert (run.status, run.codes()) == (0, set()), run.said
    predictions = json.loads((tmp_path / "run" / "predictions.json").read_text())
    [fold] = predictions["folds"]
    assert (len(fold["test"]), len(fold["training"])) == (1, 2)
    assert {one["subject"] for one in predictions["samples"]} == {*fold["test"]}
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert (report["units"]["subjects"], report["units"]["videos"]) == (1, 1)
    assert report["folds"]["verified"] is True
    assert "holdout: training on split training, test on split test-a" in report["folds"]["text"]
    run = mebench(*command, "--protocol", "dfme-recog-7-test-b", "-o", "other")
    assert (run.status, run.codes()) == (1, {"holdout-empty"}), run.said
