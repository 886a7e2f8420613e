"""Several files at once: names that tell them apart, duplicates, left-out subjects, warnings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mebench.util.short_paths import distinct_names
from tests.cli.running import SCORED, files, mebench
from tests.evaluation.documents import interval, submission, truth, write


def test_the_shortest_ends_of_paths_tell_files_apart() -> None:
    paths = ["a/x/p.json", "b/x/p.json", "b/y/p.json", "q.json", "p.json", "q.json"]
    names = dict.fromkeys(paths) | distinct_names(paths)
    assert list(names.values()) == ["a/x/p.json", "b/x/p.json", "y/p.json", "q.json", "p.json"]
    absolute = distinct_names(["/r/a/p.csv", "/r/b/p.csv"])
    assert absolute == {"/r/a/p.csv": "a/p.csv", "/r/b/p.csv": "b/p.csv"}
    assert set(distinct_names(["x/p.csv", "y/x/p.csv"]).values()) == {"x/p.csv", "y/x/p.csv"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "p.json", (tmp_path / "p.json").read_text())
    return tmp_path


def test_a_ranking_names_files_so_that_they_differ(folder: Path) -> None:
    run = mebench(folder, "score", "one/p.json", "two/p.json", "p.csv", *SCORED, COLUMNS="200")
    for name in ("one/p.json", "two/p.json", " p.csv"):
        assert f"{name} " in run.out
    run = mebench(folder, "score", "one/p.json", "two/p.json", *SCORED, "--format", "json")
    reports = json.loads(run.out)["reports"]
    assert [report["inputs"][0]["file"] for report in reports] == ["one/p.json", "two/p.json"]


@pytest.mark.parametrize("layout", ["json", "csv", "markdown", "latex"])
def test_warnings_go_to_standard_error_with_every_format(folder: Path, layout: str) -> None:
    outside = submission({"1/a": [interval(90, 110)], "2/a": [interval(31, 41, "joy")]})
    write(folder, "w.json", outside)
    arguments = (*SCORED, "--outside-as", "surprise", "--clip", "--format", layout)
    run = mebench(folder, "score", "w.json", *arguments)
    assert run.status == 0
    for code in ("frames-clipped", "outside-mapped"):
        assert f"warning [{code}]" in run.err
        assert f"warning [{code}]" not in run.out
    run = mebench(folder, "score", "w.json", "p.json", *arguments)
    assert "warning [outside-mapped] w.json: " in run.err
    run = mebench(folder, "score", "w.json", *arguments[:-2], "-o", "report.txt")
    assert "warning [outside-mapped]" in run.err
    run = mebench(folder, "score", "w.json", *arguments[:-2])
    assert run.err == "" and "warning [outside-mapped]" in run.out, "once on a screen"


def test_validate_lists_all_files_in_json(folder: Path) -> None:
    run = mebench(folder, "validate", "p.json", "bad.json", *SCORED, "--format", "json")
    found = json.loads(run.out)
    assert run.status == 1
    assert [(one["file"], one["format"], one["errors"] > 0) for one in found["files"]] == [
        ("p.json", "mebench submission", False),
        ("bad.json", "mebench submission", True),
    ]


def test_validate_warns_of_equal_files(folder: Path) -> None:
    rows = (
        "subject,video,onset,offset,emotion,score\n2,a,31,41,positive,0.4\n1,a,11,20,negative,.5\n"
    )
    write(folder, "same.csv", rows)
    run = mebench(folder, "validate", "one/p.json", "same.csv", "p.csv", *SCORED)
    assert run.out.count("duplicate-file") == 1
    assert "same.csv: warning [duplicate-file] The file has the same content as p.json." in run.out
    run = mebench(folder, "validate", "one/p.json", "two/p.json", "p.csv")
    assert "two/p.json: warning [duplicate-file]" in run.out
    assert "the same content as one/p.json." in run.out


def test_validate_warns_of_repeated_rows_without_a_protocol(folder: Path) -> None:
    write(folder, "r.csv", "subject,video,onset,offset\n1,a,1,9\n1,a,1,9\n")
    assert mebench(folder, "validate", "r.csv").codes("warning") == {"duplicate-predictions"}


def test_validate_warns_of_what_is_left_out(folder: Path) -> None:
    videos = {f"{one}/a": [interval(10, 20)] for one in (1, 2, 10)}
    write(folder, "t.json", truth(videos | {"1/b": [], "2/b": [interval(1, 9)]}))
    write(folder, "l.json", submission({"1/a": [], "1/b": [], "2/a": [interval(9, 19)]}))
    run = mebench(folder, "validate", "l.json", *SCORED)
    assert run.codes("warning") == {"subjects-not-listed", "videos-not-listed"}
    assert "The file has no video of 1 subject: '10'." in run.out
    assert "The file does not list 1 video: '2/b'." in run.out
    report = json.loads(mebench(folder, "score", "l.json", *SCORED, "--format", "json").out)
    assert report["units"]["subjects_left_out"] == ["10"]
    run = mebench(folder, "blind", "t.json", "-o", "b.json")
    run = mebench(folder, "validate", "l.json", "--truth", "b.json", "--protocol", "toy.toml")
    assert run.codes("warning") == {"subjects-not-listed", "videos-not-listed"}
    everything: dict[str, list[dict[str, object]]] = {name: [] for name in (*videos, "1/b", "2/b")}
    write(folder, "l.json", submission(everything))
    assert not mebench(folder, "validate", "l.json", *SCORED).codes("warning")
