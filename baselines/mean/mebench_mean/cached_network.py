"""A network that is trained when it is first needed; its weights and outputs are stored.

A study of post-processing (smoothing, intervals) then trains nothing, and a fold that was
interrupted between its two steps continues with the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import MebenchError
from mebench_mean.architecture import load_arrays, weight_arrays
from mebench_mean.backend import software_versions

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from mebench.runner import Store


NETWORK_VERSION = 2
"""Raised with every change of what is trained."""


class CachedNetwork:
    """A network of a fold.

    Parameters
    ----------
    store : Store
        Where its weights and outputs are kept.
    key : mapping
        Everything its weights depend on, as plain data: what it learns from, how, and the seed.
    build : callable
        Makes it untrained.
    train : callable
        Makes and trains it.
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
            "software": software_versions(),
            **key,
        }

    @cached_property
    def model(self) -> keras.Model:
        """The trained network."""
        kept = self._store.get(self.key)
        if kept is None:
            trained = self._train()
            if not all(np.isfinite(one).all() for one in weight_arrays(trained).values()):
                raise MebenchError.of(
                    "training-diverged",
                    f"The {self.key['network']} network learnt numbers that are not finite.",
                    "A lower --learning-rate keeps it from that.",
                )
            self._store.put(self.key, weight_arrays(trained))
            return trained
        network = self._build()
        load_arrays(network, kept)
        return network

    def outputs(
        self, of: Mapping[str, Any], features: Callable[[], NDArray[Any]]
    ) -> NDArray[np.float32]:
        """Return what the network says of some pairs of frames.

        Parameters
        ----------
        of : mapping
            The key of their features.
        features : callable
            Gives them, shape (n, 42, 42, 3).

        Returns
        -------
        float32, shape (n, outputs)
        """
        from mebench_mean.training import outputs

        key = {"kind": "mean-outputs", "network": self.key, "of": dict(of)}
        kept = self._store.get(key)
        if kept is None:
            kept = {"outputs": outputs(self.model, features())}
            self._store.put(key, kept)
        return kept["outputs"]
