"""The trivial baselines on random small truths: what each says it does, it does."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mebench.runner.trivial
from mebench.models.base import KINDS
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.runner import (
    AnnotatedSample,
    AnnotatedVideo,
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Expression,
    Fold,
    SamplePrediction,
    Store,
    UnseenSample,
    UnseenVideo,
    VideoPrediction,
)
from mebench.runner.prediction_checks import CheckedPredictions, check_predictions
from mebench.runner.registry import baseline_class, baseline_names
from tests.runner.trials.dataset import Pixels

TRIVIAL = ("empty", "fixed-grid", "majority", "oracle-spotting", "random", "whole-video")
CLASSES = ["negative", "positive", "surprise"]


def protocol(**more: Any) -> Protocol:
    return Protocol(
        **{
            "id": "toy@1",
            "title": "A toy",
            "task": "spot-then-recognize",
            "targets": ["micro"],
            "classes": CLASSES,
            "datasets": [ProtocolDataset(id="trials")],
            **more,
        }
    )


PROTOCOLS = st.sampled_from(
    [
        protocol(),
        protocol(one_per_video=True),
        protocol(task="spot", classes=[]),
        protocol(task="spot", classes=[], targets=["macro", "micro"]),
        protocol(targets=["micro", "macro"]),
    ]
)


@st.composite
def expressions(draw: st.DrawFn, length: int) -> Expression:
    onset = draw(st.integers(0, length - 1))
    offset = draw(st.integers(onset, length - 1))
    kind = draw(st.sampled_from(KINDS))
    return Expression(onset, offset, None, kind, draw(st.sampled_from([*CLASSES, None])))


@st.composite
def folds(draw: st.DrawFn) -> Fold:
    rules = draw(PROTOCOLS)

    def video(number: int, subject: str) -> AnnotatedVideo:
        length = draw(st.integers(1, 120))
        found = draw(st.lists(expressions(length), max_size=1 if rules.one_per_video else 4))
        return AnnotatedVideo(Pixels(subject, f"v{number}", length), found)

    training = [video(number, "s0") for number in range(draw(st.integers(1, 4)))]
    test = [UnseenVideo(video(number, "s1")) for number in range(draw(st.integers(1, 3)))]
    seed = draw(st.integers(0, 2**31))
    store = Store(Path())
    return Fold("s1", rules, tuple(training), tuple(test), (), (), seed, store, lambda *_: None)


def answers(name: str, fold: Fold) -> list[Any]:
    baseline: Baseline = baseline_class(name)(BaselineOptions())
    return list(baseline.predict(fold))


def spotted(name: str, fold: Fold) -> dict[str, list[DetectedInterval]]:
    """Return what a baseline spots, having seen that the harness takes it as it is."""
    given = answers(name, fold)
    assert check_predictions(given, fold).clipped == 0
    return {one.video.id: list(one.spotted) for one in given if isinstance(one, VideoPrediction)}


def trained(fold: Fold, kind: str) -> list[Expression]:
    return [one for video in fold.training for one in video.expressions if one.kind == kind]


@given(folds(), st.sampled_from([name for name in TRIVIAL if name != "oracle-spotting"]))
def test_every_answer_is_sound_and_the_same_again(fold: Fold, name: str) -> None:
    first = spotted(name, fold)
    assert first == spotted(name, fold)
    assert list(first) == [video.id for video in fold.test]
    backwards = replace(fold, test=fold.test[::-1])
    assert spotted(name, backwards) == first


@given(folds())
def test_a_grid_has_pieces_of_the_mean_training_length(fold: Fold) -> None:
    for video in fold.test:
        for kind in fold.protocol.targets:
            lengths = [len(one) for one in trained(fold, kind)] or [1]
            mean = int(sum(lengths) / len(lengths) + 0.5)
            expected = min(mean, video.n_frames)
            found = [one for one in spotted("fixed-grid", fold)[video.id] if one.kind == kind]
            assert [(one.onset, one.offset) for one in found] == [
                (expected * place, expected * (place + 1) - 1)
                for place in range(video.n_frames // expected)
            ]


@given(folds())
def test_random_guesses_as_often_and_as_long_as_it_has_learnt(fold: Fold) -> None:
    frames = sum(video.n_frames for video in fold.training)
    for video in fold.test:
        found = spotted("random", fold)[video.id]
        for kind in fold.protocol.targets:
            learnt = trained(fold, kind)
            mine = [one for one in found if one.kind == kind]
            rate = video.n_frames * len(learnt) / frames
            if fold.protocol.one_per_video:
                assert len(mine) == (1 if learnt else 0)
            else:
                assert int(rate) <= len(mine) <= int(rate) + 1
            lengths = {min(len(one), video.n_frames) for one in learnt}
            assert {one.offset - one.onset + 1 for one in mine} <= lengths
        assert all(one.score is not None and 0 <= one.score < 1 for one in found)
        assert [one.onset for one in found] == sorted(one.onset for one in found)


@given(folds())
def test_majority_names_the_commonest_emotion_at_the_same_places(fold: Fold) -> None:
    random, majority = spotted("random", fold), spotted("majority", fold)
    counts = Counter(one.emotion for one in trained(fold, "micro") if one.emotion)
    commonest = max(fold.protocol.classes, key=lambda name: counts[name], default=None)
    for name, found in majority.items():
        assert [replace(one, emotion=None) for one in found] == [
            replace(one, emotion=None) for one in random[name]
        ]
        assert all(one.emotion == commonest for one in found)
    for one in [*spotted("whole-video", fold).values(), *spotted("fixed-grid", fold).values()]:
        assert all(each.emotion == commonest for each in one)


@given(folds())
def test_whole_videos_and_empty_ones(fold: Fold) -> None:
    for video in fold.test:
        assert [
            (one.onset, one.offset, one.kind) for one in spotted("whole-video", fold)[video.id]
        ] == [(0, video.n_frames - 1, kind) for kind in fold.protocol.targets]
        assert spotted("empty", fold)[video.id] == []


@given(folds())
def test_the_oracle_spots_what_is_there(fold: Fold) -> None:
    told = replace(fold, test=fold.training)
    for video, truth in zip(fold.training, spotted("oracle-spotting", told).values(), strict=True):
        assert [(one.onset, one.offset, one.kind) for one in truth] == [
            (one.onset, one.offset, one.kind)
            for one in video.expressions
            if one.kind in fold.protocol.targets
        ]


def test_over_many_videos_random_finds_its_rate() -> None:
    """Five expressions in 400 frames, and 1000 videos of 100 frames: 1.25 each."""
    found = [
        Expression(10 * place, 10 * place + 5, None, "micro", "negative") for place in range(5)
    ]
    training = AnnotatedVideo(Pixels("s0", "v", 400), found)
    test = tuple(UnseenVideo(Pixels("s1", f"v{number}", 100)) for number in range(1000))
    fold = Fold("s1", protocol(), (training,), test, (), (), 3, Store(Path()), lambda *_: None)
    counts = Counter(len(one) for one in spotted("random", fold).values())
    assert set(counts) == {1, 2}
    assert 200 < counts[2] < 300


def named(fold: Fold, name: str) -> CheckedPredictions:
    return check_predictions(answers(name, fold), fold)


@given(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=9), st.integers(1, 5))
def test_samples_are_named(learnt: list[str], count: int) -> None:
    video = UnseenVideo(Pixels("s0", "v", 30))
    given = [
        AnnotatedSample("trials", "s0", f"c{number}", video, 1, None, 9, emotion)
        for number, emotion in enumerate(learnt)
    ]
    asked = [
        UnseenSample("trials", "s1", f"c{number}", video, 1, None, 9) for number in range(count)
    ]
    rules = protocol(task="recognize", targets=[])
    fold = Fold("s1", rules, (), (), tuple(given), tuple(asked), 1, Store(Path()), lambda *_: None)
    most = max(CLASSES, key=learnt.count)
    for name in ("majority", "fixed-grid", "whole-video", "oracle-spotting"):
        assert [one["emotion"] for one in named(fold, name).samples] == [most] * count
    assert {one["emotion"] for one in named(fold, "random").samples} <= set(learnt)
    assert named(fold, "empty").samples == []
    assert all(isinstance(one, SamplePrediction) for one in answers("random", fold))


def test_they_are_all_there_and_short() -> None:
    assert set(TRIVIAL) <= set(baseline_names())
    files = sorted(Path(mebench.runner.trivial.__path__[0]).glob("*.py"))
    assert len(files) >= len(TRIVIAL) + 1
    for file in files:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 55, file.name


@pytest.mark.parametrize("name", TRIVIAL)
def test_only_the_oracle_needs_the_truth(name: str) -> None:
    assert baseline_class(name).needs_truth == (name == "oracle-spotting")
