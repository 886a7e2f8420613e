"""The distance between frames, and what the store keys depend on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mebench import MebenchError
from mebench_vision.faces.boxes import Box, BoxFile
from mebench_vision.features import FeatureSettings, k_from_fps
from tests.vision.faces.videos import ShortVideo, rendered


@pytest.mark.parametrize(
    ("fps", "share", "expected"),
    [
        *((200, 0.1, 20), (100, 0.1, 10), (25, 0.1, 3), (30, 0.1, 3), (29.97, 0.1, 3)),
        *((200, 0.05, 10), (30, 0.15, 5), (30, 0.05, 2), (25, 0.05, 1), (4, 0.1, 1), (1, 0.1, 1)),
    ],
)
def test_k(fps: float, share: float, expected: int) -> None:
    assert k_from_fps(fps, share) == expected


@pytest.fixture
def settings(tmp_path: Path) -> FeatureSettings:
    (tmp_path / "model.dat").write_bytes(b"model")
    return FeatureSettings(landmark_model=tmp_path / "model.dat")


def video(fps: float | None = 30.0, frames: int = 4) -> ShortVideo:
    return ShortVideo(rendered()[:frames], fps)


def test_the_key_is_plain_data(settings: FeatureSettings) -> None:
    key = settings.key(video())
    assert json.loads(json.dumps(key)) == key
    assert key["content"] == "pixels" and key["k"] == 3


@pytest.mark.parametrize(
    "change",
    [
        *({"flow": "opencv"}, {"share": 0.2}, {"k": 7}, {"roi": "paper"}, {"detect_on": 9}),
        *({"normalisation": "fixed"}, {"align": "landmarks"}),
        {"boxes": BoxFile("boxes.csv", ((("s01", "v1"), Box(0, 0, 9, 9)),))},
    ],
)
def test_every_setting_enters_the_key(settings: FeatureSettings, change: dict[str, Any]) -> None:
    assert replace(settings, **change).key(video()) != settings.key(video())


@pytest.mark.parametrize(
    ("change", "reads_again"),
    [
        *(({"flow": "opencv"}, False), ({"k": 7}, False), ({"share": 0.2}, False)),
        *(({"roi": "paper"}, False), ({"normalisation": "fixed"}, False)),
        *(({"align": "landmarks"}, True), ({"detect_on": 9}, True)),
        ({"boxes": BoxFile("boxes.csv", ((("s01", "v1"), Box(0, 0, 9, 9)),))}, True),
    ],
)
def test_the_key_of_the_faces(
    settings: FeatureSettings, change: dict[str, Any], reads_again: bool
) -> None:
    before = settings.faces_key(video())
    after = replace(settings, **change).faces_key(video())
    assert (before != after) == reads_again
    assert before["kind"] != settings.key(video())["kind"]
    assert before != settings.faces_key(video(frames=5))


def test_another_model_another_key(settings: FeatureSettings, tmp_path: Path) -> None:
    (tmp_path / "other.dat").write_bytes(b"other")
    other = replace(settings, landmark_model=tmp_path / "other.dat")
    assert other.key(video()) != settings.key(video())
    assert other.faces_key(video()) != settings.faces_key(video())


def test_changes_that_keep_the_key(settings: FeatureSettings) -> None:
    """The same k given in frames; boxes of other videos."""
    assert replace(settings, k=3).key(video()) == settings.key(video())
    others = BoxFile("boxes.csv", ((("s02", "v1"), Box(0, 0, 9, 9)),))
    assert replace(settings, boxes=others).key(video()) == settings.key(video())


def test_pairs_have_keys_of_their_own(settings: FeatureSettings) -> None:
    keys = [settings.pairs_key(video(), pairs) for pairs in ((), ((0, 3),), ((0, 2),))]
    assert len({json.dumps(key) for key in (*keys, settings.key(video()))}) == 4


def test_without_a_frame_rate(settings: FeatureSettings) -> None:
    with pytest.raises(MebenchError, match="frame rate is not known") as caught:
        settings.key(video(None))
    assert caught.value.diagnostics[0].code == "frame-rate-missing"
    assert replace(settings, k=2).key(video(None))["k"] == 2
