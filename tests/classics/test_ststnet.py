"""STSTNet as Table I of its paper describes it, with its number of parameters."""

from __future__ import annotations

from itertools import product

import numpy as np

from mebench_classics.flow_network import FlowNetworkOptions
from mebench_classics.ststnet import STSTNet
from mebench_vision.features.pair_features import strain
from tests.classics.samples import random_flow


def test_the_layers_have_the_sizes_of_the_table() -> None:
    network = STSTNet.network(3)
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds.count("Conv2D") == kinds.count("BatchNormalization") == 3
    shapes = {
        kind: sorted(
            layer.output.shape[1:] for layer in network.layers if type(layer).__name__ == kind
        )
        for kind in kinds
    }
    assert shapes["Conv2D"] == [(28, 28, 3), (28, 28, 5), (28, 28, 8)]
    assert shapes["MaxPooling2D"] == [(10, 10, 3), (10, 10, 5), (10, 10, 8)]
    assert shapes["AveragePooling2D"] == [(5, 5, 16)]
    assert shapes["Flatten"] == [(400,)]
    assert shapes["Dense"] == [(3,)]


def test_the_number_of_parameters() -> None:
    """The paper prints .00167 million in Table V, and "1670 of weights and biases" in the text.

    Table I gives 1651 weights and biases: 3·3·3·(3 + 5 + 8) = 432 weights and 16 biases of the
    convolutions, 400·3 = 1200 weights and 3 biases of the fully connected layer. The "400 x 1" of
    the table is the flattened 5 x 5 x 16. The authors' code also has batch normalization: 16 scales
    and 16 offsets (and moving statistics, which are not learned), 1683 in all.

    No choice of these parts has exactly 1670 numbers. A convolution that is followed by batch
    normalization needs no bias: without these 16, 1667 remain, and .00167 million is 1667 rounded.
    So the printed number agrees with this network to its last digit; 1670 seems to be the rounded
    number written out.
    """
    network = STSTNet.network(3)
    counts = {"Conv2D": 0, "Dense": 0, "BatchNormalization": 0}
    for layer in network.layers:
        if type(layer).__name__ in counts:
            counts[type(layer).__name__] += sum(
                int(np.prod(weight.shape)) for weight in layer.trainable_weights
            )
    assert counts == {"Conv2D": 432 + 16, "Dense": 1203, "BatchNormalization": 32}
    assert counts["Conv2D"] + counts["Dense"] == 1651
    assert sum(counts.values()) == 1683
    assert network.count_params() == 1683 + 32
    # Biases of convolutions, scales, offsets, two moving statistics, biases of the last layer.
    parts = (16, 16, 16, 16, 16, 3)
    possible = {
        1632 + sum(np.multiply(parts, chosen)) for chosen in product((0, 1), repeat=len(parts))
    }
    assert 1670 not in possible and 1667 in possible
    assert round((sum(counts.values()) - 16) / 1e6, 5) == 0.00167


def test_the_channels_are_flow_and_strain_from_0_to_255() -> None:
    flow = random_flow()
    image = STSTNet(FlowNetworkOptions()).describe_flow(flow)
    assert image.shape == (28, 28, 3)
    for channel, part in enumerate((flow[..., 0], flow[..., 1], strain(flow))):
        scaled = 255 * (part - part.min()) / (part.max() - part.min())
        # 128 pixels give 28: each pixel is the mean of the 4.57 x 4.57 that it covers.
        expected = np.kron(scaled, np.ones((7, 7))).reshape(28, 32, 28, 32).mean(axis=(1, 3))
        np.testing.assert_allclose(image[..., channel], expected, atol=1e-2)
    assert not STSTNet(FlowNetworkOptions()).describe_flow(np.zeros_like(flow)).any()
