"""Writing the generic layout: several processes, killed and resumed runs, a full disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

from mebench.datasets.generic.adapter import GenericAdapter
from mebench.datasets.generic.metadata_files import read_settings
from mebench.datasets.generic.writer import write_dataset
from mebench.diagnostics import Findings, MebenchError, UsageError
from mebench.protocols.loader import load_protocol
from mebench.util.toml_text import to_toml
from tests.datasets.material import NumberedDataset, codes, number_in, small_files, tree

ROOT = Path(__file__).parents[2]


def refusal(dataset: NumberedDataset, folder: Path, resume: bool = False) -> str:
    with pytest.raises(UsageError) as caught:
        write_dataset(dataset, folder, resume=resume)
    return str(caught.value)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "set"
    steps: list[int] = []
    write_dataset(NumberedDataset(), folder, progress=steps.append, title="Numbers", licence="CC0")
    assert sum(steps) == 160
    return folder


def test_what_is_written_is_read_back(written: Path) -> None:
    dataset = GenericAdapter().open(written)
    original = NumberedDataset()
    assert dataset.id == "numbered"
    assert dataset.title == "Numbers"
    assert read_settings(written, Findings()).licence == "CC0"
    for one, other in zip(dataset.videos(), original.videos(), strict=True):
        assert (one.subject, one.id, one.fps, one.n_frames) == (
            other.subject,
            other.id,
            other.fps,
            other.n_frames,
        )
        assert [number_in(image) for image in one.frames()] == list(range(40))
    assert np.array_equal(dataset.videos()[0].frame(33), original.videos()[0].frame(33))
    for now, then in zip(dataset.truth().videos, original.truth().videos, strict=True):
        assert now.intervals == then.intervals
        assert (now.n_frames, now.fps) == (40, 25)
    assert "sha256sum -c" in (written / "README.txt").read_text()
    assert json.loads((written / "writing.json").read_text())["complete"] is True


def test_protocol_expects_exactly_the_data_set(written: Path) -> None:
    assert GenericAdapter().open(written).protocol_file == written / "protocol.toml"
    protocol = load_protocol(written / "protocol.toml")
    assert protocol.id == "numbered-str@1"
    assert protocol.classes == ["positive"]
    assert (protocol.expected.subjects, protocol.expected.videos) == (2, 4)
    assert protocol.expected.classes == {"positive": 4}


def test_hashes_are_those_of_sha256sum(written: Path) -> None:
    folder = written / "frames" / "s1" / "v2"
    subprocess.run(["sha256sum", "-c", "--quiet", "sha256.txt"], cwd=folder, check=True)
    assert len((folder / "sha256.txt").read_text().splitlines()) == 40


def test_processes_change_nothing(written: Path, tmp_path: Path) -> None:
    write_dataset(NumberedDataset(), tmp_path, jobs=2, title="Numbers", licence="CC0")
    assert tree(tmp_path) == tree(written)


def test_jpeg(tmp_path: Path) -> None:
    write_dataset(NumberedDataset(6), tmp_path, image_format="jpg")
    videos = GenericAdapter().open(tmp_path).videos()
    assert [number_in(image) for image in videos[0].frames()] == list(range(6))
    assert {path.suffix for path in (tmp_path / "frames/s1/v1").iterdir()} == {".jpg", ".txt"}


def test_folders_are_never_mixed(written: Path, tmp_path: Path) -> None:
    assert "already contains the data set." in refusal(NumberedDataset(), written)
    assert "another data set" in refusal(NumberedDataset(version=2), written, resume=True)
    assert "another data set" in refusal(NumberedDataset(41), written, resume=True)
    (tmp_path / "mine.txt").write_text("x")
    assert "not empty" in refusal(NumberedDataset(), tmp_path)
    assert "not empty" in refusal(NumberedDataset(), tmp_path, resume=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert "cannot-write" in refusal(NumberedDataset(), tmp_path / "mine.txt")


def test_resuming_replaces_damaged_files(written: Path, tmp_path: Path) -> None:
    write_dataset(NumberedDataset(), tmp_path, title="Numbers", licence="CC0")
    path = tmp_path / "frames" / "s2" / "v1" / "img000003.png"
    path.write_bytes(path.read_bytes()[:-9])
    (tmp_path / "frames" / "s1" / "v1" / "img000000.png").unlink()
    write_dataset(NumberedDataset(), tmp_path, resume=True, title="Numbers", licence="CC0")
    assert tree(tmp_path) == tree(written)


def test_ids_that_cannot_be_file_names(tmp_path: Path) -> None:
    dataset = NumberedDataset()
    dataset.videos()[1].id = "a/../b"
    with pytest.raises(MebenchError) as caught:
        write_dataset(dataset, tmp_path / "out")
    assert "id-unfit" in codes(caught.value.diagnostics)
    assert not (tmp_path / "out").exists()


SCRIPT = """
import sys
from pathlib import Path
from mebench.datasets.generic.writer import write_dataset
from tests.datasets.material import NumberedDataset
if __name__ == "__main__":
    dataset = NumberedDataset(300)
    for video in dataset.videos():
        video.pause = 0.005  # a fast machine must not finish before it is stopped
    write_dataset(dataset, Path(sys.argv[1]), jobs=int(sys.argv[2]), resume=True)
"""


def start(folder: Path, jobs: int) -> subprocess.Popen[str]:
    script = folder.parent / "script.py"
    script.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(jobs)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def frames_in(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.png"))


def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    for sign, goal in ((signal.SIGKILL, 100), (signal.SIGINT, 500)):
        process = start(folder, 2)
        limit = time.monotonic() + 60
        while frames_in(folder) < goal and process.poll() is None:
            assert time.monotonic() < limit
            time.sleep(0.05)
        process.send_signal(sign)
        # The workers hold the other end of the pipe: it closes when the last of them has ended.
        process.communicate(timeout=30)
        assert goal <= frames_in(folder) < 1200
    assert not (folder / "truth.json").exists()
    write_dataset(NumberedDataset(300), folder, resume=True)
    whole = tmp_path / "whole"
    write_dataset(NumberedDataset(300), whole)
    assert tree(folder) == tree(whole)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk(tmp_path: Path, jobs: int) -> None:
    folder = tmp_path / "out"
    with small_files(150), pytest.raises(UsageError) as caught:
        write_dataset(NumberedDataset(), folder, jobs=jobs)
    assert codes(caught.value.diagnostics) == ["cannot-write"]
    assert not list(folder.rglob(".mebench-*"))
    assert not (folder / "truth.json").exists()


def test_one_run_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    process = start(folder, 1)
    while not (folder / "writing.json").exists():
        time.sleep(0.02)
    assert "folder-locked" in refusal(NumberedDataset(300), folder, resume=True)
    process.kill()
    process.communicate()


def test_toml_is_read_back() -> None:
    content = {
        "text": 'quote " back \\ line \n del \x7f ü',
        "flag": True,
        "number": 1.5,
        "list": ["a", "b"],
        "table": {"odd key": 1, "inner": {"deep": "x"}},
        "tables": [{"id": "a", "map": {"x": "y"}}, {"id": "b"}],
    }
    assert tomllib.loads(to_toml(content)) == content
