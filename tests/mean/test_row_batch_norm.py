"""Normalization over rows equals Keras's layer: outputs, statistics, training steps."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import layers, ops

from mebench_mean.architecture import RowNormalization

SHAPE = (6, 42, 42)


def noise(channels: int, seed: int = 4) -> np.ndarray:
    """Return values like those of a ReLU, with another range per channel."""
    random = np.random.default_rng(seed).normal(0.3, 1, (*SHAPE, channels))
    return np.maximum(random * np.linspace(0.1, 2, channels), 0).astype(np.float32)


def both(channels: int) -> tuple[keras.layers.Layer, keras.layers.Layer]:
    """Return Keras's layer and ours with the same weights, all different from the initial ones."""
    made = []
    for kind in (layers.BatchNormalization, RowNormalization):
        layer = kind()
        layer.build((None, *SHAPE[1:], channels))
        random = np.random.default_rng(9)
        layer.set_weights([random.uniform(0.5, 1.5, one.shape) for one in layer.weights])
        made.append(layer)
    return made[0], made[1]


def values(tensors: list[keras.Variable]) -> list[np.ndarray]:
    # Not Keras's own conversion, which gives a warning with numpy 2.
    return [np.asarray(one.value).copy() for one in tensors]


@pytest.mark.parametrize("channels", [3, 8])
@pytest.mark.parametrize("training", [False, True])
def test_outputs_and_moving_statistics(channels: int, training: bool) -> None:
    theirs, ours = both(channels)
    for step in range(3):
        images = noise(channels, step)
        gamma, beta, mean, variance = (one.astype(np.float64) for one in values(ours.weights))
        double = images.astype(np.float64)
        if training:
            mean, variance = double.mean(axis=(0, 1, 2)), double.var(axis=(0, 1, 2))
        exact = (double - mean) / np.sqrt(variance + 1e-3) * gamma + beta
        expected, found = (
            ops.convert_to_numpy(layer(images, training=training)) for layer in (theirs, ours)
        )
        assert np.abs(found - exact).max() < 1e-5
        assert np.abs(found - expected).max() < 1e-3  # Keras rounds more
    assert [one.name for one in theirs.weights] == [one.name for one in ours.weights]
    for one, other in zip(values(theirs.weights), values(ours.weights), strict=True):
        assert np.abs(one - other).max() < 1e-5


def test_statistics_move_only_in_training() -> None:
    _, ours = both(3)
    before = values(ours.weights)

    def moved(*, training: bool, trainable: bool) -> list[bool]:
        ours.trainable = trainable
        ours(noise(3), training=training)
        pairs = zip(before, values(ours.weights), strict=True)
        return [bool((one != other).any()) for one, other in pairs]

    assert moved(training=False, trainable=True) == [False] * 4
    assert moved(training=True, trainable=False) == [False] * 4
    assert moved(training=True, trainable=True) == [False, False, True, True]


def test_steps_of_training_lead_to_the_same_weights() -> None:
    """Gradients pass through the statistics of the batch; Adam would show a wrong gradient."""
    ends = []
    for kind in (layers.BatchNormalization, RowNormalization):
        keras.utils.set_random_seed(3)
        entry = keras.Input((*SHAPE[1:], 1))
        hidden = layers.Conv2D(3, 5, padding="same", activation="relu")(entry)
        hidden = layers.MaxPooling2D(6)(kind()(hidden))
        network = keras.Model(entry, layers.Dense(1)(layers.Flatten()(hidden)))
        network.compile(optimizer=keras.optimizers.Adam(1e-2), loss="mean_squared_error")
        network.optimizer.build(network.trainable_variables)  # otherwise the graph is built twice
        begin = values(network.weights)
        network.fit(
            np.concatenate([noise(1), noise(1, 5)]),
            np.arange(12, dtype=np.float32)[:, None] % 2,
            batch_size=6,
            epochs=3,
            shuffle=False,
            verbose=0,
        )
        ends.append(values(network.weights))
        moved = [np.abs(one - two).max() for one, two in zip(begin, ends[-1], strict=True)]
        assert min(moved) > 5e-4
    for one, other in zip(*ends, strict=True):
        assert np.abs(one - other).max() < 1e-4
