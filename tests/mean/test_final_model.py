"""Final weights: trained as for a fold, applied to any video; the authors' weights."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from mebench import MebenchError
from mebench.runner import Fold, Trained, UnseenVideo, VideoPrediction, ignore_progress
from mebench_mean.architecture import recognition_network, spotting_network, weight_arrays
from mebench_mean.author_weights import CLASSES, read_weight_file, weights_from_layers
from mebench_mean.baseline import Mean
from mebench_mean.expression_length import video_half_length
from mebench_mean.final_model import FinalModel
from mebench_mean.flow_magnitude import FlowMagnitude
from mebench_mean.hdf5_layers import read_layers
from mebench_mean.options import MeanOptions
from mebench_mean.training import outputs
from mebench_vision.features.feature_cache import video_features
from tests.mean.folds import people, recognition_fold, spotting_fold
from tests.mean.test_network import FILES, needs_weights

OPTIONS = MeanOptions(spotting_epochs=1, recognition_epochs=1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def fold(store: Path) -> Fold:
    return spotting_fold(store)


@pytest.fixture(scope="module")
def trained(fold: Fold) -> Trained:
    """Train on the first person only, so the second person is also the test video of a fold."""
    return Mean(OPTIONS).train(fold)


def with_rate(video: UnseenVideo, fps: float | None) -> UnseenVideo:
    """Return the same frames with another frame rate."""
    other = UnseenVideo(video)
    other.fps = fps
    return other


def with_changes(options: MeanOptions, **changes: object) -> MeanOptions:
    return MeanOptions(**(options.model_dump() | changes))


def test_the_final_weights(trained: Trained) -> None:
    assert trained.classes == ("negative", "positive", "surprise")
    assert trained.one_per_video is False
    assert {name.partition("/")[0] for name in trained.arrays} == {"spotting", "recognition"}
    count = sum(array.size for array in trained.arrays.values())
    assert count == 3621 + 4407
    lengths = {"half": 5, "half_seconds": 5 / 30, "half_length": None}
    expected = {"fps": 30, "k": 3, "share": 0.1, **lengths}
    assert json.loads(json.dumps(trained.about)) == expected


def test_a_video_is_predicted_as_in_its_fold(fold: Fold, trained: Trained) -> None:
    [expected] = Mean(OPTIONS).predict(fold)
    assert isinstance(expected, VideoPrediction)
    mean = Mean(OPTIONS)
    for _ in range(2):
        found = mean.spot(fold.test[0], trained, fold.store, ignore_progress)
        assert found.spotted == expected.spotted
        assert found.score_threshold == expected.score_threshold


def test_everybody_is_in_the_training(store: Path) -> None:
    fold = spotting_fold(store, everybody=True)
    trained = Mean(OPTIONS).train(fold)
    lengths = [len(one) for video in fold.training for one in video.expressions]
    assert len(lengths) == 2
    assert trained.about["half"] == sum(lengths) // 4


def test_lengths_follow_the_frame_rate(fold: Fold, trained: Trained) -> None:
    [video] = fold.test
    for fps, half in ((30, 5), (60, 10), (200, 33), (25, 4), (1, 1)):
        assert video_half_length(with_rate(video, fps), trained.about, OPTIONS) == half
    assert (
        video_half_length(with_rate(video, 60), trained.about, with_changes(OPTIONS, half_length=7))
        == 7
    )
    # Twice the rate: pairs are six frames apart, and intervals twice as long.
    answer = Mean(OPTIONS).spot(with_rate(video, 60), trained, fold.store, ignore_progress)
    assert np.isnan(answer.curves["spotting"]).sum() == 6
    assert answer.spotted
    for one in answer.spotted:
        assert one.apex is not None
        assert (one.onset, one.offset) == (max(0, one.apex - 10), min(29, one.apex + 10))


def test_the_published_length_is_that_of_the_training_or_an_error(
    fold: Fold, trained: Trained
) -> None:
    published = with_changes(OPTIONS, half_length="published")
    with pytest.raises(MebenchError, match="half-length-unpublished"):
        video_half_length(fold.test[0], trained.about, published)
    about = {**trained.about, "half_length": "published"}
    assert video_half_length(fold.test[0], about, published) == 5


def test_a_frame_rate_is_needed(fold: Fold, trained: Trained) -> None:
    video = with_rate(fold.test[0], None)
    for options in (OPTIONS, with_changes(OPTIONS, k=3), with_changes(OPTIONS, half_length=5)):
        with pytest.raises(MebenchError, match="frame-rate-missing"):
            Mean(options).spot(video, trained, fold.store, ignore_progress)
    both = with_changes(OPTIONS, k=3, half_length=5)
    assert Mean(both).spot(video, trained, fold.store, ignore_progress).spotted
    # Where the training videos had no rate either, the length in frames holds.
    unknown = trained.about | {"half_seconds": None}  # type: ignore[operator]
    assert video_half_length(video, unknown, OPTIONS) == 5


def test_weights_of_another_method_are_refused(trained: Trained) -> None:
    arrays = dict(trained.arrays)
    name = "spotting/u_convolution.0"
    wrong: list[dict[str, np.ndarray]] = [
        {key: one for key, one in arrays.items() if key != name},
        arrays | {name: arrays[name][:4]},
        arrays | {name: np.full_like(arrays[name], np.nan)},
        arrays | {name: arrays[name].astype("U")},
        arrays | {name: np.full(arrays[name].shape, 1e300)},
        arrays | {"recognition/recognition_dense.1": np.zeros(5, np.float32)},
        {},
    ]
    for one in wrong:
        with pytest.raises(MebenchError, match="weights-unfit"):
            FinalModel(replace(trained, arrays=one), OPTIONS)
    with pytest.raises(MebenchError, match="weights-unfit"):
        FinalModel(replace(trained, classes=("a", "b")), OPTIONS)


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"half_seconds": "x"},
        {"half_seconds": -1, "half": 4},
        {"half_seconds": float("nan")},
        {"half_seconds": 1e300},
        {"half_seconds": 10**400},
        {"half": 10**12},
    ],
)
def test_invalid_lengths_are_refused(fold: Fold, about: dict[str, object]) -> None:
    with pytest.raises(MebenchError, match="weights-unfit"):
        video_half_length(fold.test[0], about, OPTIONS)


def test_a_recognition_protocol_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(MebenchError, match="training-spots-nothing"):
        Mean(OPTIONS).train(recognition_fold(tmp_path))


def test_the_control_keeps_lengths_and_the_commonest_emotion(fold: Fold) -> None:
    control = FlowMagnitude(OPTIONS)
    trained = control.train(fold)
    assert not trained.arrays
    [known] = people()[0].expressions
    assert trained.about["emotion"] == known.emotion
    [expected] = control.predict(fold)
    found = control.spot(fold.test[0], trained, fold.store, ignore_progress)
    assert isinstance(expected, VideoPrediction)
    assert found.spotted == expected.spotted


@cache
def network(outputs: int) -> keras.Model:
    """Return an untrained network."""
    return spotting_network() if outputs == 1 else recognition_network(outputs)


def write(path: Path, heads: list[int], nested: bool = False, trained: int = 2) -> Path:
    """Write a file in the authors' format with random weights; the first heads are trained."""
    random = np.random.default_rng([*path.name.encode()])

    def weights(layer: keras.Layer) -> dict[str, np.ndarray]:
        # A bias of 0 is that of a network that was never trained.
        shapes = [one.shape for one in layer.get_weights()]
        return {f"weight_{at}": random.uniform(0.01, 0.1, one) for at, one in enumerate(shapes)}

    layers: list[dict[str, np.ndarray]] = []
    models = [network(one) for one in heads]
    for model in models[:1]:
        shared = [one for one in model.layers if not one.name.startswith(model.name)]
        for kind in ("convolution", "normalization"):
            layers += [weights(one) for one in shared if one.name.endswith(kind)]
    for kind in ("convolution", "dense"):
        of_heads = [weights(one.get_layer(f"{one.name}_{kind}")) for one in models]
        for head in of_heads[trained:]:
            head["weight_1"] = np.zeros_like(head["weight_1"])
        layers += of_heads
    with h5py.File(path, "w") as file:
        group = file.create_group("model_weights") if nested else file
        group.attrs["layer_names"] = [f"layer_{at}".encode() for at in range(len(layers))]
        for at, arrays in enumerate(layers):
            layer = group.create_group(f"layer_{at}")
            layer.attrs["weight_names"] = [name.encode() for name in arrays]
            for name, array in arrays.items():
                layer[name] = array
    return path


def test_author_files(tmp_path: Path) -> None:
    spotting = write(tmp_path / "spot.hdf5", [1])
    recognition = write(tmp_path / "recog.hdf5", [5])
    both = write(tmp_path / "both.hdf5", [1, 3], nested=True)
    alone = Mean(OPTIONS).import_weights([spotting])
    assert alone.classes == ()
    assert {name.partition("/")[0] for name in alone.arrays} == {"spotting"}
    for files in ([spotting, recognition], [recognition, spotting]):
        two = Mean(OPTIONS).import_weights(files)
        assert two.classes == CLASSES[5]
        assert two.about["half_seconds"] == pytest.approx(0.17)
        # Each network keeps its own copy of the shared part.
        copies = [two.arrays[f"{one}/u_convolution.0"] for one in ("spotting", "recognition")]
        for copy, file in zip(copies, (spotting, recognition), strict=True):
            assert (copy == read_weight_file(file).convolutions[0][0]).all()
        assert (copies[0] != copies[1]).any()
    one = Mean(OPTIONS).import_weights([both])
    assert one.classes == CLASSES[3]
    assert one.about["half_seconds"] == pytest.approx(0.185)
    copies = [one.arrays[f"{name}/strain_convolution.0"] for name in ("spotting", "recognition")]
    assert (copies[0] == copies[1]).all()


def warnings_of(*files: Path, options: MeanOptions = OPTIONS) -> list[str]:
    trained = Mean(options).import_weights(list(files))
    return [warning.code for warning in trained.warnings]


def test_doubts_about_author_files_are_said(tmp_path: Path) -> None:
    five = write(tmp_path / "five.hdf5", [1, 5])
    three = write(tmp_path / "three.hdf5", [1, 3])
    assert warnings_of(five) == []
    assert warnings_of(three) == ["half-length-assumed"]
    assert warnings_of(three, options=with_changes(OPTIONS, half_length=17)) == []
    spotting, other = write(tmp_path / "spot.hdf5", [1]), write(tmp_path / "recog.hdf5", [5])
    assert warnings_of(spotting, other) == ["weights-mixed"]


def test_a_head_that_was_never_trained_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "both.hdf5", [1, 3], trained=1)
    content = read_weight_file(path)
    assert content.recognition is None and content.untrained == ("recognition",)
    trained = Mean(OPTIONS).import_weights([path])
    assert trained.classes == ()
    assert [one.code for one in trained.warnings] == ["weights-untrained", "half-length-assumed"]


def test_author_files_with_one_array_of_another_shape(tmp_path: Path) -> None:
    both = write(tmp_path / "both.hdf5", [1, 3])
    layers = read_layers(both)
    assert sum(map(len, layers)) == 2 * 3 + 4 * 3 + 2 * 4
    weights_from_layers(layers, both)
    for number, layer in enumerate(layers):
        for position, before in enumerate(layer):
            for other in (np.float32(1), np.concatenate([before, before], -1)):
                changed = [*layer[:position], np.asarray(other), *layer[position + 1 :]]
                with pytest.raises(MebenchError, match="weights-"):
                    weights_from_layers([*layers[:number], changed, *layers[number + 1 :]], both)


def test_author_files_that_do_not_form_a_method(tmp_path: Path) -> None:
    spotting = write(tmp_path / "spot.hdf5", [1])
    recognition = write(tmp_path / "recog.hdf5", [3])
    both = write(tmp_path / "both.hdf5", [1, 3])
    other = write(tmp_path / "four.hdf5", [4])
    for files in ([recognition], [], [spotting, both], [both, recognition], [recognition, other]):
        with pytest.raises(MebenchError, match="weights-combination"):
            Mean(OPTIONS).import_weights(files)
    with pytest.raises(MebenchError, match="weights-lacking"):
        Mean(OPTIONS).import_weights([spotting, other])
    (tmp_path / "text.hdf5").write_text("no")
    with pytest.raises(MebenchError, match="weights-unreadable"):
        Mean(OPTIONS).import_weights([tmp_path / "text.hdf5"])


@needs_weights
@pytest.mark.parametrize("dataset", ["CASME2", "SAMMLV"])
def test_the_authors_weights_predict_a_video(fold: Fold, dataset: str) -> None:
    files = {one.stem.split("-")[1]: one for one in FILES if one.stem.startswith(dataset)}
    features = video_features(fold.test[0], OPTIONS.features(), fold.store)["features"]
    for chosen in ([files["spot"], files["recog"]], [files["spot_recog"]], [files["spot"]]):
        trained = Mean(OPTIONS).import_weights(chosen)
        answer = Mean(OPTIONS).spot(fold.test[0], trained, fold.store, ignore_progress)
        spotting = network(1)
        read_weight_file(chosen[0]).load_into(spotting)
        curve = answer.curves["spotting"]
        assert np.abs(curve[: len(features)] - outputs(spotting, features)[:, 0]).max() < 1e-6
        assert {one.emotion for one in answer.spotted} <= {*trained.classes, None}
        assert all((one.emotion is None) == (not trained.classes) for one in answer.spotted)
        assert len(weight_arrays(spotting)) == sum("spotting/" in name for name in trained.arrays)
