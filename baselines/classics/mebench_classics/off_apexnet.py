"""OFF-ApexNet: two streams on horizontal and vertical flow (Gan, Liong et al. 2019).

The flow from onset to apex gives two images of 28 x 28 pixels, one per direction. Each has a stream
of its own: two convolutions, each followed by pooling. Both streams are joined and classified by
fully connected layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from mebench_classics.flow_network import (
    INPUT_SIZE,
    FlowNetwork,
    FlowNetworkOptions,
    resized_maps,
)

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

FILTERS = (6, 16)
"""Number of filters of the first and of the second convolution of a stream."""

HIDDEN_UNITS = 1024
"""Units of each of the two fully connected layers."""


class OffApexNetOptions(FlowNetworkOptions):
    """The options of training."""

    epochs: int = Field(100, ge=1, description="Epochs of training.")
    batch: int = Field(32, ge=1, description="Samples per training step.")
    learning_rate: float = Field(1e-4, gt=0, description="Learning rate of the Adam optimizer.")


class OffApexNet(FlowNetwork):
    """Two streams on horizontal and vertical flow, onset to apex."""

    name = "off-apexnet"
    title = "OFF-ApexNet: two-stream network on horizontal and vertical flow; recognition only"
    authors = ("Y. S. Gan", "Sze-Teng Liong", "Wei-Chuen Yau", "Yen-Chang Huang", "Lit-Ken Tan")
    paper = (
        "OFF-ApexNet on micro-expression recognition system. Signal Processing: Image "
        "Communication 74, 2019"
    )
    options_type = OffApexNetOptions

    def describe_flow(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return u and v as an image of shape (28, 28, 2)."""
        return resized_maps(flow)

    @staticmethod
    def network(classes: int) -> keras.Model:
        """Build the network; 2,664,475 weights and biases for three classes."""
        from mebench_vision.networks.import_keras import keras, layers

        inputs = keras.Input((INPUT_SIZE, INPUT_SIZE, 2))
        streams = []
        for direction in range(2):
            hidden = inputs[..., direction : direction + 1]
            for filters in FILTERS:
                hidden = layers.Conv2D(filters, 5, padding="same", activation="relu")(hidden)
                hidden = layers.MaxPooling2D(2, 2)(hidden)
            streams.append(layers.Flatten()(hidden))  # 7 x 7 x 16
        hidden = layers.Concatenate()(streams)
        for _ in range(2):
            hidden = layers.Dense(HIDDEN_UNITS, activation="relu")(hidden)
            hidden = layers.Dropout(0.5)(hidden)
        outputs = layers.Dense(classes, activation="softmax")(hidden)
        return keras.Model(inputs, outputs, name="off-apexnet")

    def variant_name(self) -> str:
        """Return the flow and the number of epochs."""
        return f"{self.training.epochs} epochs, TV-L1 by {self.training.flow}"

    def deviations(self) -> Sequence[str]:
        """Return where the method differs from the paper."""
        return [
            *super().deviations(),
            "Padding (none is lost), pooling (2 x 2), dropout (half of the units of both fully "
            "connected layers) and the optimizer (Adam) are choices of this implementation; so are "
            "the defaults of epochs, batch and learning rate.",
            "Each map is scaled to 0 to 255 by its minimum and maximum and resized by area; the "
            "mean image of the training samples is subtracted, as for STSTNet.",
        ]
