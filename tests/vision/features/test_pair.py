"""The features of a pair of frames."""

import numpy as np
import pytest

from mebench_vision.features.pair_features import (
    ChannelScaling,
    PairDescriber,
    magnitude,
    scale_to_unit,
    strain,
)
from mebench_vision.features.regions import cut_regions, face_regions, nose_region
from tests.vision.features.flows import face_landmarks, random_flow

NAMES: tuple[ChannelScaling, ...] = ("face", "regions", "fixed")


def test_each_channel_is_scaled_on_the_complete_face_and_then_cut() -> None:
    flow = random_flow()
    flow[0, 0] = (-20, 30)  # outside the regions
    found = PairDescriber(face_landmarks()).describe(flow).maps
    maps = np.dstack((flow, strain(flow)))
    maps = (maps - maps.min(axis=(0, 1))) / np.ptp(maps, axis=(0, 1))
    expected = cut_regions(maps, face_regions(face_landmarks(), "released"))
    assert found.shape == (42, 42, 3) and found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.ptp(found[..., 0]) < 0.5


def test_a_constant_channel_becomes_zero() -> None:
    maps = np.dstack((np.full((5, 5), 7), np.arange(25).reshape(5, 5))).astype(np.float32)
    found = scale_to_unit(maps)
    assert not found[..., 0].any()
    assert (found[..., 1].min(), found[..., 1].max()) == (0, 1)


@pytest.mark.parametrize("name", NAMES)
def test_no_motion_gives_zeros(name: ChannelScaling) -> None:
    found = PairDescriber(face_landmarks(), normalisation=name).describe(
        np.zeros((128, 128, 2), np.float32)
    )
    assert not found.maps.any() and not found.nose.any() and found.magnitude == 0


def test_a_moving_head_changes_no_normalized_feature() -> None:
    """Min-max scaling removes any shift; the fixed scale therefore subtracts the nose's flow."""
    flow, shift = random_flow(), np.array([4, -2], np.float32)
    for name in NAMES:
        describer = PairDescriber(face_landmarks(), normalisation=name)
        still, moved = describer.describe(flow), describer.describe(flow + shift)
        np.testing.assert_allclose(still.maps, moved.maps, atol=1e-5)
        assert moved.magnitude == pytest.approx(still.magnitude, abs=1e-4)
        np.testing.assert_allclose(moved.nose - still.nose, shift, atol=1e-5)


def test_within_the_regions_the_full_range_is_used() -> None:
    flow = random_flow()
    flow[0, 0] = (-20, 30)
    found = PairDescriber(face_landmarks(), normalisation="regions").describe(flow).maps
    np.testing.assert_allclose(found.min(axis=(0, 1)), 0, atol=1e-6)
    np.testing.assert_allclose(found.max(axis=(0, 1)), 1, atol=1e-6)


def test_the_fixed_scale_keeps_pixels() -> None:
    describer = PairDescriber(face_landmarks(), normalisation="fixed")
    flow = random_flow()
    flow[nose_region(face_landmarks())] = 0
    np.testing.assert_allclose(
        2 * describer.describe(flow).maps, describer.describe(2 * flow).maps, atol=1e-5
    )


def test_nose_and_magnitude() -> None:
    flow = random_flow()
    rows, columns = nose_region(face_landmarks())
    found = PairDescriber(face_landmarks()).describe(flow)
    nose = flow[rows, columns].reshape(-1, 2).mean(axis=0)
    np.testing.assert_allclose(found.nose, nose, atol=1e-6)
    lengths = np.sort(np.linalg.norm(flow - nose, axis=2).ravel())
    assert found.magnitude == pytest.approx(lengths[int(0.8 * (lengths.size - 1))], rel=1e-5)
    assert magnitude(np.full((9, 9, 2), 3, np.float32), np.zeros(2, np.float32)) == pytest.approx(
        3 * 2**0.5
    )
