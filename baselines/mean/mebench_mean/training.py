"""Training in two steps: spotting first, then recognition on the frozen shared part.

Every fold starts from fresh weights and a fresh optimiser, drawn from the fold's seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mebench_mean.architecture import (
    recognition_network,
    split_streams,
    spotting_network,
    transfer_network,
)
from mebench_mean.model_cache import NetworkKind, compiled_network, detached_copy, inference_copy

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

INFERENCE_BATCH = 256


@dataclass(frozen=True, slots=True)
class TrainingSchedule:
    """How a network is trained.

    Attributes
    ----------
    epochs : int
        The last epoch is kept: nothing is chosen.
    batch : int
        Pairs of frames a step.
    learning_rate : float
        Of Adam.
    """

    epochs: int
    batch: int
    learning_rate: float

    def as_list(self) -> list[float]:
        """Return it as plain data."""
        return [self.epochs, self.batch, self.learning_rate]


@dataclass(frozen=True, slots=True)
class Epoch:
    """What is told after an epoch.

    Attributes
    ----------
    number : int
        Counted from 1.
    share : float
        Of the epochs that are done.
    network : Model
        As it is now. Asking it for outputs changes nothing of what follows.
    loss, accuracy : float
        Means over the pairs of the epoch: the loss with its penalties on weights, both with
        dropout. Spotting has no accuracy, and NaN stands for it.
    """

    number: int
    share: float
    network: keras.Model
    loss: float
    accuracy: float


AfterEpoch = Callable[[Epoch], None]


def seed_training(seed: int) -> None:
    """Seed every generator that Keras draws from, and compute with one thread."""
    import keras

    from mebench_mean.backend import use_one_thread

    use_one_thread()
    keras.utils.set_random_seed(seed)


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
        The chosen pairs of frames, in a drawn order.
    labels : float32, shape (n,)
        Their pseudo-labels.
    schedule : TrainingSchedule
        How long.
    seed : int
        Of the first weights, dropout, and the order of the pairs in each epoch.
    after_epoch : callable
        Called after each epoch.
    """
    kind = NetworkKind("spotting", 1, frozen=False)
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
    """Train a recognition network.

    Parameters
    ----------
    spotting : Model or None
        The trained spotting network whose shared part is taken over and frozen; None trains a
        network of its own.
    features : array, shape (n, 42, 42, 3)
        Onset-to-apex pairs.
    emotions : int64, shape (n,)
        Their classes.
    classes : int
        How many there are.
    schedule : TrainingSchedule
        How long.
    seed : int
        Of the first weights, dropout, and the order of the pairs in each epoch.
    after_epoch : callable
        Called after each epoch.
    """

    def build() -> keras.Model:
        return (
            recognition_network(classes)
            if spotting is None
            else transfer_network(spotting, classes)
        )

    targets = np.eye(classes, dtype=np.float32)[emotions]
    kind = NetworkKind("recognition", classes, frozen=spotting is not None)
    return _fit(kind, build, features, targets, schedule, seed, after_epoch)


def _fit(
    kind: NetworkKind,
    build: Callable[[], keras.Model],
    features: NDArray[np.floating],
    targets: NDArray[np.float32],
    schedule: TrainingSchedule,
    seed: int,
    after_epoch: AfterEpoch,
) -> keras.Model:
    seed_training(seed)
    network = compiled_network(kind, build(), schedule.learning_rate)
    streams = split_streams(features)
    orders = np.random.default_rng(seed)
    # Keras's own fit() begins every epoch with a new pipeline, which takes longer than an epoch of
    # recognition, and reads ahead in a thread, which takes time from the worker beside.
    for number in range(1, schedule.epochs + 1) if len(features) else ():
        order, told = orders.permutation(len(features)), defaultdict[str, float](float)
        for start in range(0, len(order), schedule.batch):
            chosen = order[start : start + schedule.batch]
            batch = [stream[chosen] for stream in streams]
            network.reset_metrics()
            logs = network.train_on_batch(batch, targets[chosen], return_dict=True)
            for name, value in logs.items():
                told[name] += float(value) * len(chosen)
        after_epoch(
            Epoch(
                number=number,
                share=number / schedule.epochs,
                network=network,
                loss=told["loss"] / len(order),
                accuracy=told["accuracy"] / len(order) if "accuracy" in told else np.nan,
            )
        )
    return detached_copy(network, build)


def outputs(network: keras.Model, features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return a network's outputs.

    Parameters
    ----------
    features : array, shape (n, 42, 42, 3)
        Pairs of frames.

    Returns
    -------
    float32, shape (n, outputs)
    """
    if len(features) == 0:
        return np.zeros((0, int(network.output_shape[-1])), np.float32)
    asked = inference_copy(network)
    found = asked.predict(split_streams(features), batch_size=INFERENCE_BATCH, verbose=0)
    return np.asarray(found, np.float32)
