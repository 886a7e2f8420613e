"""Reading the generic layout: CSV and JSON, folders and video files, and many problems at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mebench.datasets.contract import Dataset
from mebench.datasets.frames.video_file import VideoFile
from mebench.datasets.generic.adapter import GenericAdapter
from mebench.datasets.generic.metadata_files import protocol_for
from mebench.datasets.registry import open_dataset
from mebench.diagnostics import Findings, MebenchError
from tests.datasets.material import TRUTH_CSV, codes, generic_folder, number_in, video_file


def opened(folder: Path) -> Dataset:
    return open_dataset("generic", folder)


def refusal(folder: Path) -> list[str]:
    with pytest.raises(MebenchError) as caught:
        GenericAdapter().open(folder)
    return codes(caught.value.diagnostics)


def test_csv_and_image_folders(tmp_path: Path) -> None:
    dataset = opened(generic_folder(tmp_path))
    truth = dataset.truth()
    assert dataset.id == truth.dataset == "own"
    assert [(row.subject, row.video) for row in truth.videos] == [
        ("s1", "v1"),
        ("s1", "v2"),
        ("s2", "v1"),
    ]
    assert [len(row.intervals or []) for row in truth.videos] == [2, 0, 1]
    assert [video.n_frames for video in dataset.videos()] == [30, 12, 25]
    assert {video.fps for video in dataset.videos()} == {25}
    assert number_in(dataset.videos()[2].frame(7)) == 7
    assert dataset.protocol_file is None


def test_json_and_video_files_in_mixed_places(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    (tmp_path / "truth.csv").unlink()
    (tmp_path / "dataset.toml").unlink()
    (tmp_path / "protocol.toml").write_text("")
    videos = [
        {"subject": "s1", "video": "v1", "n_frames": 30, "intervals": []},
        {"subject": "s1", "video": "clip.one", "n_frames": 9, "fps": 50, "intervals": []},
        {"subject": "s3", "video": "a", "intervals": [{"onset": 1, "offset": 2}]},
        {"subject": "s2", "video": "v1", "intervals": []},
    ]
    document = {"format": "mebench-truth/1", "dataset": "lab", "videos": videos}
    (tmp_path / "truth.json").write_text(json.dumps(document))
    video_file(tmp_path / "videos" / "s1" / "clip.one.mp4", 9)
    video_file(tmp_path / "s3" / "a.avi", 5)
    shutil.move(tmp_path / "frames" / "s2", tmp_path / "s2")
    shutil.rmtree(tmp_path / "frames" / "s1" / "v2")
    dataset = opened(tmp_path)
    assert dataset.id == "lab"
    assert [video.n_frames for video in dataset.videos()] == [30, 9, 5, 25]
    assert [isinstance(video, VideoFile) for video in dataset.videos()] == [0, 1, 1, 0]
    assert [video.fps for video in dataset.videos()] == [None, 50, 25, None]
    assert dataset.protocol_file == tmp_path / "protocol.toml"


def test_truth_that_counts_from_one(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    settings = tmp_path / "dataset.toml"
    settings.write_text(settings.read_text() + "truth_first_frame = 1\n")
    intervals = opened(tmp_path).truth().videos[0].intervals
    assert intervals is not None
    assert (intervals[0]["onset"], intervals[0]["offset"]) == (4, 13)


def test_many_problems_at_once(tmp_path: Path) -> None:
    generic_folder(tmp_path, TRUTH_CSV + "s9,v9,,,,,\n../x,.v,,,,,\ns1,v1x,,,,,\n")
    shutil.rmtree(tmp_path / "frames" / "s2")
    video_file(tmp_path / "videos" / "s1" / "v2.mp4", 3)
    (tmp_path / "frames" / "s4" / "extra").mkdir(parents=True)
    findings = Findings()
    GenericAdapter().survey(tmp_path, findings)
    counts = {code: number for code, number in findings.counts.items() if number}
    assert counts == {
        "id-unfit": 2,
        "video-without-frames": 4,
        "frames-ambiguous": 1,
        "frames-without-truth": 1,
    }
    assert set(refusal(tmp_path)) == set(counts)


def test_a_similar_id_is_suggested(tmp_path: Path) -> None:
    generic_folder(tmp_path)
    (tmp_path / "frames" / "s2").rename(tmp_path / "frames" / "S2")
    with pytest.raises(MebenchError, match=r"Did you mean 'S2/v1'\?"):
        GenericAdapter().open(tmp_path)


def test_truth_files(tmp_path: Path) -> None:
    assert refusal(tmp_path) == ["truth-file-needed"]
    (tmp_path / "truth.csv").write_text("subject,video,onset,offset\n")
    assert refusal(tmp_path) == ["truth-file-needed"]
    (tmp_path / "truth.csv").write_text("subject,sample,emotion\ns1,a,joy\n")
    assert refusal(tmp_path) == ["wrong-task"]
    (tmp_path / "truth.csv").write_text("subject,video,onset,offset\ns1,v1,x,3\ns1,v2,1,y\n")
    assert refusal(tmp_path) == ["frame-not-integer"] * 2
    (tmp_path / "truth.json").write_text("{}")
    assert refusal(tmp_path) == ["truth-file-needed"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("id = ", "settings-syntax"),
        ("fps = -1", "value-out-of-range"),
        ("frist_frame = 1", "unknown-field"),
        ('first_frame = "1"', "wrong-type"),
    ],
)
def test_invalid_settings(tmp_path: Path, text: str, code: str) -> None:
    (generic_folder(tmp_path) / "dataset.toml").write_text(text + "\n")
    assert refusal(tmp_path) == [code]


def test_one_folder_is_one_data_set(tmp_path: Path) -> None:
    generic_folder(tmp_path, "dataset,subject,video,onset,offset\nother,s1,v1,,\n")
    assert "dataset-mixed" in refusal(tmp_path)
    (tmp_path / "dataset.toml").unlink()
    text = "dataset,subject,video,onset,offset\na,s1,v1,,\nb,s1,v2,,\n"
    (tmp_path / "truth.csv").write_text(text)
    assert "dataset-mixed" in refusal(tmp_path)


def test_protocol_for_the_truth(tmp_path: Path) -> None:
    truth = opened(generic_folder(tmp_path)).truth()
    protocol = protocol_for(truth, "My Set!", "Mine")
    assert protocol.id == "my-set-str@1"
    assert protocol.classes == ["disgust", "happiness"]
    assert (protocol.expected.subjects, protocol.expected.videos, protocol.expected.samples) == (
        2,
        3,
        2,
    )
    bare = truth.model_copy(
        update={"videos": [row.model_copy(update={"intervals": []}) for row in truth.videos]}
    )
    assert protocol_for(bare, "My Set!", "Mine").id == "my-set-spot@1"
    assert protocol_for(bare, "synthetic", "Mine").id == "synthetic-folder-spot@1"
    assert protocol_for(truth, "synthetic", "Mine").id == "synthetic-folder-str@1"


def test_links_are_followed_and_broken_ones_are_ignored(tmp_path: Path) -> None:
    folder = generic_folder(tmp_path / "own")
    shutil.move(folder / "frames" / "s2", tmp_path / "elsewhere")
    (folder / "frames" / "s2").symlink_to(tmp_path / "elsewhere")
    assert [video.n_frames for video in opened(folder).videos()] == [30, 12, 25]
    shutil.rmtree(tmp_path / "elsewhere")
    assert refusal(folder) == ["video-without-frames"]
    (folder / "frames" / "s2").unlink()
    (folder / "frames" / "s2").symlink_to("s2")
    assert refusal(folder) == ["video-without-frames"]
