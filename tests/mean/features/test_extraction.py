"""The features of a short rendered video."""

from pathlib import Path

import numpy as np
import pytest

from mebench import MebenchError
from mebench.baselines import Store
from mebench_mean.faces.crop import fixed_crop
from mebench_mean.faces.detector import find_face
from mebench_mean.features import FeatureSettings, extract, extract_pairs, search_apex
from mebench_mean.features.pair import Describer
from mebench_mean.flow import flow_function
from tests.mean.faces.videos import ShortVideo, rendered

pytest.importorskip("dlib")
SETTINGS = FeatureSettings()


def silent(share: float, what: str) -> None:
    """Take in a report."""


def test_every_pair_is_described() -> None:
    video, told = ShortVideo(rendered()), list[float]()
    found = extract(video, SETTINGS, lambda share, what: told.append(share))
    shapes = {name: (array.dtype.name, array.shape) for name, array in found.items()}
    assert shapes == {
        "features": ("float16", (3, 42, 42, 3)),
        "magnitude": ("float32", (3,)),
        "nose": ("float32", (3, 2)),
        "box": ("int32", (4,)),
        "landmarks": ("int32", (68, 2)),
    }
    assert told == sorted(told) and told[-1] == 1
    assert video.read == [0, *range(6)]  # the first for the detector
    box = find_face(rendered()[0])
    assert box is not None and found["box"].tolist() == box.as_list()
    first, second = (fixed_crop(box)(rendered()[number]) for number in (2, 5))
    last = Describer(found["landmarks"]).describe(flow_function("numba")(first, second))
    np.testing.assert_array_equal(found["features"][2], last.maps.astype(np.float16))
    np.testing.assert_array_equal(found["nose"][2], last.nose)
    assert found["magnitude"][2] == np.float32(last.magnitude)


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_a_video_too_short_for_a_pair(frames: int) -> None:
    found = extract(ShortVideo(rendered()[:frames]), SETTINGS, silent)
    assert found["features"].shape == (0, 42, 42, 3)
    assert found["magnitude"].shape == (0,) and found["nose"].shape == (0, 2)
    assert found["box"].shape == (4,) and found["landmarks"].shape == (68, 2)


def test_pairs_are_those_of_the_video() -> None:
    video = ShortVideo(rendered())
    found = extract_pairs(video, [(2, 5), (0, 3)], SETTINGS, silent)
    expected = extract(video, SETTINGS, silent)
    np.testing.assert_array_equal(found["features"], expected["features"][[2, 0]])
    np.testing.assert_array_equal(found["magnitude"], expected["magnitude"][[2, 0]])
    assert extract_pairs(video, [], SETTINGS, silent)["features"].shape == (0, 42, 42, 3)


def test_a_pair_outside_the_video() -> None:
    with pytest.raises(MebenchError, match="Frame 9 does not exist"):
        extract_pairs(ShortVideo(rendered()), [(0, 9)], SETTINGS, silent)


def test_aligned() -> None:
    settings = FeatureSettings(align="landmarks", k=2)
    found = extract(ShortVideo(rendered()[:3]), settings, silent)
    assert found["features"].shape == (1, 42, 42, 3) and found["features"].any()


def test_the_store_keeps_them(tmp_path: Path) -> None:
    store, video = Store(tmp_path), ShortVideo(rendered()[:4])
    found = extract(video, SETTINGS, silent)
    store.put(SETTINGS.key(video), found)
    kept = store.get(SETTINGS.key(video))
    assert kept is not None
    for name, array in found.items():
        np.testing.assert_array_equal(kept[name], array)


def test_the_apex_by_difference() -> None:
    still, moved = rendered()[0], rendered()[3]
    video = ShortVideo([moved, still, still, moved, still])
    assert search_apex(video, 1, 4, SETTINGS, "difference") == 3
    assert search_apex(video, 2, 2, SETTINGS, "difference") == 2


def test_the_apex_by_features() -> None:
    video = ShortVideo(rendered())
    found = search_apex(video, 0, 3, SETTINGS)
    pairs = extract_pairs(video, [(0, later) for later in (1, 2, 3)], SETTINGS, silent)
    sums = pairs["features"].astype(float).sum(axis=(1, 2, 3))
    assert found == 1 + int(np.argmax(sums))
