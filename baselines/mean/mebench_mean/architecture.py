"""The networks of MEAN: a shared three-stream part, one head per task; their weights as arrays.

The values are those of Liong, See, Chan 2023, Table 1; where the paper gives none, those of the
authors' code. The networks use only Keras 3, so all its backends compute the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench_vision.features.regions import FEATURE_SIZE
from mebench_vision.networks.import_keras import keras, layers, ops

if TYPE_CHECKING:
    from numpy.typing import NDArray


STREAMS = ("u", "v", "strain")
"""Names of the streams for horizontal flow, vertical flow and strain."""

FILTERS = (3, 3, 8)
"""Number of filters of each stream."""

HEAD_FILTERS = 8
POOLED_SIZE = 7
"""Height and width of the input of a head's dense layer."""

N_SHARED_PARAMETERS = 420
"""Parameters of the three streams; 28 of them are moving statistics."""


@keras.saving.register_keras_serializable("mebench_mean")
class RowNormalization(layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalization of (batch, height, width, channels) that sums rows, without masks.

    The weights and, but for rounding, the outputs are those of the layer of Keras. That layer sums
    over all axes but the last, which here has 3 or 8 channels: too short for vector instructions,
    so the sums took half of a training step. Here, width and channels are one axis of 126 or 336
    numbers until the last sum.
    """

    def call(self, inputs: Any, training: bool | None = None, mask: None = None) -> Any:
        """Normalize a batch: by its own statistics in training, otherwise by the moving ones."""
        width, channels = inputs.shape[-2:]
        rows = ops.reshape(inputs, (-1, width * channels))
        if training and self.trainable:
            mean, variance = (
                # The mean of each channel.
                ops.mean(ops.reshape(ops.mean(values, axis=0), (width, -1)), axis=0)
                for values in (rows, ops.square(rows))
            )
            # The inputs are outputs of a ReLU near 0, so the difference keeps enough digits.
            variance = ops.maximum(variance - ops.square(mean), 0.0)
            for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
                moving.assign(moving * self.momentum + value * (1.0 - self.momentum))
        else:
            mean, variance = self.moving_mean, self.moving_variance
        scale = self.gamma * ops.rsqrt(variance + self.epsilon)
        shift = self.beta - mean * scale
        rows = rows * ops.tile(scale, (width,)) + ops.tile(shift, (width,))
        return ops.reshape(rows, (-1, *inputs.shape[1:]))


def _network(name: str, outputs: int, activation: str) -> keras.Model:
    """Build three streams for inputs of shape (batch, 42, 42, 1), and one head on all of them."""
    inputs = [keras.Input((FEATURE_SIZE, FEATURE_SIZE, 1), name=stream) for stream in STREAMS]
    streams = []
    for stream_input, stream, filters in zip(inputs, STREAMS, FILTERS, strict=True):
        hidden = _convolution(stream, filters, 1e-3)(stream_input)
        hidden = RowNormalization(name=f"{stream}_normalization")(hidden)
        hidden = layers.MaxPooling2D(3, 3, padding="same", name=f"{stream}_pooling")(hidden)
        streams.append(layers.Dropout(0.3, name=f"{stream}_dropout")(hidden))
    hidden = layers.Concatenate(name="joined")(streams)  # of shape (batch, 14, 14, 14)
    hidden = _convolution(name, HEAD_FILTERS, 0.1)(hidden)
    hidden = layers.MaxPooling2D(2, 2, padding="same", name=f"{name}_pooling")(hidden)
    hidden = layers.Flatten(name=f"{name}_flat")(hidden)
    hidden = layers.Dropout(0.2, name=f"{name}_dropout")(hidden)
    head = layers.Dense(outputs, activation=activation, name=f"{name}_dense")(hidden)
    return keras.Model(inputs, head, name=name)


def _convolution(name: str, filters: int, penalty: float) -> keras.layers.Layer:
    return layers.Conv2D(
        filters,
        5,
        padding="same",
        activation="relu",
        kernel_regularizer=keras.regularizers.L2(penalty),
        name=f"{name}_convolution",
    )


def spotting_network() -> keras.Model:
    """Build the spotting network: one output per pair of frames, 3621 parameters."""
    return _network("spotting", 1, "linear")


def recognition_network(classes: int) -> keras.Model:
    """Build a separate recognition network: 4407 parameters for 3 classes, 5193 for 5."""
    return _network("recognition", classes, "softmax")


def transfer_network(spotting: keras.Model, classes: int) -> keras.Model:
    """Build a recognition network on the shared part of a trained spotting network, frozen.

    Frozen batch normalization also keeps its moving statistics, so training the head changes no
    shared weight (inductive transfer learning, Section 3.3). The shared part is a copy, because the
    layers of the spotting network hold the state of its dropout, which differs between a network
    trained in this process and one loaded from the store.
    """
    network = recognition_network(classes)
    for layer in network.layers:
        if not layer.name.startswith(network.name):
            layer.set_weights(spotting.get_layer(layer.name).get_weights())
            layer.trainable = False
    return network


def split_frozen(network: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Split a network into the shared part up to its pooling, and the rest from dropout on.

    Both parts have the layers, and thus the weights and the state of dropout, of the network.
    """
    maps = [network.get_layer(f"{stream}_pooling").output for stream in STREAMS]
    return keras.Model(network.inputs, maps), keras.Model(maps, network.output, name=network.name)


def split_streams(features: NDArray[np.floating]) -> list[NDArray[np.float32]]:
    """Split features (n, 42, 42, 3) into the inputs of the three streams, (n, 42, 42, 1) each."""
    return [
        np.ascontiguousarray(features[..., channel : channel + 1], np.float32)
        for channel in range(len(STREAMS))
    ]


def multiplications(*outputs: int) -> int:
    """Return the multiply-accumulate operations of networks on one pair of frames.

    Parameters
    ----------
    *outputs : int
        Number of outputs of each head; all heads use one shared part, which is computed once.
        ``multiplications(1, 3)``, both tasks with three classes, is 1,716,568.
    """
    streams = sum(FEATURE_SIZE * FEATURE_SIZE * 25 * filters for filters in FILTERS)
    convolution = (FEATURE_SIZE // 3) ** 2 * 25 * sum(FILTERS) * HEAD_FILTERS
    dense = POOLED_SIZE * POOLED_SIZE * HEAD_FILTERS
    return streams + sum(convolution + dense * count for count in outputs)


def weight_arrays(network: keras.Model) -> dict[str, NDArray[np.float32]]:
    """Return the weights by name: ``u_convolution.0`` is a kernel, ``u_convolution.1`` a bias."""
    return {
        f"{layer.name}.{index}": np.asarray(array, np.float32)
        for layer in network.layers
        for index, array in enumerate(layer.get_weights())
    }


def load_arrays(network: keras.Model, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Load weights from :func:`weight_arrays` into a network of the same kind."""
    for layer in network.layers:
        count = len(layer.get_weights())
        if count:
            layer.set_weights([arrays[f"{layer.name}.{index}"] for index in range(count)])


def named_arrays(models: Iterable[keras.Model]) -> dict[str, NDArray[np.float32]]:
    """Return the weights of several networks, with names like ``spotting/u_convolution.0``."""
    return {
        f"{model.name}/{name}": array
        for model in models
        for name, array in weight_arrays(model).items()
    }
