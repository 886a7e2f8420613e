"""Scores per frame beside predictions: both formats, and everything that can be wrong."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mebench
from mebench.diagnostics import Findings, UsageError
from mebench.evaluation.ground_truth import build_truth
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.score_curves import VideoCurves, read_curves_of_videos
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import read_truth
from mebench.models.protocol import ProtocolDataset
from tests.cli import running
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write

VIDEOS = {"1/a": [interval(1, 3)], "2/b": []}
HEAD = "subject,video,frame,score\n"
ROWS = "".join(f"1,a,{frame},{frame / 4}\n" for frame in range(4))


def read(path: Path, videos: dict[str, list[object]] = VIDEOS) -> tuple[VideoCurves, Findings]:
    """Read curves for a truth of videos of 4 frames."""
    findings = Findings()
    table = read_truth(truth(videos, 4), findings)
    return read_curves_of_videos(path, build_truth(table, TOY, findings), findings), findings


def npz(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    first = [0.0, np.nan, 0.5, 1.0]
    mebench.write_curves(path, {("sub01", "a"): first, ("2", "b", "raw"): np.ones(4, np.float32)})
    curves, findings = read(path)
    assert [one.code for one in findings.kept] == ["curves-checked"]
    assert "2 of the 2 scored videos" in findings.kept[0].message
    np.testing.assert_array_equal(curves[0]["score"], first)
    assert curves[1]["raw"].tolist() == [1, 1, 1, 1]
    again = tmp_path / "again.npz"
    mebench.write_curves(again, {("2", "b", "raw"): np.ones(4), ("sub01", "a"): first})
    assert again.read_bytes() == path.read_bytes()


def test_ids_may_have_slashes(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    mebench.write_curves(path, {("1", "x/%2F y"): np.zeros(4)})
    findings = Findings()
    videos = [{"subject": "1", "video": "x/%2F y", "n_frames": 4, "intervals": []}]
    table = read_truth({**truth({}), "videos": videos}, findings)
    assert read_curves_of_videos(path, build_truth(table, TOY, findings), findings)[0]


def test_in_several_data_sets_the_data_set_comes_first(tmp_path: Path) -> None:
    both = TOY.model_copy(update={"datasets": [ProtocolDataset(id="x"), ProtocolDataset(id="y")]})
    findings = Findings()
    table = read_truth({**truth({"1/a": []}, 4), "dataset": "y"}, findings)
    known = build_truth(table, both, findings)
    mebench.write_curves(tmp_path / "c.npz", {("y", "1", "a"): np.zeros(4)})
    assert (
        read_curves_of_videos(tmp_path / "c.npz", known, findings)[0]["score"].tolist() == [0] * 4
    )
    write(tmp_path, "c.csv", "dataset," + HEAD + ROWS.replace("1,a", "y,1,a"))
    assert read_curves_of_videos(tmp_path / "c.csv", known, findings)[0]["score"][3] == 0.75
    mebench.write_curves(tmp_path / "c.npz", {("1", "a"): np.zeros(4)})
    with pytest.raises(mebench.MebenchError) as caught:
        read_curves_of_videos(tmp_path / "c.npz", known, findings)
    assert codes(caught.value) == ["curve-name"]


def test_rows_of_a_csv_may_have_any_order(tmp_path: Path) -> None:
    lines = ROWS.splitlines(keepends=True)[::-1]
    lines[0] = "1,a,3,\n"
    path = write(tmp_path, "c.csv", "curve," + HEAD + "".join(f"main,{line}" for line in lines))
    curves, _ = read(path)
    np.testing.assert_array_equal(curves[0]["main"], [0, 0.25, 0.5, np.nan])


CSV: dict[str, tuple[str, list[str]]] = {
    "a missing column": ("subject,video,score\n1,a,0.5\n", ["csv-missing-column"]),
    "frames from 1": (HEAD + ROWS.replace("a,3", "a,4").replace("a,0,", "a,3,"), ["curve-frames"]),
    "a gap": (HEAD + ROWS.replace("1,a,2,0.5\n", ""), ["curve-frames"]),
    "a repeated frame": (HEAD + ROWS + "1,a,2,0.5\n", ["curve-frames"]),
    "too short": (HEAD + ROWS.replace("1,a,3,0.75\n", ""), ["curve-length"]),
    "not a number": (HEAD + ROWS.replace("0.75", "high"), ["not-finite"]),
    "infinite": (HEAD + ROWS.replace("0.75", "inf"), ["not-finite"]),
    "no integer": (HEAD + ROWS.replace("a,3", "a,2.5"), ["frame-not-integer", "curve-frames"]),
    "another video": (HEAD + ROWS.replace("1,a", "1,aa"), ["unknown-video"]),
    "another subject": (HEAD + ROWS.replace("1,a", "9,a"), ["unknown-subject"]),
    "two spellings": (HEAD + ROWS + ROWS.replace("1,a", "sub1,a"), ["curve-repeated"]),
    "nothing": ("", ["file-empty"]),
}


@pytest.mark.parametrize("case", CSV)
def test_a_csv_with_errors(tmp_path: Path, case: str) -> None:
    text, expected = CSV[case]
    with pytest.raises(mebench.MebenchError) as caught:
        read(write(tmp_path, "c.csv", text))
    assert codes(caught.value) == expected
    assert all(one.place.file for one in caught.value.diagnostics)


def bomb(path: Path) -> Path:
    """Write an array whose header states 2 TB."""
    content = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (2"
    content += b"0" * 11 + b",), }"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1/a.npy", content.ljust(128, b" "))
    return path


ARRAYS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "one id": (lambda path: npz(path, a=np.zeros(4)), "curve-name"),
    "an empty id": (lambda path: npz(path, **{"/a": np.zeros(4)}), "curve-name"),
    "a wrong length": (lambda path: npz(path, **{"1/a": np.zeros(5)}), "curve-length"),
    "infinity": (lambda path: npz(path, **{"1/a": np.full(4, np.inf)}), "curve-not-finite"),
    "integers": (lambda path: npz(path, **{"1/a": np.zeros(4, int)}), "curves-unreadable"),
    "two dimensions": (lambda path: npz(path, **{"1/a": np.zeros((4, 1))}), "curves-unreadable"),
    "objects": (lambda path: npz(path, **{"1/a": np.array([{}] * 4)}), "curves-unreadable"),
    "another subject": (lambda path: npz(path, **{"../x/a": np.zeros(4)}), "unknown-subject"),
    "a bomb": (bomb, "curves-unreadable"),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_an_npz_with_errors(tmp_path: Path, case: str) -> None:
    make, expected = ARRAYS[case]
    with pytest.raises(mebench.MebenchError) as caught:
        read(make(tmp_path / "c.npz"))
    assert codes(caught.value) == [expected]


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    path.write_bytes(pickle.dumps({"1/a": [0.0] * 4}))
    with pytest.raises(mebench.MebenchError) as caught:
        read(path)
    assert codes(caught.value) == ["not-utf8"]


@pytest.mark.parametrize(
    "curves", [{"1/a": [0.0]}, {("1",): [0.0]}, {("1", "a"): [[0.0]]}, {("1", ""): [0.0]}]
)
def test_what_is_no_curve_is_not_written(
    tmp_path: Path, curves: dict[tuple[str, ...], object]
) -> None:
    with pytest.raises(UsageError) as caught:
        mebench.write_curves(tmp_path / "c.npz", curves)
    assert codes(caught.value) == ["wrong-argument"]


def test_score_checks_curves_and_notes_it(tmp_path: Path) -> None:
    folder = running.files(tmp_path)
    plain = running.mebench(folder, "score", "p.json", *running.SCORED, "--format", "csv")
    mebench.write_curves(folder / "c.npz", {("1", "a"): np.zeros(100)})
    asked = ("score", "p.json", *running.SCORED, "--curves", "c.npz")
    assert running.mebench(folder, *asked, "--format", "csv").out == plain.out
    assert "curves-checked" in running.mebench(folder, *asked, "--format", "json").out
    mebench.write_curves(folder / "c.npz", {("1", "a"): np.zeros(99)})
    bad = running.mebench(folder, *asked)
    assert bad.status == running.FINDINGS
    assert bad.codes() == {"curve-length"}
    several = running.mebench(folder, "score", "p.json", "p.csv", *asked[2:])
    assert several.status == running.USAGE


def test_samples_have_no_curves(tmp_path: Path) -> None:
    recognition = TOY.model_copy(update={"task": "recognize", "targets": []})
    table = {"format": "mebench-truth/1", "dataset": "toy", "videos": []}
    rows = [{"subject": "1", "sample": "a", "emotion": "negative"}]
    true, predicted = table | {"samples": rows}, {**submission({}), "samples": rows}
    findings = Findings()
    known = evaluate_predictions(predicted, true, recognition, ScoringOptions(), findings)
    mebench.write_curves(tmp_path / "c.npz", {("1", "a"): np.zeros(4)})
    with pytest.raises(mebench.MebenchError) as caught:
        read_curves_of_videos(tmp_path / "c.npz", known.truth, findings)
    assert codes(caught.value) == ["wrong-task"]
