"""What depends on Keras's backend: the number of threads, and versions."""

from __future__ import annotations

import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


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


def software() -> list[str]:
    """Return the versions that a trained weight depends on, without starting the backend."""
    found = []
    for name in ("keras", backend_name()):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(name)
    return found
