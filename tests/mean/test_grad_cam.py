"""Explanations: Grad-CAM against a derivation in plain numpy, and maps on the face."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from mebench import UsageError
from mebench.runner import Fold
from mebench_mean.architecture import recognition_network, spotting_network, weight_arrays
from mebench_mean.grad_cam import explain, grad_cam_map, gradient, map_onto_face
from mebench_mean.options import MeanOptions
from mebench_vision.features.feature_cache import video_faces
from mebench_vision.features.regions import Region, cut_regions, face_regions
from mebench_vision.networks.training import seed_training
from tests.mean.folds import spotting_fold
from tests.mean.forward import convolution, normalization, pooling

OPTIONS = MeanOptions(spotting_epochs=1, recognition_epochs=1)


@pytest.fixture(scope="module")
def fold(tmp_path_factory: pytest.TempPathFactory) -> Fold:
    return spotting_fold(tmp_path_factory.mktemp("store"))


def network(outputs: int, seed: int) -> keras.Model:
    """Return a network without a weight of 0."""
    seed_training(seed)
    made = spotting_network() if outputs == 1 else recognition_network(outputs)
    random = np.random.default_rng(seed)
    made.set_weights(
        [np.asarray(one) + random.uniform(0.01, 0.1, one.shape) for one in made.get_weights()]
    )
    return made


def map_in_numpy(model: keras.Model, features: np.ndarray) -> np.ndarray:
    """Compute the map backwards through dense layer, pooling, ReLU and convolution."""
    weights = {name: one.astype(np.float64) for name, one in weight_arrays(model).items()}
    streams = []
    for at, name in enumerate(("u", "v", "strain")):
        image = features[..., at : at + 1].astype(np.float64)
        image = convolution(image, *(weights[f"{name}_convolution.{one}"] for one in range(2)))
        image = normalization(image, *(weights[f"{name}_normalization.{one}"] for one in range(4)))
        streams.append(pooling(image, 3))
    joined = np.concatenate(streams, axis=2)
    kernel = weights[f"{model.name}_convolution.0"]
    hidden = convolution(joined, kernel, weights[f"{model.name}_convolution.1"])
    dense = weights[f"{model.name}_dense.0"]
    scores = pooling(hidden, 2).reshape(-1) @ dense + weights[f"{model.name}_dense.1"]
    back = dense[:, scores.argmax()].reshape(7, 7, 8)
    slopes = np.zeros((18, 18, 14))
    for row, column, channel in np.ndindex(7, 7, 8):
        square = hidden[2 * row : 2 * row + 2, 2 * column : 2 * column + 2, channel]
        if square.max() > 0:
            down, right = np.unravel_index(square.argmax(), (2, 2))
            top, left = 2 * row + int(down), 2 * column + int(right)
            slopes[top : top + 5, left : left + 5] += (
                back[row, column, channel] * kernel[..., channel]
            )
    shares = slopes[2:-2, 2:-2].mean(axis=(0, 1))
    found = np.maximum(joined @ shares, 0)
    shown: np.ndarray = found / found.max() if found.max() > 0 else found
    return shown


@pytest.mark.parametrize(("outputs", "seed"), [(1, 1), (1, 2), (3, 3), (5, 4)])
def test_activation_against_plain_numpy(outputs: int, seed: int) -> None:
    features = np.random.default_rng(seed).random((42, 42, 3), dtype=np.float32)
    model = network(outputs, seed)
    expected = map_in_numpy(model, features)
    assert np.abs(grad_cam_map(model, features) - expected).max() < 1e-4


def test_activation_reaches_one_or_is_zero() -> None:
    features = np.random.default_rng(1).random((42, 42, 3), dtype=np.float32)
    model = network(1, 5)
    dense = model.get_layer("spotting_dense")
    kernel, bias = (np.asarray(one) for one in dense.get_weights())
    found = []
    for sign in (1, -1):
        dense.set_weights([sign * np.abs(kernel), bias])
        found.append(grad_cam_map(model, features))
        assert np.isfinite(found[-1]).all() and found[-1].min() >= 0
    assert max(one.max() for one in found) == 1
    dense.set_weights([0 * kernel, bias])
    assert (grad_cam_map(model, features) == 0).all()


def test_gradients_are_those_of_finite_differences() -> None:
    from keras import ops

    at = np.array([0.3, -0.7, 1.2], np.float32)
    found = gradient(lambda x: ops.sum(ops.sin(x) * x), at)
    assert found == pytest.approx(np.cos(at) * at + np.sin(at), abs=1e-5)


def test_other_backends_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(UsageError, match="backend-without-gradient"):
        gradient(lambda x: x, np.zeros(1, np.float32))


@pytest.mark.parametrize("name", ["released", "paper"])
def test_maps_are_in_the_regions_of_the_features(fold: Fold, name: str) -> None:
    faces = video_faces(fold.test[0], OPTIONS.features(), fold.store)
    regions = face_regions(faces.landmarks, name)  # type: ignore[arg-type]
    inside = np.zeros((128, 128), bool)
    for region in regions:
        inside[region.source] = True
        found = np.zeros((14, 14), np.float32)
        rows, columns = (slice(one.start // 3, one.stop // 3) for one in region.target)
        found[rows, columns] = 1
        face = map_onto_face(found, regions)
        assert (face[region.source] == 1).all()
        # Other regions show it only where they overlap this one.
        outside = np.ones((128, 128), bool)
        outside[region.source] = False
        assert np.nanmax(np.where(outside, face, 0)) == 0
    assert (np.isnan(map_onto_face(found, regions)) == ~inside).all()


def test_a_map_comes_back_when_it_is_cut_out_again() -> None:
    regions = (
        Region((slice(10, 31), slice(5, 47)), (slice(0, 21), slice(0, 42))),
        Region((slice(60, 81), slice(5, 47)), (slice(21, 42), slice(0, 42))),
    )
    found = np.zeros((14, 14), np.float32)
    found[3, 9] = found[11, 4] = 1
    face = np.nan_to_num(map_onto_face(found, regions))
    back = cut_regions(np.dstack([face, face]), regions)[..., 0]
    means = back.reshape(14, 3, 14, 3).mean(axis=(1, 3))
    assert np.argwhere(means > 0.5).tolist() == [[3, 9], [11, 4]]


def test_expressions_are_explained(fold: Fold) -> None:
    [video] = fold.test
    faces = video_faces(video, OPTIONS.features(), fold.store)
    found = [explain(fold, OPTIONS, video, apex) for apex in (17, 29, 6)]
    for apex, arrays in zip((17, 29, 6), found, strict=True):
        assert list(arrays) == ["face", "spotting", "recognition"]
        assert (arrays["face"] == faces.crops[apex]).all()
        for name in ("spotting", "recognition"):
            assert arrays[name].shape == arrays["face"].shape
            assert np.nanmin(arrays[name]) >= 0 and np.nanmax(arrays[name]) <= 1
    assert not np.array_equal(found[0]["spotting"], found[2]["spotting"], equal_nan=True)
