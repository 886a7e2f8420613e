"""Networks learn what can be learned, and each training starts anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mebench.protocols.loader import load_protocol
from mebench.runner import Fold, Store
from mebench_classics.flow_network import FlowNetworkOptions, _compiled_networks
from mebench_classics.ststnet import STSTNet


def stripes(count: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return images that are brighter in the third that belongs to their class."""
    rng = np.random.default_rng(seed)
    classes = np.arange(count) % 3
    images = rng.uniform(0, 100, (count, 28, 28, 3)).astype(np.float32)
    for image, number in zip(images, classes, strict=True):
        image[9 * number : 9 * number + 9] += 120
    return images, classes


def trained_scores(
    fold: Fold, epochs: int, images: NDArray[np.float32], samples: int = 12
) -> NDArray[np.floating]:
    method = STSTNet(FlowNetworkOptions(epochs=epochs, learning_rate=5e-3))
    return method.learn(*stripes(samples, 1), fold)(images)


def test_a_network_learns_in_a_fold_what_another_one_cannot_see(tmp_path: Path) -> None:
    fold = Fold("s01", load_protocol("megc2019-cde"), (), (), (), (), 5, Store(tmp_path))
    images, classes = stripes(9, 2)
    scores = trained_scores(fold, 40, images)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(scores.argmax(axis=1), classes)
    untrained = trained_scores(fold, 1, images)
    assert not np.allclose(untrained, scores, atol=0.01)
    np.testing.assert_array_equal(trained_scores(fold, 1, images), untrained)


def test_a_fold_of_another_size_leaves_nothing_in_the_process(tmp_path: Path) -> None:
    """TensorFlow builds another graph for the second batch size that it sees."""
    fold = Fold("s01", load_protocol("megc2019-cde"), (), (), (), (), 5, Store(tmp_path))
    images, _ = stripes(9, 2)
    _compiled_networks.clear()
    alone = trained_scores(fold, 20, images, samples=45)
    _compiled_networks.clear()
    trained_scores(fold, 1, images, samples=44)
    np.testing.assert_array_equal(trained_scores(fold, 20, images, samples=45), alone)
