"""Optical strain against motions whose strain is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from mebench_vision.features.pair_features import strain
from tests.vision.features.flows import random_flow

Y, X = np.mgrid[:20, :30].astype(np.float32)


@pytest.mark.parametrize(
    ("across", "down", "expected"),
    [
        (0 * X + 3, 0 * X - 2, 0),  # translated
        (0.1 * X, 0 * X, 0.1),  # stretched to the right
        (0 * X, -0.2 * Y, 0.2),  # squeezed from above
        (0.1 * X, 0.1 * Y, 0.1 * 2**0.5),  # enlarged
        (0.1 * Y, 0.1 * X, 0.2 * 0.5**0.5),  # sheared
        (-0.1 * Y, 0.1 * X, 0),  # rotated
    ],
)
def test_known_motions(
    across: NDArray[np.float32], down: NDArray[np.float32], expected: float
) -> None:
    found = strain(np.dstack((across, down)).astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[1:, 1:], expected, atol=1e-6)


def test_against_a_loop() -> None:
    flow = random_flow()
    found = strain(flow)
    for y, x in ((1, 1), (7, 90), (127, 127)):
        u_x, v_x = flow[y, x] - flow[y, x - 1]
        u_y, v_y = flow[y, x] - flow[y - 1, x]
        expected = np.sqrt(u_x**2 + v_y**2 + 0.5 * (u_y + v_x) ** 2)
        assert found[y, x] == pytest.approx(expected, rel=1e-5)


def test_differences_across_the_border_are_zero() -> None:
    stretched = strain(np.dstack((0.1 * X, 0 * X)).astype(np.float32))
    np.testing.assert_array_equal(stretched[:, 0], 0)
    np.testing.assert_allclose(stretched[0, 1:], 0.1, atol=1e-6)
    sheared = strain(np.dstack((0.1 * Y, 0.1 * X)).astype(np.float32))
    np.testing.assert_allclose(sheared[0, 1:], 0.1 * 0.5**0.5, atol=1e-6)
    assert sheared[0, 0] == 0
