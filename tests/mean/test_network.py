"""The networks: sizes of the paper, frozen layers, and the authors' weights against plain numpy."""

from __future__ import annotations

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from mebench import MebenchError
from mebench_mean import author_weights
from mebench_mean.architecture import (
    multiplications,
    recognition_network,
    split_streams,
    spotting_network,
    transfer_network,
)
from mebench_mean.training import (
    Epoch,
    outputs,
    train_recognition,
    train_spotting,
)
from mebench_vision.networks.training import TrainingSchedule, seed_training
from tests.mean.forward import outputs as outputs_by_hand

WEIGHTS = Path(os.environ.get("MEBENCH_SHARED", Path(__file__).parents[3] / "shared")) / "data"
FILES = sorted((WEIGHTS / "mean-weights").glob("*.hdf5"))
needs_weights = pytest.mark.skipif(not FILES, reason="the authors' weights are not available")
TASKS = {"spot": ["spotting"], "recog": ["recognition"], "spot_recog": ["spotting", "recognition"]}


def ignore(epoch: Epoch) -> None:
    """Do ignore after an epoch."""


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(3).random((count, 42, 42, 3), dtype=np.float32)


def test_parameters_of_the_paper() -> None:
    assert spotting_network().count_params() == 3621
    assert recognition_network(3).count_params() == 4407
    assert recognition_network(5).count_params() == 5193
    for classes, both in ((3, 7608), (5, 8394)):
        spotting = spotting_network()
        head = transfer_network(spotting, classes).get_layer("recognition_convolution")
        dense = 392 * classes + classes
        assert spotting.count_params() + head.count_params() + dense == both
    assert multiplications(1, 3) == 1_716_568


def test_a_recognition_step_changes_no_shared_weight() -> None:
    labels = np.tile(np.array([0, 1], np.float32), 16)
    spotting = train_spotting(noise(32), labels, TrainingSchedule(1, 32, 5e-4), 1, ignore)
    before = [one.copy() for one in spotting.get_weights()]
    recognition = train_recognition(
        spotting, noise(32), np.arange(32) % 3, 3, TrainingSchedule(2, 32, 5e-2), 1, ignore
    )
    for one, other in zip(before, spotting.get_weights(), strict=True):
        assert (one == other).all()
    shared = [one for one in spotting.layers if not one.name.startswith("spotting")]
    for layer in shared:
        taken_over = recognition.get_layer(layer.name).get_weights()
        for one, other in zip(layer.get_weights(), taken_over, strict=True):
            assert (one == other).all()
    assert sum(len(layer.get_weights()) for layer in shared) == 18
    assert len(recognition.trainable_weights) == 4


def test_recognition_does_not_depend_on_when_spotting_was_trained() -> None:
    """A network trained in this process and one loaded with its weights give the same result."""
    labels = np.tile(np.array([0, 1], np.float32), 16)
    trained = train_spotting(noise(32), labels, TrainingSchedule(1, 32, 5e-4), 1, ignore)
    loaded = spotting_network()
    loaded.set_weights(trained.get_weights())
    found = []
    for spotting in (trained, loaded):
        model = train_recognition(
            spotting, noise(32), np.arange(32) % 3, 3, TrainingSchedule(2, 32, 5e-2), 2, ignore
        )
        found.append(outputs(model, noise(8)))
    assert (found[0] == found[1]).all()


def test_without_transfer_everything_is_trained() -> None:
    recognition = train_recognition(
        None, noise(32), np.arange(32) % 3, 3, TrainingSchedule(1, 32, 5e-4), 1, ignore
    )
    assert len(recognition.trainable_weights) == 16


def test_the_same_seed_trains_the_same_weights() -> None:
    def trained(seed: int) -> list[np.ndarray]:
        labels = np.tile(np.array([0, 1], np.float32), 16)
        model = train_spotting(noise(32), labels, TrainingSchedule(2, 16, 5e-4), seed, ignore)
        return [np.asarray(one) for one in model.get_weights()]

    first, again, other = trained(7), trained(7), trained(8)
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert any((one != two).any() for one, two in zip(first, other, strict=True))


def test_an_epoch_equals_that_of_keras() -> None:
    """Keras's own loop, with the pairs in the same order, gives the same weights and losses."""
    features, classes = noise(45), np.arange(45) % 3
    epochs: list[Epoch] = []
    trained = train_recognition(
        None, features, classes, 3, TrainingSchedule(2, 32, 5e-3), 4, epochs.append
    )
    seed_training(4)
    network = recognition_network(3)
    network.compile(
        optimizer=keras.optimizers.Adam(5e-3),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )
    network.optimizer.build(network.trainable_variables)  # otherwise the graph is built twice
    orders = np.random.default_rng(4)
    for epoch in epochs:
        order = orders.permutation(45)
        history = network.fit(
            split_streams(features[order]),
            np.eye(3, dtype=np.float32)[classes[order]],
            batch_size=32,
            shuffle=False,
            verbose=0,
        ).history
        assert epoch.loss == pytest.approx(history["loss"][0], rel=1e-6)
        assert epoch.accuracy == pytest.approx(history["accuracy"][0], rel=1e-6)
    for one, other in zip(trained.get_weights(), network.get_weights(), strict=True):
        # The same steps, in graphs that sum in another order.
        assert np.allclose(one, other, rtol=1e-4, atol=1e-6)


def test_every_epoch_is_reported() -> None:
    epochs: list[Epoch] = []
    labels = np.zeros(8, np.float32)
    spotting = train_spotting(noise(8), labels, TrainingSchedule(2, 8, 1e-3), 2, epochs.append)
    assert [(one.number, one.share) for one in epochs] == [(1, 0.5), (2, 1.0)]
    assert all(one.loss > 0 for one in epochs)
    for trained, handed in zip(
        epochs[-1].network.get_weights(), spotting.get_weights(), strict=True
    ):
        assert np.array_equal(trained, handed)
    assert all(np.isnan(one.accuracy) for one in epochs)
    epochs.clear()
    train_recognition(
        None, noise(8), np.arange(8) % 2, 3, TrainingSchedule(1, 8, 1e-3), 2, epochs.append
    )
    assert epochs[0].accuracy * 8 == pytest.approx(round(epochs[0].accuracy * 8))


@needs_weights
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_released_weights_agree_with_plain_numpy(path: Path) -> None:
    weights = author_weights.read_weight_file(path)
    for task in TASKS[path.stem.split("-")[1]]:
        classes = weights.classes or 0
        network = spotting_network() if task == "spotting" else recognition_network(classes)
        weights.load_into(network)
        found = outputs(network, noise(3))
        assert np.isfinite(found).all()
        assert np.abs(found - outputs_by_hand(weights, noise(3), task)).max() < 1e-5
        assert classes == (0 if task == "spotting" and weights.recognition is None else classes)
    if weights.classes is not None:
        assert len(author_weights.CLASSES[weights.classes]) == weights.classes


@needs_weights
def test_released_weights_of_another_task_are_refused() -> None:
    spotting = author_weights.read_weight_file(
        next(one for one in FILES if one.stem.endswith("-spot-s1"))
    )
    with pytest.raises(MebenchError, match="weights-lacking"):
        spotting.load_into(recognition_network(3))


def test_other_files_are_refused(tmp_path: Path) -> None:
    import h5py

    text = tmp_path / "weights.hdf5"
    text.write_text("no")
    with pytest.raises(MebenchError, match="weights-unreadable"):
        author_weights.read_weight_file(text)
    with h5py.File(tmp_path / "other.hdf5", "w") as file:
        file.attrs["layer_names"] = [b"dense"]
        dense = file.create_group("dense")
        dense.attrs["weight_names"] = [b"kernel"]
        dense["kernel"] = np.zeros((3, 2))
    with pytest.raises(MebenchError, match="weights-unreadable"):
        author_weights.read_weight_file(tmp_path / "other.hdf5")
