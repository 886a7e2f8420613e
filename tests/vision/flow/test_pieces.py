"""The steps of the solver against OpenCV's: resizing, gradient, warping."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from mebench_vision.flow.data_term import PADDING, linearize, padded_gradient, warp
from mebench_vision.flow.tvl1 import level_sizes, pyramid, upsample_flow
from tests.vision.flow.images import SIZES, texture

ROUNDING = 1e-4
"""Rounding error of a bilinear sum of gray levels in float32."""


@pytest.mark.parametrize("size", SIZES)
def test_levels_equal_opencv(size: tuple[int, int]) -> None:
    levels = pyramid(texture(0, *size), 4)
    for finer, coarser in pairwise(levels):
        expected = cv2.resize(finer, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_LINEAR)
        assert expected.shape == coarser.shape
        np.testing.assert_allclose(coarser, expected, atol=ROUNDING)


@pytest.mark.parametrize("size", SIZES)
def test_enlarging_equals_opencv(size: tuple[int, int]) -> None:
    height, width = size
    field = texture(0, round(height * 0.8), round(width * 0.8))
    expected = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR) * 1.25
    np.testing.assert_allclose(upsample_flow(field, height, width), expected, atol=2 * ROUNDING)


def test_levels_end_at_sixteen_pixels() -> None:
    assert level_sizes((128, 128), 5) == [(128, 128), (102, 102), (82, 82), (66, 66), (53, 53)]
    assert level_sizes((100, 20), 5) == [(100, 20), (80, 16)]
    assert level_sizes((10, 10), 5) == [(10, 10)]


def test_the_gradient_is_central_and_halved_at_the_border() -> None:
    image = np.arange(30, dtype=np.float32).reshape(5, 6) ** 2
    found = padded_gradient(image)
    inner = found[:, PADDING:-PADDING, PADDING:-PADDING]
    extended = np.pad(image, 1, mode="edge")
    np.testing.assert_array_equal(inner[0], image)
    np.testing.assert_array_equal(inner[1], (extended[1:-1, 2:] - extended[1:-1, :-2]) / 2)
    np.testing.assert_array_equal(inner[2], (extended[2:, 1:-1] - extended[:-2, 1:-1]) / 2)
    found[:, PADDING:-PADDING, PADDING:-PADDING] = 0
    assert not found.any()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spread", [2.0, 40.0])
def test_warping_equals_opencv(size: tuple[int, int], spread: float) -> None:
    image = texture(0, *size)
    field = np.random.default_rng(1).standard_normal((2, *size)) * spread
    if cv2.__version__ < "5":  # older releases round positions to multiples of 1/32
        field = np.round(field * 32) / 32
    found = warped(image, field.astype(np.float32))
    np.testing.assert_allclose(found, remapped(image, field.astype(np.float32)), atol=2e-4)


def warped(image: NDArray[np.float32], field: NDArray[np.float32]) -> NDArray[np.float32]:
    images = np.empty((3, *image.shape), np.float32)
    warp(padded_gradient(image), field[0], field[1], images)
    found: NDArray[np.float32] = images[0]
    return found


def remapped(image: NDArray[np.float32], field: NDArray[np.float32]) -> NDArray[np.float32]:
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    found = cv2.remap(image, x + field[0], y + field[1], cv2.INTER_CUBIC)
    return np.asarray(found, np.float32)


def test_the_data_term_is_ignored_without_a_gradient() -> None:
    first, flow = np.full((4, 4), 7, np.float32), np.ones((4, 4), np.float32)
    images = np.zeros((3, 4, 4), np.float32)
    images[0], images[1, 0, 0] = 9, 2
    inverses, residuals = np.empty_like(first), np.empty_like(first)
    linearize(first, images, flow, flow, inverses, residuals)
    assert inverses[0, 0] == pytest.approx(0.25) and residuals[0, 0] == 0
    assert not inverses[1:].any() and (residuals[1:] == 2).all()
