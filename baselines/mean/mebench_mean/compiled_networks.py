"""Compiled networks, reused within a process and reset for each training.

Building the graph of a training step takes seconds per fold. So a process keeps one compiled
network of each kind, and each training resets its weights and the states of dropout and optimizer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mebench_mean.architecture import recognition_network, spotting_network

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class NetworkKind:
    """Key of a compiled network.

    Attributes
    ----------
    task : {"spotting", "recognition"}
        Which network.
    outputs : int
        Number of outputs.
    frozen : bool
        Whether only the head is trained.
    """

    task: str
    outputs: int
    frozen: bool


_compiled_networks: dict[NetworkKind, keras.Model] = {}
_inference_copies: dict[tuple[str, int], keras.Model] = {}


def compiled_network(kind: NetworkKind, fresh: keras.Model, learning_rate: float) -> keras.Model:
    """Return a compiled network in the state of a newly built one.

    Parameters
    ----------
    kind : NetworkKind
        Kind of the network.
    fresh : Model
        A newly built network; it may be the result.
    learning_rate : float
        Learning rate of the Adam optimizer.
    """
    import keras

    optimizer = keras.optimizers.Adam(learning_rate)
    cached = _compiled_networks.get(kind)
    if cached is None:
        fresh.compile(
            optimizer=optimizer,
            loss=("mean_squared_error" if kind.task == "spotting" else "categorical_crossentropy"),
            metrics=None if kind.task == "spotting" else ["accuracy"],
        )
        _compiled_networks[kind] = fresh
        return fresh
    optimizer.build(fresh.trainable_variables)
    _assign(cached.variables, fresh.variables)
    if cached.optimizer.built:
        _assign(cached.optimizer.variables, optimizer.variables)
    else:
        cached.optimizer.learning_rate = learning_rate
    return cached


def detached_copy(trained: keras.Model, build: Callable[[], keras.Model]) -> keras.Model:
    """Return a new network with the weights of a compiled network, which will be reused.

    Parameters
    ----------
    trained : Model
        A compiled network.
    build : callable
        Returns a new network of the same kind.
    """
    network = build()
    network.set_weights(trained.get_weights())
    return network


def inference_copy(network: keras.Model) -> keras.Model:
    """Return a copy of a network for inference, whose graph may already be built.

    Use the copy at once: the next call loads other weights into it.

    Parameters
    ----------
    network : Model
        The spotting or the recognition network.
    """
    kind = network.name, int(network.output_shape[-1])
    if kind not in _inference_copies:
        task, outputs = kind
        _inference_copies[kind] = (
            spotting_network() if task == "spotting" else recognition_network(outputs)
        )
    _inference_copies[kind].set_weights(network.get_weights())
    return _inference_copies[kind]


def _assign(variables: Sequence[Any], values: Sequence[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
