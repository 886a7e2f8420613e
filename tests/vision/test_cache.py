"""The stored data of a video: its frames are read once, whatever is computed later."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mebench import MebenchError
from mebench.runner import Store, UnseenVideo, ignore_progress
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_vision.faces.crops import read_faces
from mebench_vision.features import FeatureSettings, extract_pairs, search_apex
from mebench_vision.features.feature_cache import (
    apex_frame,
    pair_features,
    pair_flow,
    prepare,
    video_features,
)
from mebench_vision.flow import flow_function
from tests.vision.faces.videos import ShortVideo, rendered, with_second_face

pytest.importorskip("dlib")
SETTINGS = FeatureSettings()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def video() -> ShortVideo:
    return ShortVideo(rendered())


def files(store: Store) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in store.folder.rglob("*.npz")}


def test_frames_are_read_once(video: ShortVideo, store: Store) -> None:
    unseen = UnseenVideo(video)
    prepare(unseen, SETTINGS, store, ignore_progress)
    assert video.read == [0, *range(6)]
    faces = read_faces(ShortVideo(rendered()), SETTINGS, ignore_progress)
    video.read.clear()
    found = pair_features(unseen, [(1, 4), (0, 5)], SETTINGS, store)
    expected = extract_pairs(faces, [(1, 4), (0, 5)], SETTINGS, ignore_progress)
    np.testing.assert_array_equal(found, expected["features"])
    assert apex_frame(unseen, 0, 4, SETTINGS, store) == search_apex(faces, 0, 4, SETTINGS)
    others = replace(SETTINGS, k=2, roi="paper", normalisation="fixed", flow="opencv")
    assert len(video_features(unseen, others, store)["features"]) == 4
    flow = flow_function(SETTINGS.flow)(faces.crops[1], faces.crops[4])
    for settings in (SETTINGS, replace(SETTINGS, k=2, roi="paper", normalisation="fixed")):
        np.testing.assert_array_equal(pair_flow(unseen, (1, 4), settings, store), flow)
    prepare(unseen, SETTINGS, store, ignore_progress)
    assert video.read == []


@pytest.mark.parametrize("change", [{"align": "landmarks"}, {"detect_on": 2}])
def test_another_face_is_read_again(
    video: ShortVideo, store: Store, change: dict[str, str]
) -> None:
    unseen = UnseenVideo(video)
    prepare(unseen, SETTINGS, store, ignore_progress)
    video.read.clear()
    prepare(unseen, replace(SETTINGS, **change), store, ignore_progress)  # type: ignore[arg-type]
    assert video.read == [0, *range(6)]


def test_a_damaged_file_is_computed_again(video: ShortVideo, store: Store) -> None:
    unseen = UnseenVideo(video)
    prepare(unseen, SETTINGS, store, ignore_progress)
    before = files(store)
    assert len(before) == 2
    for file in store.folder.rglob("*.npz"):
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        assert files(store) != before
        prepare(unseen, SETTINGS, store, ignore_progress)
        assert files(store) == before


def test_progress_goes_forward(video: ShortVideo, store: Store) -> None:
    reports: list[tuple[float, str]] = []
    prepare(UnseenVideo(video), SETTINGS, store, lambda *report: reports.append(report))
    shares = [share for share, _ in reports]
    assert shares == sorted(shares) and shares[-1] == 1
    assert [step for _, step in reports] == ["reading faces"] * 6 + ["optical flow"] * 3


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_video_too_short_for_a_pair_needs_no_face(frames: int, store: Store) -> None:
    video = ShortVideo(rendered()[:frames])
    prepare(UnseenVideo(video), SETTINGS, store, ignore_progress)
    assert video.read == []
    assert video_features(UnseenVideo(video), SETTINGS, store)["features"].shape == (0, 42, 42, 3)


@pytest.mark.parametrize("frame", [-1, 6, 9])
def test_a_pair_outside_the_video(video: ShortVideo, store: Store, frame: int) -> None:
    with pytest.raises(MebenchError, match=f"Frame {frame} does not exist") as caught:
        pair_features(UnseenVideo(video), [(0, frame)], SETTINGS, store)
    assert caught.value.diagnostics[0].code == "frame-outside-video"
    with pytest.raises(MebenchError, match=f"Frame {frame} does not exist"):
        pair_flow(UnseenVideo(video), (0, frame), SETTINGS, store)
    assert video.read == []
    assert pair_features(UnseenVideo(video), [], SETTINGS, store).shape == (0, 42, 42, 3)


def test_the_estimated_size_is_close_to_the_stored_size(store: Store) -> None:
    videos = [ShortVideo(rendered()), ShortVideo(rendered()[:2])]
    size = Mean(MeanOptions()).size(videos)
    assert size.pairs == 3
    mean = Mean(MeanOptions())
    mean.prepare(UnseenVideo(videos[0]), store, ignore_progress)
    stored = sum(len(content) for content in files(store).values())
    assert size.disk <= stored < size.disk + 2 * 3000  # file headers, boxes, landmarks


def test_several_faces_are_told_again(store: Store) -> None:
    """A run that finds the faces in the store knows it, too."""
    video = ShortVideo([*map(with_second_face, rendered())])
    first = prepare(UnseenVideo(video), SETTINGS, store, ignore_progress)
    assert [warning.code for warning in first] == ["faces-several"]
    video.read.clear()
    assert prepare(UnseenVideo(video), SETTINGS, store, ignore_progress) == first
    assert video.read == []
    short = ShortVideo([with_second_face(rendered()[0])])
    assert prepare(UnseenVideo(short), SETTINGS, store, ignore_progress) == []
