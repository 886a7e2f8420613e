"""The networks of MEAN: a shared three-stream part, a head per task; their weights as arrays.

Liong, See, Chan 2023, Table 1; where the paper gives no value, as in the authors' code. Written
with Keras 3 only, so that all its backends compute the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import keras
    import numpy as np
    from numpy.typing import NDArray


SIZE = 42
"""Height and width of the features."""

FILTERS = (3, 3, 8)
"""Of the streams for horizontal flow, vertical flow and strain."""

HEAD_FILTERS = 8
POOLED = 7
"""Height and width before a head's dense layer."""

PARAMETERS_SHARED = 420
"""Of the three streams, 28 of them moving statistics."""


def shared_part() -> tuple[list[keras.KerasTensor], keras.KerasTensor]:
    """Build the three streams.

    Returns
    -------
    inputs : list of 3 tensors, shape (batch, 42, 42, 1)
        Horizontal flow, vertical flow, strain.
    joined : tensor, shape (batch, 14, 14, 14)
        The streams' channels side by side.
    """
    import keras
    from keras import layers

    from mebench_mean.row_batch_norm import RowNormalization

    names = ("u", "v", "strain")
    inputs = [keras.Input((SIZE, SIZE, 1), name=name) for name in names]
    streams = []
    for entry, name, filters in zip(inputs, names, FILTERS, strict=True):
        stream = layers.Conv2D(
            filters,
            5,
            padding="same",
            activation="relu",
            kernel_regularizer=keras.regularizers.L2(1e-3),
            name=f"{name}_convolution",
        )(entry)
        stream = RowNormalization(name=f"{name}_normalization")(stream)
        stream = layers.MaxPooling2D(3, 3, padding="same", name=f"{name}_pooling")(stream)
        streams.append(layers.Dropout(0.3, name=f"{name}_dropout")(stream))
    return inputs, layers.Concatenate(name="joined")(streams)


def head(joined: keras.KerasTensor, outputs: int, activation: str, name: str) -> keras.KerasTensor:
    """Build a head on the shared part.

    Parameters
    ----------
    joined : tensor, shape (batch, 14, 14, 14)
        The shared part's output.
    outputs : int
        1 for spotting, the number of classes for recognition.
    activation : {"linear", "softmax"}
        Of the last layer.
    name : str
        The layers' prefix.
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
    """Build the spotting network: one number a pair of frames, 3621 parameters."""
    import keras

    inputs, joined = shared_part()
    return keras.Model(inputs, head(joined, 1, "linear", "spotting"), name="spotting")


def recognition_network(classes: int) -> keras.Model:
    """Build a recognition network of its own: 4407 parameters for 3 classes, 5193 for 5."""
    import keras

    inputs, joined = shared_part()
    return keras.Model(inputs, head(joined, classes, "softmax", "recognition"), name="recognition")


def transfer_network(spotting: keras.Model, classes: int) -> keras.Model:
    """Build a recognition network on the shared part of a trained spotting network, frozen.

    Frozen batch normalisation keeps its moving statistics too, so that training the head changes
    no shared weight (inductive transfer learning, Section 3.3). The shared part is a copy: the
    spotting network's own layers hold the state of its dropout, which differs between a network
    that was trained just now and one whose weights were kept.
    """
    network = recognition_network(classes)
    for layer in network.layers:
        if layer.name.startswith(network.name):
            continue
        layer.set_weights(spotting.get_layer(layer.name).get_weights())
        layer.trainable = False
    return network


def split_streams(features: NDArray[np.floating]) -> list[NDArray[np.float32]]:
    """Split features into what the three streams take.

    Parameters
    ----------
    features : array, shape (n, 42, 42, 3)

    Returns
    -------
    list of 3 float32 arrays, shape (n, 42, 42, 1)
    """
    import numpy as np

    return [np.ascontiguousarray(features[..., at : at + 1], np.float32) for at in range(3)]


def multiplications(*outputs: int) -> int:
    """Return the multiply-accumulate operations of a network on one pair of frames.

    Parameters
    ----------
    *outputs : int
        Of each head on one shared part, which is computed once. ``multiplications(1, 3)``, both
        tasks with three classes, is 1,716,568.
    """
    streams = sum(SIZE * SIZE * 25 * filters for filters in FILTERS)
    convolution = (SIZE // 3) ** 2 * 25 * sum(FILTERS) * HEAD_FILTERS
    dense = POOLED * POOLED * HEAD_FILTERS
    return streams + sum(convolution + dense * one for one in outputs)


def weight_arrays(network: keras.Model) -> dict[str, NDArray[np.float32]]:
    """Return a network's weights: ``u_convolution.0`` is a kernel, ``u_convolution.1`` a bias."""
    return {
        f"{layer.name}.{place}": np.asarray(array, np.float32)
        for layer in network.layers
        for place, array in enumerate(layer.get_weights())
    }


def load_arrays(network: keras.Model, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Give a network the weights that :func:`weight_arrays` returned of one of its kind.

    Raises
    ------
    KeyError, ValueError
        If weights are missing, or not of the right shape.
    """
    for layer in network.layers:
        count = len(layer.get_weights())
        if count:
            layer.set_weights([arrays[f"{layer.name}.{place}"] for place in range(count)])


def named_arrays(models: Iterable[keras.Model]) -> dict[str, NDArray[np.float32]]:
    """Return the weights of networks: ``spotting/u_convolution.0`` is a kernel."""
    return {
        f"{model.name}/{name}": array
        for model in models
        for name, array in weight_arrays(model).items()
    }
