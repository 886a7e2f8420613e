"""All recognition methods: what they predict for a fold, also for samples at the limits."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from mebench.runner import (
    AnnotatedSample,
    Fold,
    SamplePrediction,
    Size,
    Store,
    UnseenVideo,
    ignore_progress,
)
from mebench.runner.trivial.majority import Majority
from mebench_classics.bi_woof import BiWoof, BiWoofOptions
from mebench_classics.flow_network import FlowNetworkOptions
from mebench_classics.lbp_top import LbpTop, LbpTopOptions
from mebench_classics.off_apexnet import OffApexNet, OffApexNetOptions
from mebench_classics.recognizer import Recognizer
from mebench_classics.ststnet import STSTNet
from mebench_vision.features.extraction import search_apex
from mebench_vision.features.feature_cache import video_faces
from tests.classics.samples import interval, recognition_fold, samples

METHODS: dict[str, Recognizer] = {
    "bi-woof": BiWoof(BiWoofOptions()),
    "lbp-top": LbpTop(LbpTopOptions()),
    "off-apexnet": OffApexNet(OffApexNetOptions(epochs=1)),
    "ststnet": STSTNet(FlowNetworkOptions(epochs=2)),
}
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def predictions(method: Recognizer, fold: Fold) -> list[SamplePrediction]:
    """Return the predictions of a fold: one for each test sample, of the class that scores best."""
    method.protocol = fold.protocol
    found = list(method.predict(fold))
    assert [one.sample for one in found] == list(fold.test_samples)
    for one in found:
        assert one.emotion_scores is not None
        assert list(one.emotion_scores) == list(fold.protocol.classes)
        assert all(map(math.isfinite, one.emotion_scores.values()))
        assert one.emotion == max(fold.protocol.classes, key=one.emotion_scores.__getitem__)
    return found


@every_method
def test_what_is_learned_depends_on_the_fold_alone(method: Recognizer, tmp_path: Path) -> None:
    """A process that predicts several folds gives each the same predictions as one of its own."""
    assert method.reuses_process and method.recognizes and not method.spots
    fold = recognition_fold(tmp_path)
    first = predictions(method, fold)
    first_person, second_person = samples()
    other = replace(
        fold,
        training_samples=second_person,
        test_samples=tuple(sample.without_emotion() for sample in first_person),
    )
    assert len(predictions(method, other)) == 3
    again = type(method)(method.options)
    assert predictions(again, fold) == first


@every_method
def test_prepared_samples_are_not_computed_again(method: Recognizer, tmp_path: Path) -> None:
    fold = recognition_fold(tmp_path)
    for sample in (*fold.training_samples, *fold.test_samples):
        method.prepare(sample.video, fold.store, ignore_progress)
        method.prepare_sample(sample, fold.store, ignore_progress)
    in_fold = Store(tmp_path, "fold")
    predictions(method, replace(fold, store=in_fold))
    assert not in_fold.own_folder.exists()


@every_method
def test_spotted_intervals_of_any_length(method: Recognizer, tmp_path: Path) -> None:
    """One and two frames, at both ends of the video, with and without an apex."""
    last = samples()[0][0].video.n_frames - 1
    frames = [(0, None, 0), (0, 0, 1), (last, last, last), (last - 1, None, last), (0, None, last)]
    test = tuple(interval(*one) for one in frames)
    assert len(predictions(method, recognition_fold(tmp_path, test=test))) == len(frames)


@every_method
def test_one_class_is_predicted_without_learning(method: Recognizer, tmp_path: Path) -> None:
    surprise = tuple(replace(sample, emotion="surprise") for sample in samples()[0])
    found = predictions(method, recognition_fold(tmp_path, surprise))
    assert {one.emotion for one in found} == {"surprise"}


@every_method
def test_without_training_samples_the_prediction_is_that_of_the_majority(
    method: Recognizer, tmp_path: Path
) -> None:
    fold = recognition_fold(tmp_path, ())
    for one, other in zip(
        predictions(method, fold), Majority(Majority.options_type()).predict(fold), strict=True
    ):
        assert isinstance(other, SamplePrediction) and one.emotion == other.emotion


@every_method
def test_fewer_samples_than_classes(method: Recognizer, tmp_path: Path) -> None:
    _, positive, surprise = samples()[0]
    found = predictions(method, recognition_fold(tmp_path, (positive, surprise)))
    assert len(found) == 3


@every_method
def test_no_test_samples(method: Recognizer, tmp_path: Path) -> None:
    assert predictions(method, recognition_fold(tmp_path, test=())) == []


@every_method
def test_metadata(method: Recognizer) -> None:
    video = samples()[0][0].video
    assert method.size([video]) == Size(disk=video.n_frames * 128 * 128)
    assert {"cv2", "dlib"} < set(method.requirements())
    assert method.dependencies() and method.variant_name()
    sentences = method.deviations()
    assert len(set(sentences)) == len(sentences) > 2
    assert all(sentence.endswith(".") for sentence in sentences)
    method.warm_up()
    assert method.default_jobs() in {None, 1}


def test_a_missing_apex_is_searched_and_the_onset_is_none(tmp_path: Path) -> None:
    method, fold = METHODS["bi-woof"], recognition_fold(tmp_path)
    assert isinstance(method, BiWoof)
    faces = video_faces(fold.test_samples[0].video, method.features, fold.store)
    searched = search_apex(faces, 0, 29, method.features)
    assert 0 < searched < 29

    def description(onset: int, apex: int | None, offset: int) -> list[float]:
        found: list[float] = method.describe(interval(onset, apex, offset), fold.store).tolist()
        return found

    assert description(0, None, 29) == description(0, searched, 29)
    assert description(0, 0, 5) == description(0, 5, 5)
    # Between two frames, the search gives the onset.
    assert description(4, None, 5) == description(4, 5, 5)
    assert not any(description(4, 4, 4))


def test_a_sample_without_frames_is_the_complete_video(tmp_path: Path) -> None:
    method, fold = METHODS["lbp-top"], recognition_fold(tmp_path)
    known = samples()[0][0]
    clip = AnnotatedSample(
        *(known.dataset, known.subject, "clip", UnseenVideo(known.video)),
        *(None, None, None, "negative"),
    )
    complete = replace(clip, onset=0, offset=known.video.n_frames - 1)
    found, expected = (method.describe(one, fold.store).tolist() for one in (clip, complete))
    assert found == expected
