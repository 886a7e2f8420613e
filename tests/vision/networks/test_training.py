"""Training without a data pipeline, against ``fit()`` of Keras."""

from __future__ import annotations

import numpy as np
import pytest

from mebench_vision.networks.import_keras import keras, layers
from mebench_vision.networks.training import (
    TrainingSchedule,
    assign,
    prepare_optimizer,
    reset_optimizer,
    seed_training,
    train_epochs,
)

SCHEDULE = TrainingSchedule(3, 8, 0.01)


def network() -> keras.Model:
    seed_training(1)
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax")(inputs))
    model.compile(keras.optimizers.Adam(SCHEDULE.learning_rate), loss="categorical_crossentropy")
    prepare_optimizer(model)
    return model


def test_epochs_are_those_of_keras() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(20, 4)).astype(np.float32)
    targets = np.eye(2, dtype=np.float32)[rng.integers(0, 2, 20)]
    ours, theirs = network(), network()
    first_weights = [array.copy() for array in ours.get_weights()]
    means = list(train_epochs(ours, lambda rows: inputs[rows], targets, SCHEDULE, 7))
    assert [one.number for one in means] == [1, 2, 3]
    order = np.random.default_rng(7)
    for one in means:
        rows = order.permutation(20)
        history = theirs.fit(inputs[rows], targets[rows], batch_size=8, shuffle=False, verbose=0)
        assert one.means["loss"] == pytest.approx(history.history["loss"][0], rel=1e-4)
    for found, expected in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-5)
    # The same network again, from the same state.
    trained = ours.get_weights()
    assign(ours.variables, first_weights)
    reset_optimizer(ours, SCHEDULE.learning_rate)
    assert list(train_epochs(ours, lambda rows: inputs[rows], targets, SCHEDULE, 7)) == means
    for found, expected in zip(ours.get_weights(), trained, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_without_rows_nothing_is_trained() -> None:
    model = network()
    empty = np.zeros((0, 2), np.float32)
    assert list(train_epochs(model, lambda rows: rows, empty, SCHEDULE, 7)) == []
