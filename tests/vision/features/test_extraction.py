"""The features of a short rendered video."""

import numpy as np
import pytest

from mebench_vision.faces.crops import Faces, empty_faces, read_faces
from mebench_vision.features import FeatureSettings, extract_pairs, search_apex
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.flow import flow_function
from tests.vision.faces.videos import ShortVideo, rendered

pytest.importorskip("dlib")
SETTINGS = FeatureSettings()
EVERY = [(0, 3), (1, 4), (2, 5)]


def silent(share: float, step: str) -> None:
    """Ignore the progress."""


@pytest.fixture(scope="module")
def faces() -> Faces:
    return read_faces(ShortVideo(rendered()), SETTINGS, silent)


def test_every_pair_is_described(faces: Faces) -> None:
    shares = list[float]()
    features = extract_pairs(faces, EVERY, SETTINGS, lambda share, step: shares.append(share))
    shapes = {name: (array.dtype.name, array.shape) for name, array in features.items()}
    assert shapes == {
        "features": ("float16", (3, 42, 42, 3)),
        "magnitude": ("float32", (3,)),
        "nose": ("float32", (3, 2)),
        "box": ("int32", (4,)),
        "landmarks": ("int32", (68, 2)),
    }
    assert shares == sorted(shares) and shares[-1] == 1
    assert features["box"].tolist() == faces.box.as_list()
    flow = flow_function("numba")(faces.crops[2], faces.crops[5])
    last = PairDescriber(features["landmarks"]).describe(flow)
    np.testing.assert_array_equal(features["features"][2], last.maps.astype(np.float16))
    np.testing.assert_array_equal(features["nose"][2], last.nose)
    assert features["magnitude"][2] == np.float32(last.magnitude)


def test_no_pairs(faces: Faces) -> None:
    for features in (
        extract_pairs(faces, [], SETTINGS, silent),
        extract_pairs(empty_faces(), [], SETTINGS, silent),
    ):
        assert features["features"].shape == (0, 42, 42, 3)
        assert features["magnitude"].shape == (0,) and features["nose"].shape == (0, 2)
        assert features["box"].shape == (4,) and features["landmarks"].shape == (68, 2)


def test_pairs_are_those_of_the_video(faces: Faces) -> None:
    features = extract_pairs(faces, [(2, 5), (0, 3)], SETTINGS, silent)
    expected = extract_pairs(faces, EVERY, SETTINGS, silent)
    np.testing.assert_array_equal(features["features"], expected["features"][[2, 0]])
    np.testing.assert_array_equal(features["magnitude"], expected["magnitude"][[2, 0]])


def test_aligned() -> None:
    settings = FeatureSettings(align="landmarks")
    aligned = read_faces(ShortVideo(rendered()[:3]), settings, silent)
    features = extract_pairs(aligned, [(0, 2)], settings, silent)
    assert features["features"].shape == (1, 42, 42, 3) and features["features"].any()


def test_the_apex_of_one_frame_is_the_onset(faces: Faces) -> None:
    assert search_apex(faces, 2, 2, SETTINGS) == 2


def test_the_apex_by_features(faces: Faces) -> None:
    apex = search_apex(faces, 0, 3, SETTINGS)
    pairs = extract_pairs(faces, [(0, later) for later in (1, 2, 3)], SETTINGS, silent)
    sums = pairs["features"].astype(float).sum(axis=(1, 2, 3))
    assert apex == 1 + int(np.argmax(sums))
