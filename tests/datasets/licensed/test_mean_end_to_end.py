"""MEAN on a miniature of long videos, whose frames show faces: one epoch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from mebench.datasets.frames.images import encode
from mebench.datasets.registry import open_dataset
from tests.cli.running import mebench
from tests.datasets.licensed.miniatures import make

pytest.importorskip("mebench_mean", reason="the baseline is not installed")

from tests.mean.runs import mebench_here
from tests.mean.test_network import FILES, needs_weights

FRAMES = 24


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """Frames of a rendered person around a micro-expression, to be linked into miniatures."""
    folder = tmp_path_factory.mktemp("faces")
    dataset = open_dataset("synthetic")
    record, expression = next(
        (video, one)
        for video in dataset.truth().videos
        for one in video.intervals or ()
        if one["kind"] == "micro"
    )
    video = next(
        one for one in dataset.videos() if (one.subject, one.id) == (record.subject, record.video)
    )
    start = max(0, expression["onset"] - FRAMES // 3)
    paths = []
    for number, image in enumerate(video.frames(start, start + FRAMES)):
        paths.append(folder / f"{number}.jpg")
        paths[-1].write_bytes(encode(image, ".jpg"))
    return paths


def test_mean(tmp_path: Path, faces: Sequence[Path]) -> None:
    name = "casme-sq"
    made = make(name, tmp_path / "copy", faces)
    protocol = made.protocol(tmp_path)
    run = mebench_here(
        tmp_path,
        *("run-baseline", "mean", "--dataset", name, "--root", made.root, "-o", "run"),
        *("--protocol", protocol, "--store", "store", "--k", "3"),
        *("--spotting-epochs", "1", "--recognition-epochs", "1"),
    )
    assert run.status == 0, run.err
    document = json.loads((tmp_path / "run" / "predictions.json").read_text())
    assert len(document["folds"]) == made.scored[0]
    assert len(document["videos"]) == made.scored[1]
    lengths = {(clip.subject, clip.video): clip.n_frames for clip in made.clips}
    for video in document["videos"]:
        for one in video["intervals"]:
            assert 0 <= one["onset"] <= one["offset"] < lengths[video["subject"], video["video"]]
    exported = mebench(
        tmp_path, "datasets", "export-truth", name, "--root", made.root, "-o", "truth.json"
    )
    assert exported.status == 0, exported.err
    scored = mebench(
        tmp_path,
        *("score", "run/predictions.json", "--truth", "truth.json", "--protocol", protocol),
        *("--format", "json"),
    )
    assert scored.status == 0, scored.err
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert json.loads(scored.out)["signature"] == report["signature"]


@needs_weights
def test_the_authors_networks(tmp_path: Path, faces: Sequence[Path]) -> None:
    made = make("casme2", tmp_path / "copy", faces)
    protocol, subjects = made.protocol(tmp_path), made.scored[0]
    for task in ("spot", "recog"):
        (tmp_path / "weights" / task).mkdir(parents=True)
        [source] = [path for path in FILES if path.stem == f"CASME2-{task}-s1"]
        for number in range(1, subjects + 1):
            shutil.copyfile(source, tmp_path / "weights" / task / f"s{number}.hdf5")
    command = (
        *("run-baseline", "mean", "--dataset", "casme2", "--root", made.root),
        *("--protocol", protocol, "--store", "store", "--k", "3"),
        *("--author-weights", "weights"),
    )
    run = mebench_here(tmp_path, *command, "-o", "run")
    assert run.status == 0, run.err
    document = json.loads((tmp_path / "run" / "predictions.json").read_text())
    assert len(document["videos"]) == made.scored[1]
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert "The networks are the authors' own; nothing was trained." in manifest["deviations"]
    assert len(manifest["plan"]["depends"]["author_weights"]) == 64
    (tmp_path / "weights" / "spot" / f"s{subjects}.hdf5").unlink()
    refused = mebench(tmp_path, *command, "-o", "other")
    assert refused.status == 2 and "[author-folder]" in refused.err
    assert not (tmp_path / "other").exists()
