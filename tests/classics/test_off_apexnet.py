"""OFF-ApexNet: two streams of two convolutions, and its number of parameters."""

from __future__ import annotations

import numpy as np

from mebench_classics.flow_network import resized_maps
from mebench_classics.off_apexnet import OffApexNet, OffApexNetOptions
from tests.classics.samples import random_flow


def test_the_layers_and_the_number_of_parameters() -> None:
    """Each stream: 5·5·1·6 + 6 = 156 and 5·5·6·16 + 16 = 2416, so 5144 in both.

    Pooling makes 28 to 14 and 7, so both streams give 2·7·7·16 = 1568 numbers. Fully connected:
    1568·1024 + 1024 = 1,606,656, then 1024·1024 + 1024 = 1,049,600, then 1024·3 + 3 = 3075. In all
    2,664,475.

    The paper of STSTNet (Table V) prints 2.77 million for OFF-ApexNet, which no padding and no
    number of classes gives with these layers; a public reimplementation counts 2.66 million.
    """
    network = OffApexNet.network(3)
    counts = [layer.count_params() for layer in network.layers if layer.count_params()]
    assert sorted(counts) == [156, 156, 2416, 2416, 3075, 1_049_600, 1_606_656]
    assert network.count_params() == 2_664_475


def test_each_direction_has_a_stream_of_its_own() -> None:
    network = OffApexNet.network(3)
    images = np.random.default_rng(0).normal(size=(1, 28, 28, 2)).astype(np.float32)
    before = np.asarray(network(images, training=False))
    first = next(layer for layer in network.layers if type(layer).__name__ == "Conv2D")
    first.set_weights([np.zeros_like(weight) for weight in first.get_weights()])
    without = np.asarray(network(images, training=False))
    assert not np.allclose(without, before)
    images[..., 0] = 0  # the horizontal flow no longer matters, the vertical flow does
    np.testing.assert_allclose(np.asarray(network(images, training=False)), without, atol=1e-6)
    images[..., 1] = 0
    assert not np.allclose(np.asarray(network(images, training=False)), without, atol=1e-6)


def test_the_images_are_both_directions() -> None:
    flow = random_flow()
    image = OffApexNet(OffApexNetOptions()).describe_flow(flow)
    np.testing.assert_array_equal(image, resized_maps(flow))
    assert image.shape == (28, 28, 2) and image.min() >= 0 and image.max() <= 255
