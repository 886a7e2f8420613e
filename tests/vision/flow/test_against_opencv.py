"""Our TV-L1 against OpenCV's, from one iteration to the defaults."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mebench_vision.flow import DEFAULT_PARAMETERS, TVL1Parameters, flow_function
from mebench_vision.flow.opencv import opencv_flow
from tests.vision.flow.images import SIZES, Grey, Pair, apart, faces, lively_faces, moved


@pytest.mark.parametrize("inner", [1, 2, 5, 30])
@pytest.mark.parametrize("size", SIZES)
def test_one_scale_and_one_warp(inner: int, size: tuple[int, int]) -> None:
    schedule = TVL1Parameters(scales=1, warps=1, outer=1, inner=inner)
    assert differences(schedule, moved(*size)).max() < 1e-5


@pytest.mark.parametrize("inner", [1, 30])
def test_one_scale_and_one_warp_of_faces(inner: int) -> None:
    schedule = TVL1Parameters(scales=1, warps=1, outer=1, inner=inner)
    assert max(differences(schedule, pair).max() for pair in faces()[:3]) < 1e-5


def test_five_scales_and_one_warp() -> None:
    pairs = (*faces()[:3], *(moved(*size) for size in SIZES))
    found = [differences(TVL1Parameters(warps=1), pair) for pair in pairs]
    assert max(one.mean() for one in found) < 1e-4
    assert max(one.max() for one in found) < 1e-2


def test_fixed_counts() -> None:
    """Without the stop rule, which a rounding can flip."""
    schedule = TVL1Parameters(scales=3, outer=2, inner=8, epsilon=0)
    assert np.mean([differences(schedule, pair).mean() for pair in faces()]) < 2e-3
    assert np.mean([differences(schedule, moved(*size)).mean() for size in SIZES]) < 1e-3


def differences(schedule: TVL1Parameters, pair: Pair) -> NDArray[np.float32]:
    ours, theirs = flow_function("numba", schedule), flow_function("opencv", schedule)
    return apart(ours(*pair), theirs(*pair))


@pytest.mark.parametrize(
    "schedule", [TVL1Parameters(outer=2, inner=8, epsilon=0), DEFAULT_PARAMETERS]
)
def test_within_the_noise_of_opencv_itself(schedule: TVL1Parameters) -> None:
    """Its own flow changes as much when the images change by a thousandth of a grey level."""
    ours, theirs = flow_function("numba", schedule), opencv_flow(schedule)
    draws = np.random.default_rng(5)
    found, expected, noises = [], [], []
    for pair in faces():
        found.append(ours(*pair))
        expected.append(theirs(*pair))
        noises += [
            apart(expected[-1], theirs(*map(shaken, pair, [draws, draws]))).mean() for _ in "ab"
        ]
    error = np.mean([apart(a, b).mean() for a, b in zip(expected, found, strict=True)])
    # Two standard errors: a pair in which an iteration more is taken weighs as much as many others.
    assert error <= np.mean(noises) + 2 * np.std(noises) / np.sqrt(len(noises))


def test_means_over_blocks_correlate() -> None:
    ours, theirs = flow_function("numba"), flow_function("opencv")
    flows = [[flow(*pair) for pair in lively_faces()] for flow in (ours, theirs)]
    blocks = np.array(flows).reshape(2, -1, 8, 16, 8, 16, 2).mean(axis=(3, 5))
    found, expected = blocks.reshape(2, -1)
    assert np.corrcoef(found, expected)[0, 1] > 0.999


def shaken(image: Grey, draws: np.random.Generator) -> Grey:
    """Return an image with noise, as the floats that OpenCV multiplies by 255."""
    noise = draws.uniform(-0.001, 0.001, image.shape)
    return np.float32((image + noise) / 255)  # type: ignore[return-value]


def block_means(flow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means of blocks of 16 x 16 pixels."""
    means: NDArray[np.float32] = flow.reshape(8, 16, 8, 16, 2).mean(axis=(1, 3))
    return means


def test_opencv_is_at_its_own_defaults() -> None:
    pair = moved(64, 64)
    solver = cv2.optflow.createOptFlow_DualTVL1()
    field = np.zeros((64, 64, 2), np.float32)
    expected = solver.calc(pair[0], pair[1], field)
    np.testing.assert_array_equal(flow_function("opencv")(*pair), expected)
