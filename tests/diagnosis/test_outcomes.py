"""Each rule of the causes, on the smallest example of it."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from mebench.models.diagnosis import Diagnosis
from tests.metrics import documents
from tests.metrics.documents import Document, interval, micro, protocol_of

BLINK = {"onset": 40, "offset": 48, "label": "eye blink"}


def diagnosed(
    truths: list[Document],
    predictions: list[Document],
    protocol: Document = documents.MICRO_STR_ALL_VIDEOS,
    events: list[Document] | None = None,
    **fields: Any,
) -> Diagnosis:
    """Diagnose one video."""
    truth = documents.truth({"1/a": truths})
    truth["videos"][0]["events"] = events or []
    given = documents.submission({"1/a": predictions}, protocol=protocol["id"], **fields)
    return mebench.diagnose(given, truth, protocol_of(protocol))


def explained(diagnosis: Diagnosis) -> list[tuple[str, str, str | None, int | None]]:
    """Return error, cause, direction and onset of each error."""
    return [(row.error, row.cause, row.direction, row.onset) for row in diagnosis.errors]


@pytest.mark.parametrize(
    ("predicted", "direction"),
    [
        ((5, 14), "early"),
        ((15, 24), "late"),
        ((12, 15), "too short"),
        ((10, 13), "too short"),
        ((16, 19), "too short"),
        ((5, 28), "too long"),
        ((10, 33), "too long"),
        ((0, 19), None),
        ((19, 28), None),
    ],
)
def test_localization_is_an_iou_from_a_tenth_to_a_half(
    predicted: tuple[int, int], direction: str | None
) -> None:
    """With the truth [10, 19]; [0, 19] is a hit, and [19, 28] has an IoU of 1/19."""
    errors = explained(diagnosed([micro(10, 19)], [micro(*predicted)]))
    if direction is not None:
        assert sorted(errors) == [
            ("false positive", "localization", direction, predicted[0]),
            ("miss", "localization", direction, 10),
        ]
    elif predicted == (0, 19):
        assert errors == []
    else:
        assert sorted(errors) == [
            ("false positive", "background", None, 19),
            ("miss", "missed", None, 10),
        ]


def test_an_iou_of_exactly_a_tenth_is_localization() -> None:
    """One shared frame of ten."""
    errors = diagnosed([micro(10, 14)], [micro(14, 19)]).errors
    assert {(error.cause, error.iou) for error in errors} == {("localization", 0.1)}


def test_each_truth_explains_one_localization_error_and_the_others_are_duplicates() -> None:
    diagnosis = diagnosed([micro(10, 19)], [micro(16, 25), micro(14, 24)])
    assert explained(diagnosis) == [
        ("miss", "localization", "late", 10),
        ("false positive", "localization", "late", 14),
        ("false positive", "duplicate", None, 16),
    ]


def test_of_equal_predictions_the_one_with_the_higher_score_is_the_localization_error() -> None:
    given = [micro(14, 24, score=0.2), micro(14, 24, score=0.9)]
    errors = diagnosed([micro(10, 19)], given).errors
    assert [(error.cause, error.score) for error in errors if error.score] == [
        ("localization", 0.9),
        ("duplicate", 0.2),
    ]


def test_duplicates_of_a_hit() -> None:
    diagnosis = diagnosed([micro(10, 19)], [micro(10, 19), micro(10, 18), micro(17, 22)])
    assert explained(diagnosis) == [
        ("false positive", "duplicate", None, 10),
        ("false positive", "duplicate", None, 17),
    ]


def test_wrong_kind_explains_a_false_positive_and_a_miss_and_is_turned() -> None:
    truths, predictions = [interval(10, 19, kind="macro")], [micro(10, 17, None)]
    diagnosis = diagnosed(truths, predictions, documents.TWO_TARGETS)
    assert {(error.error, error.cause) for error in diagnosis.errors} == {
        ("false positive", "wrong kind"),
        ("miss", "wrong kind"),
    }
    [wrong] = [cause for cause in diagnosis.causes if cause.false_positives]
    assert wrong.corrected["spotting_f1"].value == 1


def test_a_part_of_a_macro_expression_is_of_the_wrong_kind_and_is_removed() -> None:
    truths = [micro(10, 19), interval(30, 90, kind="macro", emotion="positive")]
    diagnosis = diagnosed(truths, [micro(10, 19), micro(26, 33), micro(25, 33)])
    assert explained(diagnosis) == [
        ("false positive", "background", None, 25),
        ("false positive", "wrong kind", None, 26),
    ]
    assert diagnosis.context == {"macro": 1}
    [error] = [error for error in diagnosis.errors if error.other]
    assert error.other is not None
    assert (error.other.what, error.other.onset) == ("macro", 30)


def test_a_macro_prediction_on_a_spotted_micro_expression_is_removed() -> None:
    predictions = [micro(10, 19, None), interval(10, 19, kind="macro")]
    diagnosis = diagnosed([micro(10, 19)], predictions, documents.TWO_TARGETS)
    assert explained(diagnosis) == [("false positive", "wrong kind", None, 10)]
    [wrong] = [cause for cause in diagnosis.causes if cause.false_positives]
    assert wrong.corrected["spotting_f1"].value == 1


@pytest.mark.parametrize("label", ["eye blink", "Blink", "眨眼", "nod"])
def test_half_of_the_frames_in_a_blink(label: str) -> None:
    events = [{**BLINK, "label": label}]
    diagnosis = diagnosed([], [micro(32, 47), micro(31, 47)], events=events)
    cause = "background" if label == "nod" else "blink"
    assert [error.cause for error in diagnosis.errors] == ["background", cause]


def test_an_expression_comes_before_a_blink() -> None:
    diagnosis = diagnosed([micro(40, 48)], [micro(40, 48), micro(41, 48)], events=[BLINK])
    assert [error.cause for error in diagnosis.errors] == ["duplicate"]


def test_a_candidate_below_the_threshold() -> None:
    predictions = [micro(10, 19, score=0.4), micro(11, 19, score=0.3), micro(60, 69, score=0.9)]
    diagnosis = diagnosed([micro(10, 19), micro(30, 39)], predictions, score_threshold=0.5)
    assert explained(diagnosis) == [
        ("miss", "below threshold", None, 10),
        ("miss", "missed", None, 30),
        ("false positive", "background", None, 60),
    ]
    assert (diagnosis.predictions, diagnosis.candidates) == (1, 2)
    corrected = {cause.cause: cause.corrected["spotting_f1"].value for cause in diagnosis.causes}
    assert corrected["below threshold"] == 0.5
    assert diagnosis.errors[0].other is not None
    assert diagnosis.errors[0].other.offset == 19


def test_the_emotion_of_a_missed_expression_does_not_enter_the_analysis() -> None:
    truths = [micro(10, 19, "negative"), micro(30, 39, "positive"), micro(50, 59, "surprise")]
    diagnosis = diagnosed(truths, [micro(10, 19, "negative")])
    missed = {cause.cause: cause.corrected for cause in diagnosis.causes}["missed"]
    assert missed["spotting_f1"].value == 1
    assert missed["analysis_f1"] == diagnosis.metrics["analysis_f1"]


def test_confusions_and_their_parts() -> None:
    truths = [micro(10, 19, "negative"), micro(30, 39, "positive"), micro(50, 59, "surprise")]
    given = [micro(10, 19, "positive"), micro(30, 39, "positive"), micro(50, 59, "surprise")]
    diagnosis = diagnosed(truths, given)
    [confused] = diagnosis.confusions
    assert (confused.truth, confused.predicted, confused.count) == ("negative", "positive", 1)
    assert confused.corrected["strs"].value == 1
    assert [(part.name, part.wrong_emotions) for part in diagnosis.parts["class"]] == [
        ("negative", 1),
        ("positive", 0),
        ("surprise", 0),
    ]
    assert explained(diagnosis) == [("wrong emotion", "wrong emotion", None, 10)]


def test_recognition_has_confusions_and_missing_predictions() -> None:
    names = {"1/a": "negative", "1/b": "positive", "2/a": "surprise"}
    keys = [dict(zip(("subject", "sample"), name.split("/"), strict=True)) for name in names]
    truth = documents.truth({}) | {
        "samples": [
            {**key, "emotion": emotion} for key, emotion in zip(keys, names.values(), strict=True)
        ]
    }
    given = documents.submission({}, protocol="recognize@1") | {
        "samples": [{**key, "emotion": "positive"} for key in keys[:2]]
    }
    protocol = protocol_of(documents.RECOGNITION)
    diagnosis = mebench.diagnose(given, truth, protocol, allow_missing=True)
    assert {cause.cause: cause.wrong_emotions for cause in diagnosis.causes} == {
        "wrong emotion": 1,
        "no prediction": 1,
    }
    assert [(row.truth, row.predicted) for row in diagnosis.confusions] == [
        ("negative", "positive"),
        ("surprise", None),
    ]
    assert diagnosis.all_corrected["uf1"].value == 1
    assert [part.wrong_emotions for part in diagnosis.parts["subject"]] == [1, 1]
    assert len(diagnosis.errors) == 2


def test_durations_are_in_seconds_where_the_frame_rate_is_known() -> None:
    truth = documents.truth({"1/a": [micro(0, 9), micro(20, 39), micro(50, 79)]})
    given = documents.submission({"1/a": [micro(20, 39)]})
    protocol = protocol_of(documents.MICRO_STR)
    in_frames = mebench.diagnose(given, truth, protocol).parts["duration"]
    truth["videos"][0]["fps"] = 100.0
    in_seconds = mebench.diagnose(given, truth, protocol).parts["duration"]
    assert [part.name for part in in_frames] == [
        "up to 10 frames",
        "> 10 to 20 frames",
        "> 20 frames",
    ]
    assert [part.name for part in in_seconds] == [
        "up to 0.100 s",
        "> 0.100 to 0.200 s",
        "> 0.200 s",
    ]
    assert [part.hits for part in in_frames] == [part.hits for part in in_seconds] == [0, 1, 0]
