"""The median filter equals OpenCV's exactly; the proof of its network."""

from itertools import product

import cv2
import numpy as np
import pytest

from mebench_vision.flow.median_filter import median_filter, select_medians, sort_columns


@pytest.mark.parametrize("size", [(128, 128), (53, 53), (31, 67), (16, 5), (5, 16)])
@pytest.mark.parametrize("levels", [0, 7])
def test_equals_opencv(size: tuple[int, int], levels: int) -> None:
    image = np.random.default_rng(3).standard_normal(size).astype(np.float32)
    if levels:  # many equal values
        image = np.round(image * levels) / np.float32(levels)
    expected = cv2.medianBlur(image, 5)
    median_filter(image)
    np.testing.assert_array_equal(image, expected)


def test_the_network_is_correct_for_every_window() -> None:
    """By the 0-1 principle: all columns of zeros and ones, sorted."""
    counts = np.array(list(product(range(6), repeat=5)))  # zeros in each column
    windows = (np.arange(5)[:, None, None] >= counts[None]).astype(np.float32)
    ranks = windows.reshape(5, -1)
    medians = np.empty(ranks.shape[1] - 4, np.float32)
    select_medians(ranks, medians)
    expected = np.median(windows.transpose(1, 0, 2).reshape(len(counts), 25), axis=1)
    np.testing.assert_array_equal(medians[::5], expected)


def test_columns_are_sorted() -> None:
    columns = np.array(list(product((0, 1), repeat=5)), np.float32).T.copy()
    ranks = np.empty_like(columns)
    sort_columns(columns, 0, ranks)
    np.testing.assert_array_equal(ranks, np.sort(columns, axis=0))
