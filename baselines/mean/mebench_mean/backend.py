"""What depends on Keras's backend: the number of threads."""

from __future__ import annotations


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
