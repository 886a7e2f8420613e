"""``run-baseline --final`` and ``mebench spot``: weights kept, videos of one's own answered."""

from __future__ import annotations

import io
import json
import shutil
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.runner.running import Bench, Ended, bench_in, finished

FRAMES = 60


@pytest.fixture(scope="module")
def trained(
    home: Path, installed: None, four: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder of weights, trained on all subjects."""
    folder = tmp_path_factory.mktemp("trained")
    done = bench_in(home, folder, four).here("studious", "--final", "--shift", "2", "-o", "kept")
    assert done.status == 0, done.err
    return folder / "kept"


@pytest.fixture
def weights(bench: Bench, trained: Path) -> Path:
    """Return a copy of the weights."""
    return Path(shutil.copytree(trained, bench.folder / "kept"))


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
    return bench.mebench("spot", "--baseline", "studious", "--store", "store", *arguments)


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


def test_a_threshold_a_kind(bench: Bench, weights: Path, clips: Path) -> None:
    """What is typed wins over what is kept beside the weights: the shift."""
    typed = ("--fault", "threshold", "--shift", "0")
    done = spot(bench, clips / "clip.avi", "--weights", weights, *typed)
    assert done.status == 0, done.err
    intervals = row(bench)["intervals"]
    assert isinstance(intervals, list)
    assert [one["offset"] for one in intervals] == [4, 14, 24, 34]
    assert row(bench)["score_threshold"] == 3.0
    assert [line.split()[0] for line in done.out.splitlines()[2:]] == ["30"]


def test_a_file_that_ends_before_its_header_says(
    bench: Bench, weights: Path, clips: Path, tmp_path: Path
) -> None:
    content = (clips / "clip.avi").read_bytes()
    short = tmp_path / "short.avi"
    short.write_bytes(content[: len(content) // 2])
    done = spot(bench, short, "--weights", weights)
    assert done.status == 0, done.err
    intervals = row(bench)["intervals"]
    assert isinstance(intervals, list)
    assert 0 < len(intervals) < 4


def test_the_folder_in_which_one_is(bench: Bench, weights: Path, clips: Path) -> None:
    inside = replace(bench, folder=clips / "frames")
    more = ("--weights", weights, "--fps", "30", "-o", bench.folder / "dot.json")
    stored = ("--store", bench.folder / "store")
    done = inside.mebench("spot", "--baseline", "studious", ".", *more, *stored)
    assert done.status == 0, done.err
    assert row(bench, "dot.json")["video"] == "frames"


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
    assert bench.here("studious", "--final", "--shift", "2", "-o", "kept", "--resume").status == 0
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
        (["clip.avi", "--fault", "warm-up"], "baseline-raised"),
        (["clip.avi", "--fault", "spot"], "baseline-raised"),
    ],
)
def test_what_cannot_be_done_is_said(
    bench: Bench, weights: Path, clips: Path, arguments: list[str], code: str
) -> None:
    (clips / "text.avi").write_text("no video")
    done = spot(bench, clips / arguments[0], "--weights", weights, *arguments[1:])
    assert done.status in (1, 2), done.err
    assert f"[{code}]" in done.err
    assert "the run's log" not in done.err
    assert list(bench.folder.glob("*.png")) == []


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["--fps", "inf"], "--fps"),
        (["--fps", "nan"], "--fps"),
        (["--subject", ""], "--subject"),
        (["-o", "."], "--output"),
        (["-o", ""], "--output"),
        (["-o", "preds.png"], "--picture"),
        (["-o", "preds.svg", "--picture", "./preds.svg"], "--picture"),
    ],
)
def test_options_that_make_no_sense(
    bench: Bench, weights: Path, clips: Path, arguments: list[str], option: str
) -> None:
    done = spot(bench, clips / "clip.avi", "--weights", weights, *arguments)
    assert done.status == 2
    assert option in done.err
    assert [one.name for one in bench.folder.iterdir() if one.is_file()] == []


def test_weights_that_someone_wrote_anew(bench: Bench, weights: Path, clips: Path) -> None:
    record = json.loads((weights / "weights.json").read_text())
    content = (weights / "weights.npz").read_bytes()
    single, pickled = io.BytesIO(), io.BytesIO()
    np.save(single, np.arange(3))
    np.savez(pickled, people=np.array([{}], object))
    for arrays, more in (
        (b"", {}),
        (b"hello", {}),
        (content[: len(content) // 2], {}),
        (single.getvalue(), {}),
        (pickled.getvalue(), {}),
        (content, {"classes": ["a", "A"]}),
        (content, {"classes": [""]}),
    ):
        (weights / "weights.npz").write_bytes(arrays)
        changed = record | more | {"arrays": sha256(arrays).hexdigest()}
        (weights / "weights.json").write_text(json.dumps(changed))
        done = spot(bench, clips / "clip.avi", "--weights", weights)
        assert done.status == 1
        assert "[weights-folder]" in done.err
        assert "allow_pickle=" not in done.err or arrays == pickled.getvalue()


def test_several_videos(bench: Bench, weights: Path, clips: Path) -> None:
    (clips / "text.avi").write_text("no video")
    given = ("--weights", weights, "--fps", "25", "--fault", "count")
    done = spot(bench, clips / "clip.avi", *given, "-o", "alone.json")
    assert done.status == 0, done.err
    many = bench.folder / "many"
    (many / "anna").mkdir(parents=True)
    (many / "anna" / "clip.avi").symlink_to(clips / "clip.avi")
    shutil.copytree(clips / "frames", many / "frames")
    paths = (clips / "text.avi", many, clips / "clip.avi", "nothing.avi")
    done = spot(bench, *paths, *given, "-o", "preds.json", "--picture", "drawn")
    assert done.status == 1
    assert {"[video-unreadable]", "[no-such-video]"} <= set(done.err.split())
    # The link and its target are one video; the worker used one instance for both videos.
    assert "#2" in done.err and "#3" not in done.err
    assert "2 of 4 videos not spotted." in done.err
    lines = done.out.splitlines()
    assert [" ".join(line.split()) for line in [lines[0], *lines[2:]]] == [
        "subject video frames fps found strongest score emotion, or error",
        "own text – – – – – [video-unreadable]",
        "anna clip 60 25 3 30–36 3.0000 surprise",
        "own frames 60 25 3 30–36 3.0000 surprise",
        "own nothing – – – – – [no-such-video]",
    ]
    written = json.loads((bench.folder / "preds.json").read_text())
    alone = row(bench, "alone.json")
    assert written["videos"] == [
        {**alone, "subject": "anna"},
        {**alone, "video": "frames"},
    ]
    assert {path.name for path in (bench.folder / "drawn").iterdir()} == {
        "anna_clip.png",
        "own_frames.png",
    }


def test_several_videos_for_programs(bench: Bench, weights: Path, clips: Path) -> None:
    given = ("--weights", weights, "--fps", "25", "--subject", "me")
    done = spot(bench, clips / "clip.avi", "--shift", "0", clips / "frames", *given,
                *("-o", "preds.csv", "--format", "json"))  # fmt: skip
    assert done.status == 0, done.err
    summary = json.loads(done.out)
    assert summary["failed"] == 0
    assert [one["video"] for one in summary["videos"]] == ["clip", "frames"]
    assert summary["videos"][0]["strongest"] == summary["videos"][0]["intervals"][-1]
    # Without the candidate below the threshold, which a CSV cannot state.
    assert (bench.folder / "preds.csv").read_text().splitlines() == [
        "subject,video,onset,offset,apex,kind,emotion,score",
        *(
            f"me,{video},{10 * one},{10 * one + 4},{10 * one + 2},micro,surprise,{one}.0"
            for video in ("clip", "frames")
            for one in (1, 2, 3)
        ),
    ]
    assert not list(bench.folder.glob("*.png"))


def test_an_interrupt_leaves_nothing_half_written(bench: Bench, weights: Path, clips: Path) -> None:
    arguments = ["spot", "--baseline", "studious", "--store", "store", str(clips / "clip.avi")]
    arguments += [str(clips / "frames"), "--weights", str(weights), "--fps", "25"]
    more = ["--fault", "interrupt", "--picture", "drawn", "-o", "preds.json"]
    command = [sys.executable, "-P", "-m", "mebench", *arguments, *more]
    done = finished(bench.start(command))
    assert done.status == 130
    assert "Stopped; no prediction file was written. 1 picture in drawn." in done.err
    assert not (bench.folder / "preds.json").exists()
    assert [path.name for path in (bench.folder / "drawn").iterdir()] == ["own_clip.png"]


def test_the_help_needs_no_baseline(bench: Bench) -> None:
    assert "--weights" in bench.mebench("spot", "--help").out
