"""Merging the submissions of single folds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mebench as mebench_api
from mebench.evaluation.merge import merge
from tests.cli.running import mebench
from tests.evaluation.documents import TOY, TOY_TOML, codes, interval, submission, truth, write


def fold(subject: str, **more: object) -> dict[str, object]:
    return submission(
        {f"{subject}/a": [interval(10, 20, score=0.5)]}, folds=[{"test": [subject]}], **more
    )


def test_merged_folds_score_as_one_file(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"fold{one}.json", fold(one)) for one in ("1", "2", "3")]
    merged = merge(paths)
    true = truth({f"{one}/a": [interval(10, 20)] for one in ("1", "2", "3")})
    whole = submission(
        {f"{one}/a": [interval(10, 20, score=0.5)] for one in ("1", "2", "3")},
        folds=[{"test": [one]} for one in ("1", "2", "3")],
    )
    report = mebench_api.score(merged, true, TOY)
    assert report == mebench_api.score(whole, true, TOY)
    assert report.folds.verified


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "fold.json", fold("1"))
    with pytest.raises(mebench_api.MebenchError) as caught:
        merge([path, path])
    assert sorted(codes(caught.value)) == ["duplicate-video", "fold-tested-twice"]


@pytest.mark.parametrize(
    "other",
    [
        {"protocol": "other@1"},
        {"system": {"name": "another method"}},
        {"score_threshold": 0.5},
        {"folds": None},
    ],
)
def test_disagreements_are_refused(tmp_path: Path, other: dict[str, object]) -> None:
    paths = [
        write(tmp_path, "one.json", fold("1")),
        write(tmp_path, "two.json", {**fold("2"), **other}),
    ]
    with pytest.raises(mebench_api.MebenchError) as caught:
        merge(paths)
    assert codes(caught.value) == ["merge-conflict"]
    assert caught.value.diagnostics[0].place.file == str(paths[1])
    assert caught.value.diagnostics[0].place.pointer == "/" + next(iter(other))


def test_every_broken_file_is_reported(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "one.json", {**fold("1"), "vidoes": []}),
        write(tmp_path, "two.json", {**fold("2"), "system": {}}),
    ]
    with pytest.raises(mebench_api.MebenchError) as caught:
        merge(paths)
    assert {Path(one.place.file or "").name for one in caught.value.diagnostics} == {
        "one.json",
        "two.json",
    }


HEADER = "subject,video,onset,offset,emotion,score\n"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Write a CSV of the same name per subject, each in a folder, and a protocol and a truth."""
    for subject in ("1", "2", "10"):
        folder = tmp_path / "runs" / f"sub{subject}"
        folder.mkdir(parents=True)
        write(folder, "p.csv", f"{HEADER}{subject},a,10,20,negative,0.5\n")
    (tmp_path / "runs" / ".cache").mkdir()
    write(tmp_path / "runs" / ".cache", "p.csv", "x")
    write(tmp_path, "toy.toml", TOY_TOML)
    videos = {f"{one}/a": [interval(10, 20)] for one in ("1", "2", "10", "11")}
    write(tmp_path, "t.json", truth(videos))
    return tmp_path


def test_a_folder_of_tables_becomes_a_submission(tables: Path) -> None:
    given = ("merge", "runs", "--protocol", "toy.toml", "--truth", "t.json", "--name", "a method")
    run = mebench(tables, *given, "--model-selection", "validation", "--folds", "loso")
    merged = json.loads(run.out)
    assert merged["system"] == {"name": "a method", "model_selection": "validation"}
    assert [video["subject"] for video in merged["videos"]] == ["1", "2", "10"]
    tested = [fold["test"] for fold in merged["folds"]]
    assert tested == [["1"], ["2"], ["10"], ["11"]], "a subject without predictions was tested too"
    write(tables, "m.json", merged)
    report = mebench_api.score(tables / "m.json", tables / "t.json", tables / "toy.toml")
    assert report.folds.verified and report.counts.spotting.tp == 3  # type: ignore[union-attr]
    without = mebench(tables, *given[:-4], "--folds", "loso")
    assert [fold["test"] for fold in json.loads(without.out)["folds"]] == [["1"], ["2"], ["10"]]
    assert json.loads(without.out)["system"] == {"name": "runs"}


def test_tables_join_native_files_and_problems_name_their_folder(tables: Path) -> None:
    write(tables, "fold.json", submission({"3/a": [interval(1, 9, score=1.0)]}))
    run = mebench(tables, "merge", "fold.json", "runs/sub1", "--protocol", "toy.toml")
    assert json.loads(run.out)["system"] == {"name": "a method"}
    write(tables / "runs" / "sub2", "p.csv", f"{HEADER}1,a,10,20,negative,0.5\n")
    write(tables / "runs" / "sub10", "p.csv", f"{HEADER}4,a,10,20,joy,0.5\n")
    run = mebench(tables, "merge", "runs", "--protocol", "toy.toml")
    assert run.codes() == {"unknown-emotion"}
    assert "runs/sub10/p.csv:2" in run.err
    run = mebench(tables, "merge", "runs/sub1", "runs/sub2", "--protocol", "toy.toml")
    assert run.codes() == {"duplicate-video"}
    assert "runs/sub2/p.csv: error" in run.err and "predicted in runs/sub1/p.csv" in run.said
    assert mebench(tables, "merge", "runs/sub1").codes() == {"protocol-needed"}
    (tables / "empty").mkdir()
    assert mebench(tables, "merge", "empty").codes() == {"file-unreadable"}


def test_folds_are_not_replaced(tables: Path) -> None:
    write(tables, "fold.json", fold("1"))
    assert mebench(tables, "merge", "fold.json", "--folds", "loso").codes() == {"folds-stated"}
    given = ("convert", "predictions", "fold.json", "--protocol", "toy.toml", "-o", "new.json")
    assert mebench(tables, *given, "--folds", "loso").codes() == {"folds-stated"}
    run = mebench(tables, *given, "--name", "b", "--model-selection", "none")
    assert run.status == 0, run.err
    made = json.loads((tables / "new.json").read_text())
    assert made["system"] == {"name": "b", "model_selection": "none"}
    assert made["folds"] == [{"test": ["1"]}]
    assert mebench(tables, *given, "--name", "").codes() == {"wrong-argument"}
    other = ("convert", "predictions", "runs/sub1/p.csv", "--protocol", "toy.toml", "-o")
    assert mebench(tables, *other, "new.json", "--folds", "loso").status == 0
    assert json.loads((tables / "new.json").read_text())["folds"] == [{"test": ["1"]}]
    run = mebench(tables, *other, "new.csv", "--folds", "loso", "--name", "b")
    assert "left out: folds, system." in run.said
