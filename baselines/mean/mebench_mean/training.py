"""Training in two steps: spotting first, then recognition on the frozen shared part.

Every fold starts with new weights and a new optimizer, from the seed of the fold. Building the
graph of a training step takes seconds, so a process keeps one compiled network of each kind, and
each training resets its weights and the states of dropout and optimizer.

Features are in half precision, and only one batch at a time is converted. The outputs of a frozen
part never change, so they are computed once, before the first epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mebench_mean.architecture import (
    recognition_network,
    split_frozen,
    split_streams,
    spotting_network,
    transfer_network,
)
from mebench_vision.networks.import_keras import keras
from mebench_vision.networks.training import (
    TrainingSchedule,
    assign,
    prepare_optimizer,
    reset_optimizer,
    seed_training,
    trace_sizes,
    trace_training,
    train_epochs,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

INFERENCE_BATCH = 256
INFERENCE_STEP = 64
"""The last batch is filled up to a multiple of this: JAX compiles a network for every size."""

FROZEN_BATCH = 64
"""Every batch of the frozen part is filled up to this size: most folds have fewer pairs."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """The state after an epoch.

    Attributes
    ----------
    number : int
        Number of the epoch, from 1.
    share : float
        Share of the epochs that are done.
    network : Model
        The network after this epoch. Computing its outputs does not change the training.
    loss, accuracy : float
        Means over the pairs of the epoch, with dropout; the loss includes the penalties on weights.
        The accuracy of spotting is NaN.
    """

    number: int
    share: float
    network: keras.Model
    loss: float
    accuracy: float


AfterEpoch = Callable[[Epoch], None]


def train_spotting(
    features: NDArray[np.floating],
    labels: NDArray[np.float32],
    schedule: TrainingSchedule,
    seed: int,
    after_epoch: AfterEpoch,
) -> keras.Model:
    """Train the spotting network: mean squared error against the pseudo-labels.

    Parameters
    ----------
    features : array, shape (n, 42, 42, 3)
        The training pairs, in random order.
    labels : float32, shape (n,)
        Pseudo-labels of the pairs.
    schedule : TrainingSchedule
        Length and step size.
    seed : int
        Seed of the initial weights, of dropout, and of the order of pairs in each epoch.
    after_epoch : callable
        Called after each epoch.
    """
    kind = _NetworkKind("spotting", 1, schedule.batch)
    return _fit(kind, spotting_network, features, labels[:, None], schedule, seed, after_epoch)


def train_recognition(
    spotting: keras.Model | None,
    features: NDArray[np.floating],
    emotions: NDArray[np.int64],
    classes: int,
    schedule: TrainingSchedule,
    seed: int,
    after_epoch: AfterEpoch,
) -> keras.Model:
    """Train a recognition network: cross-entropy.

    Parameters
    ----------
    spotting : Model or None
        The trained spotting network whose shared part is copied and frozen; None trains a separate
        network.
    features : array, shape (n, 42, 42, 3)
        Features of onset-to-apex pairs.
    emotions : int64, shape (n,)
        Class indices of the pairs.
    classes : int
        Number of classes.
    schedule, seed, after_epoch
        As in :func:`train_spotting`.
    """

    def build() -> keras.Model:
        if spotting is None:
            return recognition_network(classes)
        return transfer_network(spotting, classes)

    targets = np.eye(classes, dtype=np.float32)[emotions]
    kind = _NetworkKind("recognition", classes, schedule.batch, frozen=spotting is not None)
    return _fit(kind, build, features, targets, schedule, seed, after_epoch)


class _NetworkKind(NamedTuple):
    """Task, number of outputs, batch size, and whether only the head is trained."""

    task: str
    outputs: int
    batch: int
    frozen: bool = False


def _fit(
    kind: _NetworkKind,
    build: Callable[[], keras.Model],
    features: NDArray[np.floating],
    targets: NDArray[np.float32],
    schedule: TrainingSchedule,
    seed: int,
    after_epoch: AfterEpoch,
) -> keras.Model:
    seed_training(seed)
    fresh = build()
    compiled = _compiled_network(kind, build, fresh, schedule.learning_rate)
    batch_of, penalty = compiled.batches(features)
    for epoch in train_epochs(compiled.trained, batch_of, targets, schedule, seed):
        after_epoch(
            Epoch(
                number=epoch.number,
                share=epoch.number / schedule.epochs,
                network=compiled.network,
                loss=epoch.means["loss"] + penalty,
                accuracy=epoch.means.get("accuracy", np.nan),
            )
        )
    # A copy, since the compiled network will be reused.
    fresh.set_weights(compiled.network.get_weights())
    return fresh


class _CompiledNetwork(NamedTuple):
    """A network, the part of it that is trained, and the frozen part before it, if there is one."""

    network: keras.Model
    trained: keras.Model
    frozen: keras.Model | None

    def batches(
        self, features: NDArray[np.floating]
    ) -> tuple[Callable[[NDArray[np.int64]], list[NDArray[np.float32]]], float]:
        """Return a function from row numbers to inputs of the trained part, and a penalty.

        The penalty on the weights of the frozen part belongs to the loss of the network.
        """
        if self.frozen is None:
            return lambda rows: split_streams(features[rows]), 0.0
        maps = _outputs_in_batches(self.frozen, features, FROZEN_BATCH, FROZEN_BATCH)
        return lambda rows: [one[rows] for one in maps], float(sum(map(float, self.frozen.losses)))


_compiled_networks: dict[_NetworkKind, _CompiledNetwork] = {}


def _compiled_network(
    kind: _NetworkKind,
    build: Callable[[], keras.Model],
    fresh: keras.Model,
    learning_rate: float,
) -> _CompiledNetwork:
    """Return a compiled network in the state of a newly built one."""
    if kind not in _compiled_networks:
        network = build()
        frozen, trained = split_frozen(network) if kind.frozen else (None, network)
        spots = kind.task == "spotting"
        trained.compile(
            optimizer=keras.optimizers.Adam(learning_rate),
            loss="mean_squared_error" if spots else "categorical_crossentropy",
            metrics=None if spots else ["accuracy"],
        )
        prepare_optimizer(trained)
        trace_training(trained, kind.batch)
        _compiled_networks[kind] = _CompiledNetwork(network, trained, frozen)
    compiled = _compiled_networks[kind]
    assign(compiled.network.variables, fresh.variables)
    reset_optimizer(compiled.trained, learning_rate)
    return compiled


_inference_networks: dict[tuple[str, int], keras.Model] = {}


def outputs(network: keras.Model, features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the outputs (n, outputs) of a network for features (n, 42, 42, 3) of frame pairs.

    Each process keeps one copy of a network of this kind, whose graph is built only once.
    """
    count = int(network.output_shape[-1])
    if len(features) == 0:
        return np.zeros((0, count), np.float32)
    kind = network.name, count
    if kind not in _inference_networks:
        spots = network.name == "spotting"
        copy = spotting_network() if spots else recognition_network(count)
        sizes = INFERENCE_BATCH, INFERENCE_STEP
        trace_sizes(lambda *arrays: copy.predict_on_batch(list(arrays)), copy.inputs, sizes)
        _inference_networks[kind] = copy
    copy = _inference_networks[kind]
    copy.set_weights(network.get_weights())
    [values] = _outputs_in_batches(copy, features, INFERENCE_BATCH, INFERENCE_STEP)
    return values


def _outputs_in_batches(
    network: keras.Model, features: NDArray[np.floating], batch_size: int, step: int
) -> list[NDArray[np.float32]]:
    """Return each output of a network, as arrays with one row per pair of frames.

    The last batch is filled up to a multiple of ``step``.
    """
    missing = -len(features) % step
    batches = []
    for start in range(0, len(features), batch_size):
        rows = features[start : start + batch_size]
        if start + batch_size >= len(features):
            rows = np.concatenate([rows, np.zeros((missing, *rows.shape[1:]), rows.dtype)])
        batch = network.predict_on_batch(split_streams(rows))
        batches.append(batch if isinstance(batch, list) else [batch])
    return [
        np.concatenate(arrays)[: len(features)].astype(np.float32, copy=False)
        for arrays in zip(*batches, strict=True)
    ]
