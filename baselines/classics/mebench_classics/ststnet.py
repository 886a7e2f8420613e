"""STSTNet: a shallow network with three streams on flow and strain (Liong et al. 2019).

The flow from onset to apex gives three maps: its horizontal part u, its vertical part v, and the
optical strain (Eqs. 4–7). They are the channels of one 28 x 28 image. Three streams of 3, 5 and 8
filters see all channels (Table I); what they find is pooled, joined and classified.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mebench_classics.flow_network import INPUT_SIZE, FlowNetwork, resized_maps
from mebench_vision.features.pair_features import strain

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

FILTERS = (3, 5, 8)
"""Number of filters of each stream."""


class STSTNet(FlowNetwork):
    """Three shallow streams on horizontal flow, vertical flow and strain, onset to apex."""

    name = "ststnet"
    title = "STSTNet: shallow triple-stream network on flow and strain; recognition only"
    authors = ("Sze-Teng Liong", "Y. S. Gan", "John See", "Huai-Qian Khor", "Yen-Chang Huang")
    paper = (
        "Shallow triple stream three-dimensional CNN (STSTNet) for micro-expression recognition. "
        "IEEE International Conference on Automatic Face and Gesture Recognition, 2019"
    )

    def describe_flow(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return u, v and strain as an image of shape (28, 28, 3)."""
        return resized_maps(np.dstack((flow, strain(flow))))

    @staticmethod
    def network(classes: int) -> keras.Model:
        """Build the network of Table I; 1,651 weights and biases for three classes.

        Batch normalization (32 weights, 32 moving statistics) and dropout are those of the authors'
        code, which the table leaves out.
        """
        from mebench_vision.networks.import_keras import keras, layers

        inputs = keras.Input((INPUT_SIZE, INPUT_SIZE, 3))
        streams = []
        for filters in FILTERS:
            hidden = layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
            # Momentum and epsilon of the authors' code in PyTorch.
            hidden = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(hidden)
            hidden = layers.MaxPooling2D(3, 3, padding="same")(hidden)  # 10 x 10
            streams.append(layers.Dropout(0.5)(hidden))
        hidden = layers.Concatenate()(streams)
        hidden = layers.AveragePooling2D(2, 2)(hidden)  # 5 x 5 x 16
        hidden = layers.Flatten()(hidden)
        outputs = layers.Dense(classes, activation="softmax")(hidden)
        return keras.Model(inputs, outputs, name="ststnet")

    def variant_name(self) -> str:
        """Return the flow and the number of epochs."""
        return f"{self.training.epochs} epochs, TV-L1 by {self.training.flow}"

    def deviations(self) -> Sequence[str]:
        """Return where the method differs from the paper and its authors' code."""
        return [
            *super().deviations(),
            "Batch normalization and dropout are not in the paper's Table I, but in the authors' "
            "code; they are used here.",
            "Each map is scaled to 0 to 255 by its own minimum and maximum and resized by area; "
            "the paper does not state either.",
            "The mean image of the training samples is subtracted, as in the authors' Matlab code.",
            "Initial weights, order of samples and dropout are those of Keras, not of Matlab.",
        ]
