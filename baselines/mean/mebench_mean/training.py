"""Training in two steps: spotting first, then recognition on the frozen shared part.

Every fold starts with new weights and a new optimizer, from the seed of the fold.
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
from mebench_mean.compiled_networks import (
    NetworkKind,
    compiled_network,
    detached_copy,
    inference_copy,
)

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

INFERENCE_BATCH = 256


@dataclass(frozen=True, slots=True)
class TrainingSchedule:
    """Length and step size of a training.

    Attributes
    ----------
    epochs : int
        Number of epochs; the last one is used, without model selection.
    batch : int
        Pairs of frames per step.
    learning_rate : float
        Learning rate of the Adam optimizer.
    """

    epochs: int
    batch: int
    learning_rate: float

    def as_list(self) -> list[float]:
        """Return plain data, for store keys."""
        return [self.epochs, self.batch, self.learning_rate]


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


def seed_training(seed: int) -> None:
    """Seed all random generators that Keras uses, and use one thread."""
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
        The trained spotting network whose shared part is copied and frozen; None trains a separate
        network.
    features : array, shape (n, 42, 42, 3)
        Features of onset-to-apex pairs.
    emotions : int64, shape (n,)
        Class indices of the pairs.
    classes : int
        Number of classes.
    schedule : TrainingSchedule
        Length and step size.
    seed : int
        Seed of the initial weights, of dropout, and of the order of pairs in each epoch.
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
    generator = np.random.default_rng(seed)
    # fit() of Keras starts every epoch with a new pipeline, which takes longer than an epoch of
    # recognition, and reads ahead in a thread, which slows down the other workers.
    for number in range(1, schedule.epochs + 1) if len(features) else ():
        order, sums = generator.permutation(len(features)), defaultdict[str, float](float)
        for start in range(0, len(order), schedule.batch):
            indices = order[start : start + schedule.batch]
            batch = [stream[indices] for stream in streams]
            network.reset_metrics()
            logs = network.train_on_batch(batch, targets[indices], return_dict=True)
            for name, value in logs.items():
                sums[name] += float(value) * len(indices)
        after_epoch(
            Epoch(
                number=number,
                share=number / schedule.epochs,
                network=network,
                loss=sums["loss"] / len(order),
                accuracy=sums["accuracy"] / len(order) if "accuracy" in sums else np.nan,
            )
        )
    return detached_copy(network, build)


def outputs(network: keras.Model, features: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the outputs of a network.

    Parameters
    ----------
    features : array, shape (n, 42, 42, 3)
        Features of pairs of frames.

    Returns
    -------
    float32, shape (n, outputs)
    """
    if len(features) == 0:
        return np.zeros((0, int(network.output_shape[-1])), np.float32)
    copy = inference_copy(network)
    values = copy.predict(split_streams(features), batch_size=INFERENCE_BATCH, verbose=0)
    return np.asarray(values, np.float32)
