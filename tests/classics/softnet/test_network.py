"""SOFTNet: its size, that it learns, and a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mebench_classics.softnet.baseline import Softnet, SoftnetOptions
from mebench_classics.softnet.network import build_network, network_outputs, train_network
from mebench_vision.features.regions import FEATURE_SHAPE
from mebench_vision.networks.training import TrainingSchedule
from tests.classics.spotting import spot, spotting_fold


def test_it_has_the_parameters_of_the_authors_weights() -> None:
    """Their files have arrays of 78, 130, 208, 314,000 and 401 numbers."""
    network = build_network()
    assert [layer.count_params() for layer in network.layers if layer.weights] == [
        *(78, 130, 208, 314_000, 401),
    ]
    assert network.count_params() == 314_817


def test_it_learns_where_something_moves() -> None:
    generator = np.random.default_rng(0)
    features = generator.random((60, *FEATURE_SHAPE)).astype(np.float32) * 0.1
    labels = (np.arange(60) % 2).astype(np.float32)
    features[labels > 0, 8:14, 8:14] += 1
    shares: list[float] = []
    network = train_network(features, labels, TrainingSchedule(3, 12, 0.01), 1, shares.append)
    outputs = network_outputs(network, features)
    assert outputs[labels > 0].mean() > outputs[labels == 0].mean() + 0.3
    assert shares == [1 / 3, 2 / 3, 1]
    # The outputs do not depend on the other rows of a batch.
    np.testing.assert_allclose(network_outputs(network, features[:7]), outputs[:7], atol=1e-6)


def test_a_fold_is_trained_once(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path, "synthetic-str")
    baseline = Softnet(SoftnetOptions(epochs=1))
    prediction = spot(baseline, fold)
    assert set(prediction.curves) == {"spotting", "smoothed"}
    assert isinstance(prediction.score_threshold, dict)
    files = set(tmp_path.rglob("*.npz"))
    again = spot(baseline, fold)
    assert set(tmp_path.rglob("*.npz")) == files
    np.testing.assert_array_equal(again.curves["spotting"], prediction.curves["spotting"])
    assert again.spotted == prediction.spotted
    assert baseline.deviations() and baseline.dependencies() and baseline.requirements()


def test_training_pairs_are_balanced_and_only_positive_ones_augmented(tmp_path: Path) -> None:
    fold = spotting_fold(tmp_path, "synthetic-str")
    plain, augmented = Softnet(SoftnetOptions(augment=False)), Softnet(SoftnetOptions())
    plain.protocol = augmented.protocol = fold.protocol
    half = 2
    features, labels = plain.training_pairs(fold, "micro", half)
    [video] = fold.training
    assert plain.size(fold.training).pairs == video.n_frames - plain.k_for(video, "micro")
    truth = np.zeros(video.n_frames - plain.k_for(video, "micro"))
    for one in video.expressions:
        if one.kind == "micro":
            truth[max(0, one.onset - half + 1) : one.offset + 1] = 1
    positive, negative = int(truth.sum()), int((1 - truth).sum())
    assert labels.sum() == positive and len(labels) - positive == max(positive, negative) // 2
    more, more_labels = augmented.training_pairs(fold, "micro", half)
    assert more_labels.sum() == 4 * positive and len(more) == len(features) + 3 * positive
