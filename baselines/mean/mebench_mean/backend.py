"""Code that depends on the Keras backend: number of threads, gradients, versions."""

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
    """Make TensorFlow use one thread, regardless of the environment.

    The results of TensorFlow depend on the number of threads. Other backends follow the environment
    variables that mebench sets for its workers.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        # TensorFlow is already running, in a worker that trained an earlier fold with one thread.
        return


def gradient(score: Callable[[Any], Any], point: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the gradient of a scalar function at a point.

    Parameters
    ----------
    score : callable
        Maps a tensor of the shape of the point to a tensor with one number, with Keras operations.
    point : float32 array
        Where to compute the gradient.

    Raises
    ------
    UsageError
        ``backend-without-gradient`` if the Keras backend is neither TensorFlow nor JAX.
    """
    import keras

    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        tensor = tf.constant(point)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            value = score(tensor)
        return np.asarray(tape.gradient(value, tensor), np.float32)
    if name == "jax":
        jax: Any = importlib.import_module("jax")  # optional
        return np.asarray(jax.grad(score)(jax.numpy.asarray(point)), np.float32)
    raise UsageError.of(
        "backend-without-gradient",
        f"Explanations are not implemented for the Keras backend {name}.",
        "Set KERAS_BACKEND to tensorflow or jax.",
    )


def backend_name() -> str:
    """Return the name of the Keras backend, without starting it."""
    configured = os.environ.get("KERAS_BACKEND")
    if configured:
        return configured
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    try:
        return str(json.loads((home / "keras.json").read_text())["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow"


def software_versions() -> list[str]:
    """Return the software versions that weights depend on, without starting the backend."""
    names = ("keras", backend_name())
    return [" ".join(filter(None, [name, _version_of(name)])) for name in names]


def _version_of(name: str) -> str:
    """Return the version of a package, which has other names for builds for one device."""
    for distribution in (name, f"{name}-cpu", f"{name}-gpu", f"tf-nightly-{name}", "tf-nightly"):
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return ""
