"""Temporal action localization: times in seconds, fractional frames, the rounding rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mebench.diagnostics import Findings
from mebench.formats.action_localization import split_subject
from mebench.formats.fractional_frames import exact_number, round_half_up
from mebench.formats.frame_times import nearest_frames
from mebench.formats.loader import read_predictions, read_truth
from tests.cli.running import mebench
from tests.datasets.licensed.shared import SHARED, needs
from tests.evaluation.documents import TOY_TOML, TWO_KINDS_TOML, interval, truth, write

LGSNET = SHARED / "submissions" / "tal" / "lgsnet_s15.tsv"
DURATIONS = SHARED / "lists" / "cas_duration.csv"


def results(*segments: tuple[float, float], name: str = "1/a", **more: Any) -> dict[str, Any]:
    """Return ActivityNet results of one video."""
    rows = [{"segment": [start, end], "label": "ME", **more} for start, end in segments]
    return {"version": "1.3", "results": {name: rows}, "external_data": {}}


def database(**more: Any) -> dict[str, Any]:
    """Return an ActivityNet truth with one video of 100 frames at 25 frames per second."""
    rows = [{"segment": [0.4, 0.8], "label": "micro-expression"}]
    return {"database": {"1/a": {"duration": 4.0, "frame": 100, "annotations": rows, **more}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "kinds.toml", TWO_KINDS_TOML)
    write(tmp_path, "toy.toml", TOY_TOML)
    write(tmp_path, "t.json", truth({"1/a": [interval(10, 20, None, kind="micro")]}))
    return tmp_path


def scored(folder: Path, *more: str, true: str = "t.json", file: str = "p.json") -> Any:
    """Return the report of a score, or the codes of its errors."""
    given = ("--truth", true, "--protocol", "kinds.toml", "--format", "json")
    run = mebench(folder, "score", file, *given, *more)
    return json.loads(run.out) if run.status == 0 else run.codes()


def test_the_rounding_is_that_of_fractions() -> None:
    rng = np.random.default_rng(3)
    numbers = np.round(rng.uniform(-5, 90_000, 3000), rng.integers(0, 4))
    numbers = np.append(numbers, [0.145, 0.5, -0.5, 1.005, 2.675, 12.5])
    for text in ("30", "200", "100", "29.97", "1"):
        rate = exact_number(text)
        assert rate is not None
        expected = [round_half_up((exact_number(one) or 0) * rate) for one in numbers.tolist()]
        assert nearest_frames(numbers, [rate] * len(numbers)).tolist() == expected
    half = exact_number("100")
    assert half is not None
    assert nearest_frames(np.array([0.145, -0.005]), [half] * 2).tolist() == [15, 0]


def test_the_frame_rate_is_the_option_or_that_of_the_truth_or_the_data_set(folder: Path) -> None:
    write(folder, "p.json", results((0.4, 0.8), score=0.5))
    assert scored(folder) == {"frame-rate-needed"}
    report = scored(folder, "--fps", "25")
    assert report["counts"]["spotting"] == {"tp": 1, "fp": 0, "fn": 0}
    assert report["options"]["mapping"]["fps"] == "25"
    assert not report["findings"]
    assert "|frames:kept|" in report["signature"], "no number was between two frames"
    true = truth({"1/a": [interval(10, 20, None, kind="micro")]})
    true["videos"][0]["fps"] = 25
    write(folder, "t.json", true)
    assert scored(folder)["signature"] == report["signature"]
    assert scored(folder, "--fps", "10")["counts"]["spotting"]["tp"] == 0
    write(folder, "kinds.toml", TWO_KINDS_TOML + "fps = 50\n")
    assert scored(folder)["signature"].split("truth:")[1] == report["signature"].split("truth:")[1]
    del true["videos"][0]["fps"]
    write(folder, "t.json", true)
    assert scored(folder)["counts"]["spotting"]["tp"] == 0, "0.4 s are frame 20 at 50"
    assert scored(folder, "--fps", "25")["counts"]["spotting"]["tp"] == 1


def test_an_activitynet_truth_has_the_rate_of_its_length(folder: Path) -> None:
    write(folder, "p.json", results((0.4, 0.8)))
    write(folder, "a.json", database(subset="test"))
    report = scored(folder, true="a.json")
    assert report["counts"]["spotting"]["tp"] == 1
    assert [one["first_frame"] for one in report["inputs"]] == [0, 0]
    for duration, frames, rate in ((33.33, 1000, 30), (5.005, 150, 150 / 5.005), (2.0, 400, 200)):
        write(folder, "a.json", database(duration=duration, frame=frames))
        table = read_truth(folder / "a.json", Findings())
        assert (table.videos[0].fps, table.videos[0].n_frames) == (rate, frames)
    run = mebench(folder, "convert", "truth", "a.json", "--protocol", "kinds.toml", "-o", "n.json")
    assert run.status == 0, run.err
    [video] = json.loads((folder / "n.json").read_text())["videos"]
    assert (video["fps"], video["subject"], video["video"]) == (200, "1", "a")
    assert video["intervals"] == [{"onset": 80, "offset": 160, "kind": "micro"}]
    assert mebench(folder, "validate", "a.json", "--protocol", "kinds.toml").status == 0
    assert mebench(folder, "blind", "a.json", "-o", "b.json").status == 0


def test_rounding_is_stated_and_coarse_times_are_warned_of(folder: Path) -> None:
    write(folder, "p.json", results((0.051, 0.103), (0.2, 0.3)))
    report = scored(folder, "--fps", "200")
    codes = {one["code"]: one["message"] for one in report["findings"]}
    assert "|frames:rounded|" in report["signature"]
    assert codes["frames-rounded"] == (
        "1 interval rounded to the nearest frames, halves up, at 200 frames per second."
    )
    assert "times-coarse" not in codes
    write(folder, "p.json", results(*((n / 100, (n + 2) / 100) for n in range(0, 15, 3))))
    found = {one["code"]: one["message"] for one in scored(folder, "--fps", "200")["findings"]}
    assert "frames-rounded" not in found, "each time is a frame, but only every second frame is one"
    assert "0.01 s, which is 2 frames at 200" in found["times-coarse"]
    write(folder, "p.json", results(*((n / 1000, (n + 20) / 1000) for n in range(0, 155, 31))))
    assert "times-coarse" not in str(scored(folder, "--fps", "200")["findings"])
    clipped = scored(folder, "--fps", "150", "--clip")["signature"]
    assert "|frames:rounded+clipped|" in clipped


def test_labels_are_kinds_or_emotions(folder: Path) -> None:
    for label, kind in (("MaE", 1), ("micro_expression", 0), ("Macro-Expression", 1)):
        table = read_predictions(results((1, 2), label=label), Findings()).table
        assert (table.intervals.kind.tolist(), table.intervals.labels) == ([kind], ())
    write(folder, "p.json", results((0.4, 0.8), label="happy"))
    assert scored(folder, "--fps", "25") == {"kind-missing"}
    report = scored(folder, "--fps", "25", "--kind", "micro")
    assert [one["code"] for one in report["findings"]] == ["labels-ignored"]
    write(folder, "e.json", truth({"1/a": [interval(10, 20, "positive")]}))
    analysis = ("--truth", "e.json", "--protocol", "toy.toml", "--fps", "25", "--format", "json")
    assert mebench(folder, "score", "p.json", *analysis).codes() == {"unknown-emotion"}
    write(folder, "p.json", results((0.4, 0.8), label="Positive"))
    run = mebench(folder, "score", "p.json", *analysis)
    assert json.loads(run.out)["counts"]["analysis"]["tp"] == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"results": {"1/a": {}}}, "segment-invalid"),
        ({"results": {"1/a": [3]}}, "segment-invalid"),
        ({"results": {"1/a": [{"segment": [1]}]}}, "segment-invalid"),
        ({"results": {"1/a": [{"segment": [1, "2"]}]}}, "segment-invalid"),
        ({"results": {"1/a": [{"segment": [1, 2], "score": "x"}]}}, "segment-invalid"),
        ({"results": {"1/a": [{"segment": [1, 2], "label": []}]}}, "segment-invalid"),
        ({"results": {"1/a": [{"segment": [2, 1], "label": "ME"}]}}, "offset-before-onset"),
        ({"results": {"1/a": [{"segment": [1, 1e14], "label": "ME"}]}}, "frame-too-large"),
        ({"results": {"1/z": [{"segment": [1, 2], "label": "ME"}]}}, "unknown-video"),
        ({"results": {"": []}}, "value-empty"),
        ({"results": {"\ud800": []}}, "value-empty"),
        ({"database": {}}, "wrong-file"),
    ],
)
def test_bad_segments_are_refused_where_they_are(folder: Path, content: Any, code: str) -> None:
    write(folder, "p.json", json.dumps(content, indent=1))
    arguments = ("--truth", "t.json", "--protocol", "kinds.toml", "--fps", "25")
    run = mebench(folder, "score", "p.json", *arguments)
    assert run.codes() == {code}
    assert run.err.startswith("p.json:")


def test_a_table_has_frames_from_one(folder: Path) -> None:
    write(folder, "p.tsv", "1/a\t11.4\t20.5\t0.9\tME\n1/a\t 40 \t50\t0.1\tMaE\n")
    report = scored(folder, file="p.tsv")
    assert report["counts"]["spotting"] == {"tp": 1, "fp": 1, "fn": 0}
    assert report["inputs"][0]["format"] == "temporal localization table"
    assert report["inputs"][0]["first_frame"] == 1
    table = read_predictions(folder / "p.tsv", Findings()).table
    assert table.intervals.onset.tolist() == [10, 39]
    assert table.intervals.offset.tolist() == [20, 49], "20.5 is rounded up to 21, from 1"
    table = read_predictions(folder / "p.tsv", Findings(), first_frame=0).table
    assert table.intervals.onset.tolist() == [11, 40]
    write(folder, "p.tsv", "1/a\t1\t2\t0.9\n1/a\t1\t2\n1/a\tx\t2\t0.9\n1/a\t1\t2\thigh\n")
    assert scored(folder, "--kind", "micro", file="p.tsv") == {
        *("csv-row-width", "segment-invalid", "not-finite")
    }


def test_a_table_can_have_seconds(folder: Path) -> None:
    write(folder, "p.tsv", "1/a\t0.4\t0.8\t0.9\tME\n")
    report = scored(folder, "--seconds", "--fps", "25", file="p.tsv")
    assert report["counts"]["spotting"]["tp"] == 1
    assert report["inputs"][0]["first_frame"] == 0 and not report["findings"]
    assert scored(folder, "--seconds", file="p.tsv") == {"frame-rate-needed"}


def test_a_subject_is_before_the_slash() -> None:
    assert split_subject("s15/15_0101") == ("s15", "15_0101")
    assert split_subject("15_0101") == (None, "15_0101")
    assert split_subject("a/b/c") == (None, "a/b/c")


@needs(LGSNET, DURATIONS)
def test_the_released_detections_are_read(folder: Path) -> None:
    lengths = [line.split(",")[1:] for line in DURATIONS.read_text().splitlines()[1:]]
    videos = {f"s{name[:2]}/{name}": int(length) for name, length in lengths if name[:3] == "15_"}
    true = truth({name: [] for name in videos}) | {"dataset": "casme-sq"}
    for video in true["videos"]:
        video["n_frames"] = videos[f"s15/{video['video']}"]
    write(folder, "t.json", true)
    given = ("--truth", "t.json", "--protocol", "megc2020-spot-casme-sq@1", "--format", "json")
    run = mebench(folder, "score", LGSNET, *given, "--kind", "macro", "--score-threshold", "0.96")
    report = json.loads(run.out)
    assert report["units"]["predictions"] == 210
    assert report["units"]["videos_without_predictions"] == ["s15/15_0508funnydunkey"]
    assert "|frames:rounded|thr:0.96|" in report["signature"]
    assert not {"frames-shifted", "frame-rate-mismatch"} & {
        one["code"] for one in report["findings"]
    }
    table = read_predictions(LGSNET, Findings()).table
    assert (table.intervals.onset[0], table.intervals.offset[0]) == (797, 807)
