"""What a process computed before changes no digit of what it computes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mebench_mean import training
from mebench_mean.architecture import spotting_network
from mebench_vision.networks.training import TrainingSchedule

SCHEDULE = TrainingSchedule(1, 32, 5e-4)


def pairs(count: int) -> NDArray[np.float16]:
    return np.random.default_rng(count).random((count, 42, 42, 3)).astype(np.float16)


def ignore(epoch: Any) -> None:
    pass


def spotting(count: int) -> list[NDArray[Any]]:
    labels = (np.arange(count) % 3 == 0).astype(np.float32)
    weights: list[NDArray[Any]] = training.train_spotting(
        pairs(count), labels, SCHEDULE, 1, ignore
    ).get_weights()
    return weights


def recognition(count: int) -> list[NDArray[Any]]:
    network = spotting_network()
    network.set_weights(spotting(40))
    weights: list[NDArray[Any]] = training.train_recognition(
        network, pairs(count), np.arange(count) % 3, 3, SCHEDULE, 2, ignore
    ).get_weights()
    return weights


def outputs(count: int) -> list[NDArray[Any]]:
    network = spotting_network()
    network.set_weights(spotting(40))
    return [training.outputs(network, pairs(count))]


@pytest.mark.parametrize("compute", [spotting, recognition, outputs])
def test_smaller_folds_and_videos_leave_nothing_behind(
    compute: Callable[[int], list[NDArray[Any]]],
) -> None:
    """TensorFlow builds one graph for the first batch size, and one for all further sizes."""

    def forget() -> None:
        training._compiled_networks.clear()
        training._inference_networks.clear()

    many = 320 if compute is outputs else 45
    forget()
    alone = compute(many)
    forget()
    compute(20)
    for expected, found in zip(alone, compute(many), strict=True):
        np.testing.assert_array_equal(found, expected)
    forget()
