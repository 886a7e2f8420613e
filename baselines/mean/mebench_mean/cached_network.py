"""A network that is trained when it is first needed; its weights and outputs are stored.

Studies of postprocessing (smoothing, intervals) therefore do not train again, and a fold that was
interrupted between its two steps continues with the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import MebenchError
from mebench_vision.networks.backend import device_name, software_versions

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from mebench.runner import Store


NETWORK_VERSION = 2
"""Increased when the training changes."""


class CachedNetwork:
    """A network of a fold, with its weights and outputs in the store.

    Parameters
    ----------
    store : Store
        Store of weights and outputs.
    key : mapping
        All that the weights depend on, as plain data: training data, schedule, seed.
    build : callable
        Returns the untrained network.
    train : callable
        Returns the trained network.
    """

    def __init__(
        self,
        store: Store,
        key: Mapping[str, Any],
        build: Callable[[], keras.Model],
        train: Callable[[], keras.Model],
    ) -> None:
        self._store, self._build, self._train = store, build, train
        self.key = {
            "kind": "mean-network",
            "version": NETWORK_VERSION,
            "package": version("mebench-mean"),
            "software": [" ".join(item).rstrip() for item in software_versions().items()],
            "device": device_name(),
            **key,
        }

    @cached_property
    def model(self) -> keras.Model:
        """The trained network."""
        from mebench_mean.architecture import load_arrays, weight_arrays

        weights = self._store.get(self.key)
        if weights is not None:
            network = self._build()
            load_arrays(network, weights)
            return network
        network = self._train()
        weights = weight_arrays(network)
        if not all(np.isfinite(array).all() for array in weights.values()):
            raise MebenchError.of(
                "training-diverged",
                f"The {self.key['network']} network has weights that are not finite.",
                "Choose a lower --learning-rate.",
            )
        self._store.put(self.key, weights)
        return network

    def outputs(
        self, features_key: Mapping[str, Any], load_features: Callable[[], NDArray[Any]]
    ) -> NDArray[np.float32]:
        """Return the outputs (n, outputs) of the network for some pairs of frames.

        Parameters
        ----------
        features_key : mapping
            Store key of the features.
        load_features : callable
            Returns the features, shape (n, 42, 42, 3).
        """
        key = {"kind": "mean-outputs", "network": self.key, "of": dict(features_key)}
        arrays = self._store.get(key)
        if arrays is None:
            from mebench_mean.training import outputs

            arrays = {"outputs": outputs(self.model, load_features())}
            self._store.put(key, arrays)
        return arrays["outputs"]
