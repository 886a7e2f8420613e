"""Predictions of a baseline: clipped to the video, or refused if they are not valid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.diagnostics import MebenchError
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.runner import (
    DetectedInterval,
    Fold,
    SamplePrediction,
    Store,
    UnseenSample,
    UnseenVideo,
    VideoPrediction,
)
from mebench.runner.prediction_checks import CheckedPredictions, check_predictions
from tests.runner.trials.dataset import Pixels

LENGTH = 40


def protocol(**more: Any) -> Protocol:
    return Protocol(
        **{
            "id": "toy@1",
            "title": "A toy",
            "task": "spot-then-recognize",
            "targets": ["micro"],
            "classes": ["negative", "positive"],
            "datasets": [ProtocolDataset(id="trials")],
            **more,
        }
    )


def fold(rules: Protocol | None = None) -> Fold:
    videos = [UnseenVideo(Pixels("s1", name, LENGTH)) for name in "ab"]
    sample = UnseenSample("trials", "s1", "c", videos[0], 1, None, 9)
    tests = (sample,) if rules is not None and not rules.targets else ()
    return Fold(
        "s1", rules or protocol(), (), tuple(videos), (), tests, 1, Store(Path()), lambda *_: None
    )


def answered(*spotted: Any, rules: Protocol | None = None, **more: Any) -> CheckedPredictions:
    one = fold(rules)
    return check_predictions([VideoPrediction(one.test[0], list(spotted), **more)], one)


def messages(answers: Any, one: Fold) -> list[str]:
    with pytest.raises(MebenchError) as caught:
        check_predictions(answers, one)
    assert {each.code for each in caught.value.diagnostics} == {"baseline-answer"}
    return [each.message for each in caught.value.diagnostics]


def spot(onset: Any = 1, offset: Any = 5, **more: Any) -> DetectedInterval:
    return DetectedInterval(onset, offset, **{"emotion": "negative", **more})


@given(st.integers(-200, 200), st.integers(-200, 200), st.integers(0, 400))
def test_an_interval_is_clipped_to_its_video(onset: int, offset: int, apex: int) -> None:
    one = fold()
    middle = onset + apex
    inside = onset <= offset and offset >= 0 and onset < LENGTH and middle <= offset
    answers = [VideoPrediction(one.test[0], [spot(onset, offset, apex=middle)])]
    if not inside:
        assert len(messages(answers, one)) == 1
        return
    found = check_predictions(answers, one)
    [row] = found.videos[0]["intervals"]
    kept = set(range(onset, offset + 1)) & set(range(LENGTH))
    assert (row["onset"], row["offset"]) == (min(kept), max(kept))
    assert row["onset"] <= row["apex"] <= row["offset"]
    assert row["apex"] == middle or middle not in kept
    assert found.clipped == (onset < 0 or offset >= LENGTH)


def test_to_the_end_of_time_is_to_the_end_of_the_video() -> None:
    found = answered(spot(-(10**12), 10**12), spot(3, 4))
    assert found.videos[0]["intervals"][0]["offset"] == LENGTH - 1
    assert found.clipped == 1


def test_videos_without_a_prediction_are_counted() -> None:
    one = fold()
    first, *others = one.test
    found = check_predictions([VideoPrediction(first, [])], one)
    assert (len(found.videos), found.unpredicted) == (len(one.test), len(others))


def test_numbers_of_numpy_are_numbers() -> None:
    found = answered(
        spot(np.int64(2), np.uint8(9), score=np.float32(0.5), emotion=np.str_(" NEGATIVE")),
        spot(np.array(3), 9, score=np.array(1.5)),
    )
    first, second = found.videos[0]["intervals"]
    assert first == {"onset": 2, "offset": 9, "score": 0.5, "emotion": "negative"}
    assert [type(value) for value in first.values()] == [int, int, float, str]
    assert second["onset"] == 3


@pytest.mark.parametrize(
    ("spotted", "word"),
    [
        (spot(1.0, 5), "`onset` is 1.0, not a frame number"),
        (spot(1, "5"), "`offset` is '5'"),
        (spot(True, 5), "`onset` is True"),
        (spot(None, 5), "`onset` is None"),
        (spot(np.array([1, 2]), 5), "`onset`"),
        (spot(10**5000, 5), "`onset` is a giant number"),
        (spot(apex=math.nan), "`apex` is nan"),
        (spot(apex=6), "The apex 6 is outside [1, 5]"),
        (spot(5, 1), "[5, 1] ends before it starts"),
        (spot(-9, -1), "[-9, -1] is outside the video of 40 frames"),
        (spot(40, 50), "[40, 50] is outside"),
        (spot(score=math.nan), "`score` is nan, not a finite number"),
        (spot(score=math.inf), "`score` is inf"),
        (spot(score="0.5"), "`score` is '0.5'"),
        (spot(score=1j), "`score` is 1j"),
        (spot(score=10**400), "`score` is 1000"),
        (spot(emotion=None), "The emotion None is not a class of toy@1 (negative, positive)"),
        (spot(emotion="joy"), "The emotion 'joy'"),
        (spot(emotion=3), "The emotion 3"),
        (spot(kind="mikro"), "The kind 'mikro'"),
        (spot(kind=["micro"]), "The kind ['micro']"),
        (spot(emotion_scores={"joy": 1.0}), "`emotion_scores`"),
        (spot(emotion_scores={"negative": math.nan}), "`emotion_scores` is nan"),
        (spot(emotion_scores=[0.1, 0.9]), "`emotion_scores`"),
        ((1, 5), "`spotted` contains (1, 5), not a DetectedInterval"),
        (None, "`spotted` contains None, not a DetectedInterval"),
    ],
)
def test_invalid_values_are_named_and_refused(spotted: Any, word: str) -> None:
    one = fold()
    [message] = messages([VideoPrediction(one.test[0], [spotted])], one)
    assert word in message


@pytest.mark.parametrize(
    ("prediction", "word"),
    [
        ({"spotted": None}, "`spotted` is of the type NoneType; expected a list"),
        ({"spotted": 3}, "`spotted` is of the type int"),
        ({"score_threshold": math.nan}, "`score_threshold` is nan"),
        ({"score_threshold": {}}, "`score_threshold` is {}"),
        ({"score_threshold": {"mikro": 1.0}}, "not one number per kind"),
        ({"score_threshold": {"micro": "x"}}, "`score_threshold` is 'x'"),
        ({"curves": np.zeros(LENGTH)}, "`curves`"),
        (
            {"curves": {"c": np.zeros(LENGTH + 1)}},
            "'c' does not have one float per frame (40 frames)",
        ),
        ({"curves": {"c": np.zeros((LENGTH, 1))}}, "one float per frame"),
        ({"curves": {"c": np.zeros(LENGTH, int)}}, "one float per frame"),
        ({"curves": {"c": ["x"] * LENGTH}}, "one float per frame"),
        ({"curves": {"c": [[1.0], [1.0, 2.0]]}}, "one float per frame"),
        ({"curves": {"c": None}}, "one float per frame"),
        ({"curves": {"": np.zeros(LENGTH)}}, "A curve is named ''"),
        ({"curves": {"a/b": np.zeros(LENGTH)}}, "A curve is named 'a/b'"),
        ({"curves": {7: np.zeros(LENGTH)}}, "A curve is named 7"),
        ({"video": "a"}, "The video of a prediction is 'a', not one of fold.test"),
        ({"video": None}, "The video of a prediction is None"),
        (
            {"video": Pixels("s2", "a", LENGTH)},
            "'a' of subject 's2' is not in the test set of this fold",
        ),
    ],
)
def test_predictions_with_wrong_values_are_refused(
    prediction: Mapping[str, Any], word: str
) -> None:
    test_fold = fold()
    values = {"video": test_fold.test[0], "spotted": [], **prediction}
    [message] = messages([VideoPrediction(**values)], test_fold)
    assert word in message


@pytest.mark.parametrize(
    "predictions", [None, 7, VideoPrediction, [None], "a", [{"video": "a"}], {"a": []}]
)
def test_other_objects_than_predictions_are_refused(predictions: Any) -> None:
    assert len(messages(predictions, fold())) == 1


def test_all_problems_are_reported_with_their_places() -> None:
    one = fold()
    with pytest.raises(MebenchError) as caught:
        check_predictions(
            [
                VideoPrediction(one.test[0], [spot(2.5), spot(emotion="joy")]),
                VideoPrediction(one.test[1], [spot(9, 3)]),
                VideoPrediction(one.test[1], []),
            ],
            one,
        )
    places = [each.place for each in caught.value.diagnostics]
    assert [(place.subject, place.video) for place in places] == [
        ("s1", "a"),
        ("s1", "a"),
        ("s1", "b"),
        ("s1", "b"),
    ]


def test_all_intervals_have_a_score_or_none_has() -> None:
    one = fold()
    [message] = messages([VideoPrediction(one.test[0], [spot(), spot(score=1.0)])], one)
    assert message == "Some intervals have a score, and some have none."


def test_a_video_without_a_prediction_has_no_intervals() -> None:
    one = fold()
    assert check_predictions([VideoPrediction(one.test[1], [spot()])], one).videos[0] == {
        "subject": "s1",
        "video": "a",
        "intervals": [],
    }
    assert [row["video"] for row in check_predictions(iter(()), one).videos] == ["a", "b"]


def test_rows_are_in_the_order_of_the_fold() -> None:
    one = fold()
    found = check_predictions(
        [VideoPrediction(one.test[1], []), VideoPrediction(one.test[0], [])], one
    )
    assert [row["video"] for row in found.videos] == ["a", "b"]


def test_two_targets_need_a_kind() -> None:
    rules = protocol(task="spot", targets=["macro", "micro"], classes=[])
    one = fold(rules)
    [message] = messages([VideoPrediction(one.test[0], [DetectedInterval(1, 5)])], one)
    assert "no kind" in message
    assert answered(DetectedInterval(1, 5, kind="macro"), rules=rules).videos[0]["intervals"] == [
        {"onset": 1, "offset": 5, "kind": "macro"}
    ]


def test_emotions_of_samples_are_predicted() -> None:
    rules = protocol(task="recognize", targets=[])
    one = fold(rules)
    [sample] = one.test_samples
    scores = {"Negative": 0.25, "positive": 1}
    assert check_predictions([SamplePrediction(sample, "NEGATIVE", scores)], one).samples == [
        {
            "subject": "s1",
            "sample": "c",
            "emotion": "negative",
            "emotion_scores": {"negative": 0.25, "positive": 1.0},
        }
    ]
    assert (
        len(messages([SamplePrediction(sample, "joy"), SamplePrediction(sample, "negative")], one))
        == 2
    )
    assert len(messages([SamplePrediction("c", "negative")], one)) == 1  # type: ignore[arg-type]


def test_curves_are_named_after_their_video() -> None:
    one = fold()
    odd = UnseenVideo(Pixels("s/1", "50%", LENGTH))
    one = Fold("s/1", one.protocol, (), (odd,), (), (), 1, one.store, one.report)
    found = check_predictions([VideoPrediction(odd, [], curves={"sureness": [0.5] * LENGTH})], one)
    assert list(found.curves) == ["s%2F1/50%25/sureness"]


def test_a_composite_names_the_data_set() -> None:
    both = [ProtocolDataset(id="trials"), ProtocolDataset(id="others")]
    rules = protocol(datasets=both)
    assert rules.is_composite
    found = answered(spot(), rules=rules, curves={"c": np.zeros(LENGTH)})
    assert found.videos[0]["dataset"] == "trials"
    assert list(found.curves) == ["trials/s1/a/c"]
