"""The network of SOFTNet, its training, and its outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench_classics.softnet.features import scale_channels
from mebench_vision.features.regions import FEATURE_SIZE
from mebench_vision.networks.import_keras import keras, layers, ops
from mebench_vision.networks.training import (
    TrainingSchedule,
    prepare_optimizer,
    seed_training,
    train_epochs,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILTERS = (3, 5, 8)
"""Number of filters of the streams of horizontal flow, vertical flow and strain."""

DENSE_UNITS = 400
INFERENCE_BATCH = 256


def build_network() -> keras.Model:
    """Build the network: one output per pair of frames, 314,817 parameters.

    Three streams of one convolution and one pooling; their maps side by side, pooled; two dense
    layers.
    """
    inputs, maps = [], []
    for filters in FILTERS:
        stream = keras.Input((FEATURE_SIZE, FEATURE_SIZE, 1))
        hidden = layers.Conv2D(filters, 5, padding="same", activation="relu")(stream)
        inputs.append(stream)
        maps.append(layers.MaxPooling2D(3, 3)(hidden))
    hidden = layers.MaxPooling2D(2, 2)(layers.Concatenate()(maps))
    hidden = layers.Dense(DENSE_UNITS, activation="relu")(layers.Flatten()(hidden))
    return keras.Model(inputs, layers.Dense(1)(hidden), name="softnet")


def network_inputs(features: NDArray[np.floating]) -> list[NDArray[np.float32]]:
    """Return the inputs of the three streams, scaled, for features (n, 42, 42, 3)."""
    scaled = scale_channels(features)
    return [np.ascontiguousarray(scaled[..., index : index + 1]) for index in range(len(FILTERS))]


def train_network(
    features: NDArray[np.floating],
    labels: NDArray[np.float32],
    schedule: TrainingSchedule,
    seed: int,
    report: Callable[[float], Any],
) -> keras.Model:
    """Train a new network: mean squared error against pseudo-labels, stochastic gradient descent.

    Parameters
    ----------
    features : array of shape (n, 42, 42, 3)
        The training pairs.
    labels : float32 array of shape (n,)
        Their pseudo-labels.
    schedule : TrainingSchedule
        Length and step size.
    seed : int
        Seed of the first weights and of the order of pairs in each epoch.
    report : callable
        Called with the share that is done.
    """
    seed_training(seed)
    network = build_network()
    optimizer = keras.optimizers.SGD(schedule.learning_rate)
    network.compile(optimizer=optimizer, loss="mean_squared_error")
    prepare_optimizer(network)
    for epoch in train_epochs(
        network, lambda rows: network_inputs(features[rows]), labels[:, None], schedule, seed
    ):
        report(epoch.number / schedule.epochs)
    return network


def network_outputs(network: keras.Model, features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the output of a network for each pair of features (n, 42, 42, 3)."""
    values = np.zeros(len(features), np.float32)
    for start in range(0, len(features), INFERENCE_BATCH):
        rows = features[start : start + INFERENCE_BATCH]
        # Not predict(), which builds a graph: a fold has few videos, so that takes longer.
        outputs = network(network_inputs(rows), training=False)
        values[start : start + len(rows)] = ops.convert_to_numpy(outputs)[:, 0]
    return values
