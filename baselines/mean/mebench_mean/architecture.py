"""The networks of MEAN: a shared three-stream part, one head per task; their weights as arrays.

The values are those of Liong, See, Chan 2023, Table 1; where the paper gives none, those of the
authors' code. The networks use only Keras 3, so all its backends compute the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mebench_vision.features.regions import FEATURE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import keras
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


def shared_part() -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
    """Build the three streams.

    Returns
    -------
    inputs : list of 3 tensors, shape (batch, 42, 42, 1)
        Horizontal flow, vertical flow, strain.
    joined : tensor, shape (batch, 14, 14, 14)
        The concatenated channels of the streams.
    """
    import keras
    from keras import layers

    from mebench_mean.row_batch_norm import RowNormalization

    inputs = [keras.Input((FEATURE_SIZE, FEATURE_SIZE, 1), name=name) for name in STREAMS]
    streams = []
    for stream_input, name, filters in zip(inputs, STREAMS, FILTERS, strict=True):
        stream = layers.Conv2D(
            filters,
            5,
            padding="same",
            activation="relu",
            kernel_regularizer=keras.regularizers.L2(1e-3),
            name=f"{name}_convolution",
        )(stream_input)
        stream = RowNormalization(name=f"{name}_normalization")(stream)
        stream = layers.MaxPooling2D(3, 3, padding="same", name=f"{name}_pooling")(stream)
        streams.append(layers.Dropout(0.3, name=f"{name}_dropout")(stream))
    return inputs, layers.Concatenate(name="joined")(streams)


def head(joined: keras.KerasTensor, outputs: int, activation: str, name: str) -> keras.KerasTensor:
    """Build a head on the shared part.

    Parameters
    ----------
    joined : tensor, shape (batch, 14, 14, 14)
        Output of the shared part.
    outputs : int
        1 for spotting, the number of classes for recognition.
    activation : {"linear", "softmax"}
        Activation of the last layer.
    name : str
        Prefix of the layer names.
    """
    import keras
    from keras import layers

    hidden = layers.Conv2D(
        HEAD_FILTERS,
        5,
        padding="same",
        activation="relu",
        kernel_regularizer=keras.regularizers.L2(0.1),
        name=f"{name}_convolution",
    )(joined)
    hidden = layers.MaxPooling2D(2, 2, padding="same", name=f"{name}_pooling")(hidden)
    hidden = layers.Flatten(name=f"{name}_flat")(hidden)
    hidden = layers.Dropout(0.2, name=f"{name}_dropout")(hidden)
    return layers.Dense(outputs, activation=activation, name=f"{name}_dense")(hidden)


def spotting_network() -> keras.Model:
    """Build the spotting network: one output per pair of frames, 3621 parameters."""
    import keras

    inputs, joined = shared_part()
    return keras.Model(inputs, head(joined, 1, "linear", "spotting"), name="spotting")


def recognition_network(classes: int) -> keras.Model:
    """Build a separate recognition network: 4407 parameters for 3 classes, 5193 for 5."""
    import keras

    inputs, joined = shared_part()
    return keras.Model(inputs, head(joined, classes, "softmax", "recognition"), name="recognition")


def transfer_network(spotting: keras.Model, classes: int) -> keras.Model:
    """Build a recognition network on the shared part of a trained spotting network, frozen.

    Frozen batch normalization also keeps its moving statistics, so training the head changes no
    shared weight (inductive transfer learning, Section 3.3). The shared part is a copy, because the
    layers of the spotting network hold the state of its dropout, which differs between a network
    trained in this process and one loaded from the store.
    """
    network = recognition_network(classes)
    for layer in network.layers:
        if layer.name.startswith(network.name):
            continue
        layer.set_weights(spotting.get_layer(layer.name).get_weights())
        layer.trainable = False
    return network


def split_streams(features: NDArray[np.floating]) -> list[NDArray[np.float32]]:
    """Split features into the inputs of the three streams.

    Parameters
    ----------
    features : array, shape (n, 42, 42, 3)

    Returns
    -------
    list of 3 float32 arrays, shape (n, 42, 42, 1)
    """
    return [
        np.ascontiguousarray(features[..., channel : channel + 1], np.float32)
        for channel in range(len(STREAMS))
    ]


def multiplications(*outputs: int) -> int:
    """Return the multiply-accumulate operations of a network on one pair of frames.

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
    """Load weights from :func:`weight_arrays` into a network of the same kind.

    Raises
    ------
    KeyError, ValueError
        If weights are missing, or have the wrong shape.
    """
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
