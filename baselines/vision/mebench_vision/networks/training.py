"""Deterministic training of a Keras network: seeds, one thread, epochs without a data pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mebench_vision.networks.import_keras import keras

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TrainingSchedule(NamedTuple):
    """Length and step size of a training.

    Attributes
    ----------
    epochs : int
        Number of epochs; the last one is used, without model selection.
    batch : int
        Rows (pairs of frames, samples) per step.
    learning_rate : float
        Learning rate of the Adam optimizer.
    """

    epochs: int
    batch: int
    learning_rate: float


def seed_training(seed: int) -> None:
    """Seed all random generators that Keras uses, and use one thread."""
    if keras.backend.backend() == "tensorflow":
        _use_one_thread()
    keras.utils.set_random_seed(seed)


def _use_one_thread() -> None:
    """Make TensorFlow use one thread, regardless of the environment: its results depend on it.

    Other backends follow the environment variables that mebench sets for its workers.
    """
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        # TensorFlow is already running, in a worker that trained an earlier fold with one thread.
        return


def prepare_optimizer(network: keras.Model) -> None:
    """Create the states of a compiled network's optimizer.

    Otherwise the first step creates them, and its graph is built twice.
    """
    network.optimizer.build(network.trainable_variables)


def trace_sizes(step: Callable[..., Any], inputs: Sequence[Any], sizes: tuple[int, int]) -> None:
    """Build the two graphs of a step: one for batches of the first size, one for all other sizes.

    TensorFlow builds a graph for the first size that it meets, and at the second size another one,
    for all sizes. Their results differ in the last digits: those of a fold would depend on the
    sizes that the process met in other folds. A step of training changes the state of the network,
    so assign it afterwards. Other backends build a graph per size, so nothing is done.

    Parameters
    ----------
    step : callable
        Does a step with arrays of zeros, one per tensor.
    inputs : sequence of tensors
        The symbolic inputs (and outputs) whose shapes the arrays have.
    sizes : tuple of int
        The size of most batches, and any other size.
    """
    if keras.backend.backend() != "tensorflow":
        return
    for rows in sizes:
        step(*(np.zeros((rows, *tensor.shape[1:]), np.float32) for tensor in inputs))


def trace_training(network: keras.Model, batch: int) -> None:
    """Build the graphs of a training step of a compiled network, as :func:`trace_sizes`."""
    count = len(network.inputs)

    def step(*arrays: NDArray[np.float32]) -> None:
        inputs = arrays[0] if count == 1 else list(arrays[:count])
        network.train_on_batch(inputs, arrays[count])

    trace_sizes(step, [*network.inputs, network.output], (batch, batch + 1))


def reset_optimizer(network: keras.Model, learning_rate: float) -> None:
    """Put the optimizer of a compiled network into its first state."""
    optimizer = network.optimizer
    assign(optimizer.variables, [np.zeros(one.shape, one.dtype) for one in optimizer.variables])
    optimizer.learning_rate = learning_rate


def assign(variables: Sequence[Any], values: Sequence[Any]) -> None:
    """Assign values to variables of Keras, in order."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


class EpochMeans(NamedTuple):
    """An epoch that is done.

    Attributes
    ----------
    number : int
        Number of the epoch, from 1.
    means : dict of str to float
        Means of the loss and the metrics over the rows of the epoch.
    """

    number: int
    means: dict[str, float]


def train_epochs(
    network: keras.Model,
    batch_of: Callable[[NDArray[np.int64]], Any],
    targets: NDArray[np.float32],
    schedule: TrainingSchedule,
    seed: int,
) -> Iterator[EpochMeans]:
    """Train a compiled network, and yield each epoch when it is done.

    ``fit()`` of Keras starts every epoch with a new pipeline, which takes longer than an epoch of a
    small network, and reads ahead in a thread, which slows down the other workers.

    Parameters
    ----------
    network : Model
        The network, compiled.
    batch_of : callable
        Returns the inputs of the network for some row numbers.
    targets : float32 array of shape (n, outputs)
        The targets of all rows.
    schedule : TrainingSchedule
        Length and step size; the learning rate is that of the compiled optimizer.
    seed : int
        Seed of the order of the rows in each epoch.
    """
    generator = np.random.default_rng(seed)
    for number in range(1, schedule.epochs + 1) if len(targets) else ():
        order, sums = generator.permutation(len(targets)), defaultdict[str, float](float)
        for start in range(0, len(order), schedule.batch):
            indices = order[start : start + schedule.batch]
            network.reset_metrics()
            logs = network.train_on_batch(batch_of(indices), targets[indices], return_dict=True)
            for name, value in logs.items():
                sums[name] += float(value) * len(indices)
        yield EpochMeans(number, {name: total / len(order) for name, total in sums.items()})
