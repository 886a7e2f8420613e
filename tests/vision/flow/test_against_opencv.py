"""TV-L1 by numba against OpenCV's, from one iteration to the default parameters."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mebench_vision.flow import DEFAULT_PARAMETERS, TVL1Parameters, flow_function
from mebench_vision.flow.implementations import opencv_flow
from tests.vision.flow.images import SIZES, Gray, Pair, faces, flow_distance, lively_faces, moved


@pytest.mark.parametrize("inner", [1, 2, 5, 30])
@pytest.mark.parametrize("size", SIZES)
def test_one_scale_and_one_warp(inner: int, size: tuple[int, int]) -> None:
    parameters = TVL1Parameters(scales=1, warps=1, outer=1, inner=inner)
    assert differences(parameters, moved(*size)).max() < 1e-5


@pytest.mark.parametrize("inner", [1, 30])
def test_one_scale_and_one_warp_of_faces(inner: int) -> None:
    parameters = TVL1Parameters(scales=1, warps=1, outer=1, inner=inner)
    assert max(differences(parameters, pair).max() for pair in faces()[:3]) < 1e-5


def test_five_scales_and_one_warp() -> None:
    pairs = (*faces()[:3], *(moved(*size) for size in SIZES))
    distances = [differences(TVL1Parameters(warps=1), pair) for pair in pairs]
    assert max(distance.mean() for distance in distances) < 1e-4
    assert max(distance.max() for distance in distances) < 1e-2


def test_fixed_counts() -> None:
    """Without the stopping rule, which a rounding difference can change."""
    parameters = TVL1Parameters(scales=3, outer=2, inner=8, epsilon=0)
    assert np.mean([differences(parameters, pair).mean() for pair in faces()[::2]]) < 2e-3
    assert np.mean([differences(parameters, moved(*size)).mean() for size in SIZES]) < 1e-3


def differences(parameters: TVL1Parameters, pair: Pair) -> NDArray[np.float32]:
    ours, theirs = flow_function("numba", parameters), flow_function("opencv", parameters)
    return flow_distance(ours(*pair), theirs(*pair))


def test_within_the_noise_of_opencv_itself() -> None:
    """OpenCV's flow changes as much when the images change by a thousandth of a gray level."""
    ours, theirs = flow_function("numba"), opencv_flow(DEFAULT_PARAMETERS)
    generator = np.random.default_rng(5)
    errors, noises = [], []
    for pair in faces():
        expected, noisy = theirs(*pair), map(with_noise, pair, [generator, generator])
        errors.append(flow_distance(expected, ours(*pair)).mean())
        noises.append(flow_distance(expected, theirs(*noisy)).mean())
    # A pair with one more iteration weighs as much as many other pairs.
    assert np.mean(errors) <= np.mean(noises) + np.std(noises) / 2


def test_means_over_blocks_correlate() -> None:
    ours, theirs = flow_function("numba"), flow_function("opencv")
    flows = [[flow(*pair) for pair in lively_faces()] for flow in (ours, theirs)]
    blocks = np.array(flows).reshape(2, -1, 8, 16, 8, 16, 2).mean(axis=(3, 5))
    found, expected = blocks.reshape(2, -1)
    assert np.corrcoef(found, expected)[0, 1] > 0.999


def with_noise(image: Gray, generator: np.random.Generator) -> Gray:
    """Return an image with noise, as the floats that OpenCV multiplies by 255."""
    noise = generator.uniform(-0.001, 0.001, image.shape)
    return np.float32((image + noise) / 255)  # type: ignore[return-value]


def test_opencv_uses_its_own_defaults() -> None:
    pair = moved(64, 64)
    solver = cv2.optflow.createOptFlow_DualTVL1()
    field = np.zeros((64, 64, 2), np.float32)
    expected = solver.calc(pair[0], pair[1], field)
    np.testing.assert_array_equal(flow_function("opencv")(*pair), expected)
