"""Recognition protocols: given intervals, and the recognition network alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mebench.protocols.loader import load_protocol
from mebench.runner import AnnotatedSample, Fold, SamplePrediction, Store, UnseenSample, UnseenVideo
from mebench_mean.baseline import Mean
from mebench_mean.flow_magnitude import FlowMagnitude
from mebench_mean.options import MeanOptions
from mebench_mean.training_data import sample_features
from mebench_synthetic.dataset import SyntheticDataset
from mebench_vision.features.feature_cache import apex_frame
from tests.mean.folds import RECIPE, prepared


@pytest.fixture(scope="module")
def samples() -> list[AnnotatedSample]:
    """Return a micro-expression of each of two people."""
    found = []
    for video in SyntheticDataset(RECIPE).videos():
        one = next(action for action in video.script.actions if action.kind == "micro")
        names = ("casme2", video.subject, "clip", UnseenVideo(video))
        found.append(
            AnnotatedSample(*names, one.onset, one.apex, one.offset, one.emotion or "positive")
        )
    return found


def unseen(sample: AnnotatedSample, apex: int | None) -> UnseenSample:
    return UnseenSample(
        sample.dataset,
        sample.subject,
        sample.id,
        sample.video,
        sample.onset,
        apex,
        sample.offset,
    )


def test_every_sample_is_predicted(samples: list[AnnotatedSample], tmp_path: Path) -> None:
    training, test = samples
    fold = Fold(
        "s02",
        load_protocol("megc2019-cde"),
        (),
        (),
        (training, training),
        (unseen(test, test.apex), unseen(test, None)),
        5,
        prepared(tmp_path),
        lambda share, what: None,
    )
    mean = Mean(MeanOptions(recognition_epochs=2))
    found = list(mean.predict(fold))
    assert len(found) == 2
    for one in found:
        assert isinstance(one, SamplePrediction)
        assert one.emotion_scores is not None
        shares = list(one.emotion_scores.values())
        assert sum(shares) == pytest.approx(1, abs=1e-5)
        assert one.emotion == fold.protocol.classes[int(np.argmax(shares))]
    assert list(mean.predict(fold)) == found


def test_an_apex_that_is_not_annotated_is_searched(
    samples: list[AnnotatedSample], tmp_path: Path
) -> None:
    settings, store = MeanOptions().features(), prepared(tmp_path)
    for one in samples:
        assert one.onset is not None and one.offset is not None
        apex = apex_frame(one.video, one.onset, one.offset, settings, store)
        assert one.onset < apex <= one.offset
        assert apex_frame(one.video, one.onset, one.offset, settings, store) == apex


def test_only_faces_are_prepared_where_nothing_is_spotted(
    samples: list[AnnotatedSample], tmp_path: Path
) -> None:
    """No flow of unused pairs, and no frame rate needed."""
    video = UnseenVideo(samples[0].video)
    video.fps = None
    mean = Mean(MeanOptions())
    mean.protocol = load_protocol("megc2019-cde")
    store = Store(tmp_path)
    assert mean.size([video]).pairs == 0
    mean.prepare(video, store, lambda share, what: None)
    [arrays] = [np.load(path) for path in tmp_path.rglob("*.npz")]
    assert arrays["crops"].shape == (video.n_frames, 128, 128)


def test_what_is_prepared_of_samples_every_fold_finds(
    samples: list[AnnotatedSample], tmp_path: Path
) -> None:
    mean, store = Mean(MeanOptions()), prepared(tmp_path)
    for sample in samples:
        mean.prepare_sample(sample.without_emotion(), store, lambda share, what: None)
    in_fold = Store(tmp_path, "fold")
    assert len(sample_features(samples, MeanOptions().features(), in_fold)) == len(samples)
    assert not in_fold.own_folder.exists()


def test_the_control_predicts_the_most_frequent_emotion(
    samples: list[AnnotatedSample], tmp_path: Path
) -> None:
    training, test = samples
    fold = Fold(
        *("s02", load_protocol("megc2019-cde"), (), (), (training, training)),
        *((unseen(test, None),), 5, prepared(tmp_path), lambda share, what: None),
    )
    [found] = FlowMagnitude(MeanOptions()).predict(fold)
    assert isinstance(found, SamplePrediction)
    assert found.emotion == training.emotion
