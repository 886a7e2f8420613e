"""Compiled networks, reused within a process and reset for each training.

Building the graph of a training step takes seconds, which every fold would pay again. So a
process keeps one compiled network of each kind, and each training resets its weights, the state
of dropout, and that of the optimizer.
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
    """What tells compiled networks apart.

    Attributes
    ----------
    task : {"spotting", "recognition"}
        Which network.
    outputs : int
        Its outputs.
    frozen : bool
        Whether only its head learns.
    """

    task: str
    outputs: int
    frozen: bool


_compiled_networks: dict[NetworkKind, keras.Model] = {}
_inference_copies: dict[tuple[str, int], keras.Model] = {}


def compiled_network(kind: NetworkKind, fresh: keras.Model, learning_rate: float) -> keras.Model:
    """Return a compiled network in the state of one that was just built.

    Parameters
    ----------
    kind : NetworkKind
        Which.
    fresh : Model
        Just built; it may be the one that is returned.
    learning_rate : float
        Of Adam.
    """
    import keras

    optimizer = keras.optimizers.Adam(learning_rate)
    kept = _compiled_networks.get(kind)
    if kept is None:
        fresh.compile(
            optimizer=optimizer,
            loss=("mean_squared_error" if kind.task == "spotting" else "categorical_crossentropy"),
            metrics=None if kind.task == "spotting" else ["accuracy"],
        )
        _compiled_networks[kind] = fresh
        return fresh
    optimizer.build(fresh.trainable_variables)
    _assign(kept.variables, fresh.variables)
    if kept.optimizer.built:
        _assign(kept.optimizer.variables, optimizer.variables)
    else:
        kept.optimizer.learning_rate = learning_rate
    return kept


def detached_copy(trained: keras.Model, build: Callable[[], keras.Model]) -> keras.Model:
    """Return a network of its own with the weights of a compiled one, which is used again.

    Parameters
    ----------
    trained : Model
        Compiled.
    build : callable
        Makes one of its kind.
    """
    network = build()
    network.set_weights(trained.get_weights())
    return network


def inference_copy(network: keras.Model) -> keras.Model:
    """Return a copy of a network, whose graph of answers may be built already.

    It is nobody's but this module's: the next question puts other weights into it.

    Parameters
    ----------
    network : Model
        Of spotting or recognition.
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
