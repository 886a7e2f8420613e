"""Weights of a network as named arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray


def weight_arrays(network: keras.Model) -> dict[str, NDArray[np.float32]]:
    """Return a network's weights: ``u_convolution.0`` is a kernel, ``u_convolution.1`` a bias."""
    return {
        f"{layer.name}.{place}": np.asarray(array, np.float32)
        for layer in network.layers
        for place, array in enumerate(layer.get_weights())
    }


def load_arrays(network: keras.Model, arrays: Mapping[str, NDArray[np.float32]]) -> None:
    """Give a network the weights that :func:`weight_arrays` returned of one of its kind.

    Raises
    ------
    KeyError, ValueError
        If weights are missing, or not of the right shape.
    """
    for layer in network.layers:
        count = len(layer.get_weights())
        if count:
            layer.set_weights([arrays[f"{layer.name}.{place}"] for place in range(count)])
