"""Small networks on the flow from onset to apex: inputs, training and outputs, which they share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mebench.runner import BaselineOptions, Fold
from mebench_classics.recognizer import FlowOptions, FlowRecognizer, Scores

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

INPUT_SIZE = 28
"""Height and width of the inputs, in pixels."""

GRAY_LEVELS = 255
"""The inputs are maps as 8-bit images would be: 0 to 255."""

SEED_LIMIT = 2**31 - 1
INFERENCE_BATCH = 256


class FlowNetworkOptions(FlowOptions):
    """The options of training."""

    epochs: int = Field(500, ge=1, description="Epochs of training.")
    batch: int = Field(256, ge=1, description="Samples per training step.")
    learning_rate: float = Field(5e-5, gt=0, description="Learning rate of the Adam optimizer.")


class FlowNetwork(FlowRecognizer):
    """A recognizer with a network, trained anew in each fold."""

    options_type = FlowNetworkOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, FlowNetworkOptions)
        self.training: FlowNetworkOptions = options

    @staticmethod
    @abstractmethod
    def network(classes: int) -> keras.Model:
        """Build the untrained network: softmax over the classes."""

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces, flow and network need, with their packages."""
        from mebench_vision.networks.backend import backend_name

        return {**super().requirements(), **{name: name for name in ("keras", backend_name())}}

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions depend on besides the options."""
        from mebench_vision.networks.backend import device_name, software_versions

        return {**software_versions(), "device": device_name(), **super().dependencies()}

    def default_jobs(self) -> int | None:
        """Return one process on a GPU, whose memory several processes would share."""
        from mebench_vision.networks.backend import CPU, device_name

        return None if device_name().startswith(CPU) else 1

    def learn(
        self, descriptions: NDArray[np.float32], classes: NDArray[np.int64], fold: Fold
    ) -> Scores:
        """Train the network with cross-entropy; the last epoch is used."""
        from mebench_vision.networks.import_keras import keras
        from mebench_vision.networks.training import (
            TrainingSchedule,
            seed_training,
            train_epochs,
        )

        seed = fold.random_stream(self.name).integer(0, SEED_LIMIT)
        seed_training(seed)
        network = _compiled(self, len(fold.protocol.classes))
        mean = descriptions.mean(axis=0)
        inputs = descriptions - mean
        targets = np.eye(len(fold.protocol.classes), dtype=np.float32)[classes]
        schedule = TrainingSchedule(
            self.training.epochs, self.training.batch, self.training.learning_rate
        )
        for epoch in train_epochs(network, lambda rows: inputs[rows], targets, schedule, seed):
            fold.report(epoch.number / schedule.epochs, "training")

        def scores(tested: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
            batches = np.split(tested - mean, range(INFERENCE_BATCH, len(tested), INFERENCE_BATCH))
            outputs = [network(batch, training=False) for batch in batches]
            return np.concatenate([keras.ops.convert_to_numpy(batch) for batch in outputs])

        return scores


_compiled_networks: dict[tuple[str, int, int], keras.Model] = {}


def _compiled(method: FlowNetwork, classes: int) -> keras.Model:
    """Return a compiled network in the state of a newly built one.

    Building the graph of a training step takes seconds, so a process keeps one network of each
    kind.
    """
    from mebench_vision.networks.import_keras import keras
    from mebench_vision.networks.training import (
        assign,
        prepare_optimizer,
        reset_optimizer,
        trace_training,
    )

    kind = method.name, classes, method.training.batch
    fresh = method.network(classes)
    if kind not in _compiled_networks:
        network = method.network(classes)
        network.compile(keras.optimizers.Adam(), loss="categorical_crossentropy")
        prepare_optimizer(network)
        trace_training(network, method.training.batch)
        _compiled_networks[kind] = network
    network = _compiled_networks[kind]
    assign(network.variables, fresh.variables)
    reset_optimizer(network, method.training.learning_rate)
    return network


def resized_maps(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each channel of (128, 128, channels) to 0 to 255, and resize to (28, 28, channels).

    Each pixel of the result is the mean of the pixels that it covers. A constant channel is 0.
    """
    import cv2

    from mebench_vision.features.pair_features import scale_to_unit

    scaled = scale_to_unit(np.ascontiguousarray(maps)) * np.float32(GRAY_LEVELS)
    size = (INPUT_SIZE, INPUT_SIZE)
    return np.asarray(cv2.resize(scaled, size, interpolation=cv2.INTER_AREA), np.float32)
