"""``mebench plot`` as users run it: a real run, and invalid files."""

from __future__ import annotations

import json
import pickle
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mebench.plots.run_videos import read_run_videos
from tests.cli.running import FINDINGS, FINE, SCORED, USAGE, files, mebench
from tests.plots.pictures import size_of, texts_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a run on the synthetic data set, curves for it, and a report of small files."""
    folder = files(tmp_path_factory.mktemp("plot"))
    run = mebench(folder, "run-baseline", "random", "-o", "run", "--jobs", "1")
    assert run.status == FINE, run.err
    curve = np.linspace(0, 1, 336, dtype=np.float32)
    curves: dict[str, Any] = {"s01/v1/spotting": curve, "s01/v1/smoothed": curve * 0.5}
    np.savez(folder / "run" / "curves.npz", **curves)
    done = mebench(folder, "score", "p.json", *SCORED, "--format", "json", "-o", "report.json")
    assert done.status == FINE, done.err
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy to damage."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def test_without_a_subcommand_the_help_is_printed(folder: Path) -> None:
    run = mebench(folder, "plot")
    assert "confusion" in run.out + run.err
    assert "curves" in run.out + run.err


def test_the_confusion_of_a_report(folder: Path) -> None:
    done = mebench(folder, "plot", "confusion", "report.json", "-o", "picture.svg")
    assert (done.status, done.out) == (FINE, "")
    texts = texts_of((folder / "picture.svg").read_bytes())
    counts = json.loads((folder / "report.json").read_text())["counts"]["analysis"]
    assert f"Spotted expressions ({counts['total']})" in texts
    drawn = [int(text) for text in texts if text.isdigit()]
    assert sorted(drawn) == sorted(count for row in counts["confusion"]["matrix"] for count in row)


def test_the_confusion_of_a_run(folder: Path) -> None:
    done = mebench(folder, "plot", "confusion", "run", "-o", "picture.pdf")
    assert done.status == FINE, done.err
    assert (folder / "picture.pdf").read_bytes().startswith(b"%PDF-")


def test_both_confusions_of_a_report_are_drawn(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    report["counts"]["analysis_all"] = report["counts"]["analysis"]
    (folder / "both.json").write_text(json.dumps(report))
    assert mebench(folder, "plot", "confusion", "both.json", "-o", "both.png").status == FINE
    assert size_of((folder / "both.png").read_bytes())[0] == 1400


def test_the_curves_of_a_run(folder: Path) -> None:
    predictions = folder / "run" / "predictions.json"
    document = json.loads(predictions.read_text())
    videos = document["videos"] = document["videos"][:3]
    predictions.write_text(json.dumps(document))
    done = mebench(folder, "plot", "curves", "run", "-o", "new/pictures", "--format", "svg")
    assert done.status == FINE, done.err
    drawn = {path.name for path in (folder / "new" / "pictures").iterdir()}
    assert drawn == {f"{row['subject']}_{row['video']}.svg" for row in videos}
    first = texts_of((folder / "new" / "pictures" / "s01_v1.svg").read_bytes())
    # The truth shipped with mebench, its frame rate, and the curves.
    assert {"true", "Second", "smoothed", "spotting", "s01/v1"} <= set(first)
    second = texts_of((folder / "new" / "pictures" / "s01_v2.svg").read_bytes())
    assert "smoothed" not in second
    assert {"true", "spotted", "Frame"} <= set(second)


def test_one_video_without_curves(folder: Path) -> None:
    (folder / "run" / "curves.npz").unlink()
    asked = ("--video", "s01/v1", "--video", "s01/v1")
    done = mebench(folder, "plot", "curves", "run", "-o", "out", *asked)
    assert done.status == FINE, done.err
    assert [path.name for path in (folder / "out").iterdir()] == ["s01_v1.png"]


def test_labels_of_the_truth_become_classes(folder: Path) -> None:
    rows = "subject,video,onset,offset,emotion\ns01,v1,5,9,Negative\n"
    (folder / "mine.csv").write_text(rows)
    asked = ("--truth", "mine.csv", "--video", "s01/v1", "--format", "svg")
    done = mebench(folder, "plot", "curves", "run", "-o", "out", *asked)
    assert done.status == FINE, done.err
    texts = texts_of((folder / "out" / "s01_v1.svg").read_bytes())
    assert "negative" in texts
    assert "Negative" not in texts
    # A CSV file has no frame rate.
    assert "Second" not in texts


def test_a_truth_that_is_not_available(folder: Path) -> None:
    (folder / "own").mkdir()
    shutil.copy(folder / "p.json", folder / "own" / "predictions.json")
    done = mebench(folder, "plot", "curves", "own", "-o", "out", "--format", "svg")
    assert done.status == FINE
    assert "--truth" in done.err
    assert "true" not in texts_of((folder / "out" / "1_a.svg").read_bytes())
    more = mebench(
        folder, "plot", "curves", "own", "-o", "out", "--format", "svg", "--truth", "t.json"
    )
    assert more.status == FINE
    assert "true" in texts_of((folder / "out" / "1_a.svg").read_bytes())


def test_a_threshold_applies_to_intervals_without_a_kind(folder: Path) -> None:
    document = json.loads((folder / "run" / "predictions.json").read_text())
    (folder / "own").mkdir()
    for threshold in (0.0, 2.0):
        document["score_threshold"] = {"micro": threshold}
        for video in document["videos"]:
            for number, interval in enumerate(video["intervals"]):
                interval.pop("kind", None)
                interval["score"] = 1 / (number + 1)
        (folder / "own" / "predictions.json").write_text(json.dumps(document))
        run = read_run_videos(folder / "own", None)
        drawn = [row for video in run.videos.values() for row in video.predictions]
        assert bool(drawn) is (threshold < 1)


@pytest.mark.parametrize(
    ("own", "line"), [({"macro": 0.1}, 0.7), ({"micro": 0.3}, None), (0.3, 0.3), (None, 0.7)]
)
def test_a_threshold_of_a_video_overrides_the_common_one_kind_by_kind(
    folder: Path, own: Any, line: float | None
) -> None:
    document = json.loads((folder / "run" / "predictions.json").read_text())
    document["score_threshold"] = 0.7
    document["videos"] = [document["videos"][0] | {"score_threshold": own}]
    rows = [{"onset": 0, "offset": 9, "score": score} for score in (0.2, 0.5, 0.9)]
    document["videos"][0]["intervals"] = [row | {"emotion": "positive"} for row in rows]
    (folder / "own").mkdir()
    (folder / "own" / "predictions.json").write_text(json.dumps(document))
    (video,) = read_run_videos(folder / "own", None).videos.values()
    assert video.threshold == line
    spotted = sum(map(video.is_spotted, video.predictions))
    assert spotted == (2 if own in (0.3, {"micro": 0.3}) else 1)


def test_hostile_ids_stay_in_the_folder(folder: Path) -> None:
    document = json.loads((folder / "p.json").read_text())
    names = ["../../x", "/etc/x", "..", "x" * 400, "X" * 400, "被试😀", "a\u0000b", "%2F"]
    document["videos"] = [
        {"subject": "..", "video": name, "intervals": [{"onset": 1, "offset": 2}]} for name in names
    ]
    (folder / "own").mkdir()
    (folder / "own" / "predictions.json").write_text(json.dumps(document))
    before = {path for path in folder.rglob("*") if path.parent.name != "out"}
    done = mebench(folder, "plot", "curves", "own", "-o", "out")
    assert done.status == FINE, done.err
    assert len(list((folder / "out").iterdir())) == len(names)
    assert {path for path in folder.rglob("*") if path.parent.name != "out"} - before == {
        folder / "out"
    }


def refused(folder: Path, code: str, status: int, *arguments: str) -> str:
    done = mebench(folder, "plot", *arguments)
    assert f"[{code}]" in done.err, done.err
    assert done.status == status
    assert not (folder / "x.png").exists()
    return done.err


def test_invalid_reports(folder: Path) -> None:
    def confusion(code: str, status: int, report: str, picture: str = "x.png") -> str:
        return refused(folder, code, status, "confusion", report, "-o", picture)

    confusion("file-unreadable", USAGE, "none.json")
    confusion("file-unreadable", USAGE, "run/folds")
    confusion("unknown-protocol", FINDINGS, "p.json")
    confusion("protocol-needed", USAGE, "p.csv")
    (folder / "other.json").write_text('{"format": "mebench-report/1"}')
    confusion("missing-field", FINDINGS, "other.json")
    confusion("unknown-ending", USAGE, "report.json", "x.jpeg")
    confusion("cannot-write", USAGE, "report.json", "none/x.png")

    report = json.loads((folder / "report.json").read_text())
    matrices: tuple[list[list[int]], ...] = (
        [],
        [[1, 2], [3, 4]],
        [[1, 2, 3], [4, 5], [6, 7, 8]],
        [[0, -1, 0]] * 3,
    )
    for matrix in matrices:
        report["counts"]["analysis"]["confusion"]["matrix"] = matrix
        (folder / "changed.json").write_text(json.dumps(report))
        code = "report-damaged" if matrix is matrices[-1] else "inconsistent"
        confusion(code, FINDINGS, "changed.json")
    del report["counts"]["analysis"]
    (folder / "spotting.json").write_text(json.dumps(report))
    confusion("nothing-to-draw", FINDINGS, "spotting.json")


def test_invalid_runs(folder: Path) -> None:
    def curves(code: str, status: int, *arguments: str) -> str:
        return refused(folder, code, status, "curves", *arguments)

    curves("file-unreadable", USAGE, "none", "-o", "out")
    curves("file-unreadable", USAGE, "run/folds", "-o", "out")
    message = curves("unknown-video", USAGE, "run", "-o", "out", "--video", "s01/v11")
    assert "Did you mean 's01/v1'?" in message
    curves("cannot-write", USAGE, "run", "-o", "report.json")
    curves("cannot-write", USAGE, "run", "-o", "report.json/out")
    curves("file-unreadable", USAGE, "run", "-o", "out", "--truth", "none.csv")
    curves("wrong-file", FINDINGS, "run", "-o", "out", "--truth", "p.json")
    document = json.loads((folder / "p.json").read_text())
    document["videos"] = []
    (folder / "own").mkdir()
    (folder / "own" / "predictions.json").write_text(json.dumps(document))
    curves("nothing-to-draw", FINDINGS, "own", "-o", "out")
    assert not (folder / "out").exists()


class Trap:
    """An object that creates a file when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, ("trapped", "w")


def test_damaged_curves(folder: Path) -> None:
    path = folder / "run" / "curves.npz"
    intact = path.read_bytes()

    def damaged(content: bytes) -> None:
        path.write_bytes(content)
        refused(folder, "curves-unreadable", FINDINGS, "curves", "run", "-o", "out")
        assert not (folder / "trapped").exists()

    damaged(b"")
    damaged(b"no archive")
    damaged(intact[: len(intact) // 2])
    damaged(intact[:200] + b"\xff" * 50 + intact[250:])
    damaged(pickle.dumps(Trap()))
    np.save(folder / "single.npy", np.zeros(3))
    damaged((folder / "single.npy").read_bytes())
    for array in (np.array([Trap()], object), np.zeros((2, 2)), np.array(["a"]), np.zeros(3, int)):
        curves: dict[str, Any] = {"s01/v1/smoothed": array}
        np.savez(folder / "bad.npz", **curves)
        damaged((folder / "bad.npz").read_bytes())
    with zipfile.ZipFile(folder / "text.npz", "w") as archive:
        archive.writestr("s01/v1/smoothed", "no array")
    damaged((folder / "text.npz").read_bytes())
    path.unlink()
    path.mkdir()
    refused(folder, "irregular-file", FINDINGS, "curves", "run", "-o", "out")
