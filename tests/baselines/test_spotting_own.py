"""``run-baseline --final`` and ``mebench spot``: weights kept, videos of one's own answered."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.baselines.running import Bench, Ended, finished

FRAMES = 60


@pytest.fixture
def weights(bench: Bench) -> Path:
    """Return a folder of weights, trained on all subjects."""
    done = bench.run("studious", "--final", "--shift", "2", "-o", "kept")
    assert done.status == 0, done.err
    return bench.folder / "kept"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a video file and a folder of frames."""
    folder = tmp_path_factory.mktemp("clips")
    frames = folder / "frames"
    frames.mkdir()
    code = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(folder / "clip.avi"), code, 25.0, (64, 48))
    for number in range(FRAMES):
        image = np.full((48, 64, 3), 2 * number, np.uint8)
        writer.write(image)
        cv2.imwrite(str(frames / f"{number + 1:03d}.png"), image)
    writer.release()
    return folder


def spot(bench: Bench, *arguments: str | Path) -> Ended:
    command = [sys.executable, "-P", "-m", "mebench", "spot", "--baseline", "studious"]
    return finished(bench.start([*command, "--store", "store", *map(str, arguments)]))


def row(bench: Bench, name: str = "preds.json") -> dict[str, object]:
    document = json.loads((bench.folder / name).read_text())
    assert document["format"] == "mebench-submission/1"
    assert document["system"]["name"] == "studious"
    [video] = document["videos"]
    return dict(video)


def test_a_video_file(bench: Bench, weights: Path, clips: Path) -> None:
    done = spot(bench, clips / "clip.avi", "--weights", weights, "-o", "preds.json")
    assert done.status == 0, done.err
    found = row(bench)
    assert (found["subject"], found["video"]) == ("own", "clip")
    # Four people were learnt from, with the shift that is kept beside the weights.
    intervals = found["intervals"]
    assert isinstance(intervals, list)
    assert [(one["onset"], one["offset"]) for one in intervals] == [
        (0, 6),
        (10, 16),
        (20, 26),
        (30, 36),
    ]
    assert {one["emotion"] for one in intervals} == {"surprise"}
    assert (bench.folder / "preds.png").read_bytes()[:4] == b"\x89PNG"
    lines = [line.split() for line in done.out.splitlines()]
    assert lines[0] == ["onset", "apex", "offset", "seconds", "score", "emotion"]
    # Of the four, three lie at or above the threshold.
    assert lines[2:] == [
        ["10", "12", "16", "0.40–0.64", "1.0000", "surprise"],
        ["20", "22", "26", "0.80–1.04", "2.0000", "surprise"],
        ["30", "32", "36", "1.20–1.44", "3.0000", "surprise"],
    ]
    assert json.loads((bench.folder / "preds.json").read_text())["protocol"] == "trials@1"


def test_a_folder_of_frames(bench: Bench, weights: Path, clips: Path) -> None:
    given = (clips / "frames", "--weights", weights)
    done = spot(bench, *given, "-o", "preds.json")
    assert done.status == 2 and "[fps-needed]" in done.err
    assert not (bench.folder / "preds.json").exists()
    more = ("--fps", "200", "--subject", "me", "--picture", "curve.svg", "--one-per-video")
    done = spot(bench, *given, *more, "-o", "preds.json")
    assert done.status == 0, done.err
    assert row(bench)["subject"] == "me"
    assert row(bench)["score_threshold"] == 3.0
    assert "0.15–0.18" in done.out
    assert "<svg" in (bench.folder / "curve.svg").read_text()


def test_what_was_typed_wins_over_what_is_kept(bench: Bench, weights: Path, clips: Path) -> None:
    done = spot(bench, clips / "clip.avi", "--weights", weights, "--shift", "0", "-o", "p.json")
    assert done.status == 0, done.err
    intervals = row(bench, "p.json")["intervals"]
    assert isinstance(intervals, list)
    assert [one["offset"] for one in intervals] == [4, 14, 24, 34]


def test_foreign_weights_name_nothing_here(bench: Bench, clips: Path) -> None:
    for number in (1, 4):
        (bench.folder / f"{number}.txt").write_text(str(number))
    files = ("--weights", bench.folder / "1.txt", "--weights", bench.folder / "4.txt")
    done = spot(bench, clips / "clip.avi", *files)
    assert done.status == 0, done.err
    intervals = row(bench)["intervals"]
    assert isinstance(intervals, list)
    assert [one["onset"] for one in intervals] == [10, 40]
    assert not any("emotion" in one for one in intervals)
    assert json.loads((bench.folder / "preds.json").read_text())["protocol"] == "own-video@1"


def test_the_same_weights_twice(bench: Bench, weights: Path) -> None:
    before = [(weights / name).read_bytes() for name in ("weights.json", "weights.npz")]
    (weights / "weights.npz").unlink()
    assert bench.run("studious", "--final", "--shift", "2", "-o", "kept", "--resume").status == 0
    assert [(weights / name).read_bytes() for name in ("weights.json", "weights.npz")] == before
    record = json.loads(before[0])
    assert (record["subjects"], record["classes"][0], record["about"]["videos"]) == (
        4,
        "negative",
        8,
    )


def test_damaged_weights(bench: Bench, weights: Path, clips: Path) -> None:
    file = weights / "weights.npz"
    content = file.read_bytes()
    record = (weights / "weights.json").read_text()
    for wrong in ("arrays", "record", "other", "gone"):
        file.write_bytes(content[:-1] if wrong == "arrays" else content)
        changed = record.replace("weights/1", "weights/9") if wrong == "record" else record
        changed = changed.replace('"studious"', '"random"') if wrong == "other" else changed
        (weights / "weights.json").write_text(changed)
        if wrong == "gone":
            (weights / "weights.json").unlink()
        done = spot(bench, clips / "clip.avi", "--weights", weights, "-o", "preds.json")
        assert done.status == (2 if wrong == "other" else 1)
        assert f"[{'wrong-weights' if wrong == 'other' else 'weights-folder'}]" in done.err
        assert not (bench.folder / "preds.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing.avi"], "no-such-video"),
        (["text.avi"], "video-unreadable"),
        (["clip.avi", "--sihft", "3"], "unknown-option"),
        (["clip.avi", "--baseline", "random"], "no-final-weights"),
        (["clip.avi", "--picture", "curve.bmp"], "unknown-ending"),
        (["clip.avi", "-o", "kept/weights.json/preds.json"], "cannot-write"),
    ],
)
def test_what_cannot_be_done_is_said(
    bench: Bench, weights: Path, clips: Path, arguments: list[str], code: str
) -> None:
    (clips / "text.avi").write_text("no video")
    done = spot(bench, clips / arguments[0], "--weights", weights, *arguments[1:])
    assert done.status in (1, 2), done.err
    assert f"[{code}]" in done.err
    assert list(bench.folder.glob("*.png")) == []


def test_the_help_needs_no_baseline(bench: Bench) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mebench", "spot", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--weights" in done.stdout
