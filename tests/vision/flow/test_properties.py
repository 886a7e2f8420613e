"""Properties of any optical flow, and the choice between the two implementations."""

import cv2
import numpy as np
import pytest

from mebench import UsageError
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_vision.flow import (
    FLOW_NAMES,
    FLOW_VERSIONS,
    FlowName,
    flow_function,
    flow_version,
    warm_up,
)
from tests.vision.flow.images import SIZES, faces, moved

NAMES = pytest.mark.parametrize("name", FLOW_NAMES)


@NAMES
@pytest.mark.parametrize("size", SIZES)
def test_identical_images_do_not_move(name: FlowName, size: tuple[int, int]) -> None:
    image = moved(*size)[0]
    found = flow_function(name)(image, image)
    assert found.shape == (*size, 2) and found.dtype == np.float32
    assert not found.any()


@NAMES
@pytest.mark.parametrize("levels", [(0, 0), (90, 90), (255, 0)])
def test_flat_images_do_not_move(name: FlowName, levels: tuple[int, int]) -> None:
    first, second = (np.full((40, 56), level, np.uint8) for level in levels)
    assert not flow_function(name)(first, second)[8:-8, 8:-8].any()


def test_a_face_beside_itself_does_not_move() -> None:
    image = faces()[0][0]
    assert not flow_function("numba")(image, image).any()


@NAMES
@pytest.mark.parametrize("motion", [(0.75, -0.5), (2.0, 1.5)])
def test_a_motion_is_found(name: FlowName, motion: tuple[float, float]) -> None:
    found = flow_function(name)(*moved(96, 80, *motion))
    np.testing.assert_allclose(np.median(found, axis=(0, 1)), motion, atol=0.05)


def test_the_same_images_give_the_same_flow() -> None:
    flow, pair = flow_function("numba"), moved(64, 48)
    np.testing.assert_array_equal(flow(*pair), flow(*pair))


def test_the_images_are_not_changed() -> None:
    pair = moved(64, 48)
    before = [image.copy() for image in pair]
    flow_function("numba")(*pair)
    np.testing.assert_array_equal(pair, before)


def test_versions() -> None:
    assert set(FLOW_VERSIONS) == set(FLOW_NAMES)
    assert flow_version("numba") == FLOW_VERSIONS["numba"]
    assert "OpenCV" in flow_version("opencv")


def test_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="numba, opencv"):
        flow_function("farneback")  # type: ignore[arg-type]


def test_warming_up() -> None:
    for name in FLOW_NAMES:
        warm_up(name)


def test_an_opencv_without_optflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends before its workers start; the default flow does not need the module."""
    monkeypatch.delattr(cv2, "optflow")
    with pytest.raises(UsageError, match="has no optflow module") as caught:
        Mean(MeanOptions(flow="opencv")).warm_up()
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.code == "flow-not-available"
    assert "contrib" in diagnostic.remedy and "--flow numba" in diagnostic.remedy
    Mean(MeanOptions(flow="numba")).warm_up()
