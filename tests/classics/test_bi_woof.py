"""Bi-WOOF against an example that was computed by hand, and its properties."""

from __future__ import annotations

import numpy as np
import pytest

from mebench_classics.bi_woof import BiWoof, BiWoofOptions, bi_woof
from mebench_vision.features.pair_features import strain
from tests.classics.samples import random_flow


def test_an_example_computed_by_hand() -> None:
    """Two rows of four pixels, so each of the 2 x 2 blocks has two pixels; four bins of 90°.

    Bin 0 begins at -180°, bin 1 at -90°, bin 2 at 0°, bin 3 at 90°.

    Upper left block: (3, 0) has length 3 and direction 0°, bin 2; (0, 1) has length 1 and direction
    90°, bin 3. The histogram is (0, 0, 3, 1) / 4. The strains .1 and .3 have the mean .2, so the
    block gives (0, 0, .15, .05).

    Upper right block: (-3, -4) has length 5 and direction -126.9°, bin 0; (4, -3) has length 5 and
    direction -36.9°, bin 1. The histogram is (5, 5, 0, 0) / 10. The strains 0 and .4 have the mean
    .2, so the block gives (.1, .1, 0, 0).

    Lower left block: no flow, so zeros whatever the strain. Lower right block: flow without strain,
    so zeros too.

    The squared length of all is .0225 + .0025 + .01 + .01 = .045.
    """
    flow = np.array(
        [[(3, 0), (0, 1), (-3, -4), (4, -3)], [(0, 0), (0, 0), (7, 7), (-1, 0)]], np.float32
    )
    strains = np.array([[0.1, 0.3, 0, 0.4], [0.5, 0.5, 0, 0]], np.float32)
    expected = np.zeros((4, 4))
    expected[0] = 0, 0, 0.15, 0.05
    expected[1] = 0.1, 0.1, 0, 0
    found = bi_woof(flow, strains, 2, 4)
    np.testing.assert_allclose(found, expected.ravel() / np.sqrt(0.045), atol=1e-7)


def test_directions_at_the_borders_of_bins() -> None:
    """To the left is -180° and 180° at once: one bin."""
    flow = np.zeros((1, 4, 2), np.float32)
    flow[0, :, 0] = -1
    flow[0, :2, 1] = 0.0, -0.0
    strains = np.ones((1, 4), np.float32)
    np.testing.assert_allclose(bi_woof(flow, strains, 1, 8), np.eye(8)[0])


def test_scaling_and_turning_a_flow() -> None:
    """Twice the motion is described the same; a quarter turn of all motion moves two of 8 bins."""
    flow = random_flow()
    strains = strain(flow)
    found = bi_woof(flow, strains, 8, 8)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(bi_woof(2 * flow, 2 * strains, 8, 8), found, atol=1e-7)
    turned = np.stack((-flow[..., 1], flow[..., 0]), axis=2)
    histograms = found.reshape(64, 8)
    np.testing.assert_allclose(
        bi_woof(turned, strains, 8, 8).reshape(64, 8), np.roll(histograms, 2, axis=1), atol=1e-6
    )


def test_blocks_without_pixels_and_without_motion_are_zero() -> None:
    assert not bi_woof(np.zeros((9, 9, 2), np.float32), np.zeros((9, 9), np.float32), 3, 8).any()
    one_row = np.ones((1, 6, 2), np.float32)
    found = bi_woof(one_row, np.ones((1, 6), np.float32), 2, 4).reshape(2, 2, 4)
    assert found[0].any() and not found[1].any()


def test_the_method_has_the_blocks_and_bins_of_its_options() -> None:
    flow = random_flow()
    assert BiWoof(BiWoofOptions()).describe_flow(flow).shape == (8 * 8 * 8,)
    assert BiWoof(BiWoofOptions(blocks=5, bins=6)).describe_flow(flow).shape == (5 * 5 * 6,)
