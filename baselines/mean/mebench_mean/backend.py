"""What depends on Keras's backend: the number of threads, gradients, and versions."""

from __future__ import annotations

import importlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def use_one_thread() -> None:
    """Let TensorFlow compute with one thread, whatever the environment says.

    Its results depend on the number of threads. Other backends keep to the environment that
    mebench's workers set.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        # TensorFlow is running already: in a worker that trained a fold before, with one thread.
        return


def gradient(score: Callable[[Any], Any], at: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the gradient of a number with respect to an array.

    Parameters
    ----------
    score : callable
        From a tensor of the array's shape to a tensor of one number, by Keras's operations.
    at : float32 array
        Where.

    Raises
    ------
    UsageError
        ``backend-without-gradient`` if Keras computes with anything but TensorFlow and JAX.
    """
    import keras

    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        place = tf.constant(at)
        with tf.GradientTape() as tape:
            tape.watch(place)
            value = score(place)
        return np.asarray(tape.gradient(value, place), np.float32)
    if name == "jax":
        jax: Any = importlib.import_module("jax")  # it may not be installed
        return np.asarray(jax.grad(score)(jax.numpy.asarray(at)), np.float32)
    raise UsageError.of(
        "backend-without-gradient",
        f"Explanations are not written for the Keras backend {name}.",
        "Set KERAS_BACKEND to tensorflow or jax.",
    )


def backend_name() -> str:
    """Return the backend that Keras computes with, without starting it."""
    given = os.environ.get("KERAS_BACKEND")
    if given:
        return given
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    try:
        return str(json.loads((home / "keras.json").read_text())["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow"


def software_versions() -> list[str]:
    """Return the versions that a trained weight depends on, without starting the backend."""
    names = ("keras", backend_name())
    return [" ".join(filter(None, [name, _version_of(name)])) for name in names]


def _version_of(name: str) -> str:
    """Return the version of a package, which has other names where it is built for one device."""
    for distribution in (name, f"{name}-cpu", f"{name}-gpu", f"tf-nightly-{name}", "tf-nightly"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return ""
