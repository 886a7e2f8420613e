"""The top prediction of a video in one-per-video protocols, and the metrics that use it.

It has the highest score; ties go to the smallest onset, then offset, then index of the emotion,
then apex, of which a missing one is last; the overlap and the operating point have no effect. The
better prediction of each pair has the correct emotion ``positive`` and the annotated apex. The
other has the emotion ``negative``, which comes first in the class list, except where the emotion
decides.
"""

from __future__ import annotations

import pytest

from tests.metrics import documents
from tests.metrics.documents import Document, micro, score, submission, truth, values

TRUTH = truth({"1/a": [micro(10, 19, "positive", apex=15)]})


def right(onset: int, offset: int, score: float) -> Document:
    return micro(onset, offset, "positive", apex=15, score=score)


def wrong(onset: int, offset: int, score: float, emotion: str = "negative") -> Document:
    return micro(onset, offset, emotion, apex=onset, score=score)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(right(15, 60, 0.75), wrong(10, 19, 0.5), id="score before overlap"),
        pytest.param(right(9, 19, 0.5), wrong(10, 12, 0.5), id="onset before offset"),
        pytest.param(right(10, 18, 0.5), wrong(10, 19, 0.5), id="offset before overlap"),
        pytest.param(right(10, 19, 0.5), wrong(10, 19, 0.5, "surprise"), id="emotion"),
        pytest.param(right(10, 19, -2), wrong(10, 19, -3), id="negative scores"),
    ],
)
@pytest.mark.parametrize("threshold", [None, 0.6, 9])
def test_the_top_prediction(better: Document, worse: Document, threshold: float | None) -> None:
    for rows in ([better, worse], [worse, better]):
        predictions = {**submission({"1/a": rows}), "score_threshold": threshold}
        found = values(score(predictions, TRUTH, documents.ONE_PER_VIDEO))
        assert (found["asr"], found["apex_mae"], found["accuracy_all"]) == (1, 0, 1)


@pytest.mark.parametrize("later", [16, None], ids=["larger apex", "missing apex"])
def test_two_predictions_that_differ_only_in_the_apex_are_not_decided_by_their_order(
    later: int | None,
) -> None:
    same = {"emotion": "positive", "score": 0.5}
    rows = [documents.interval(10, 19, apex=apex, **same) for apex in (10, later)]
    reports = [
        score(submission({"1/a": ordered}), TRUTH, documents.ONE_PER_VIDEO)
        for ordered in (rows, rows[::-1])
    ]
    assert reports[0].to_json() == reports[1].to_json()
    assert (values(reports[0])["asr"], values(reports[0])["apex_mae"]) == (0, 5)


@pytest.mark.parametrize(
    ("predicted", "asr", "distance"),
    [
        (micro(0, 40, apex=10), 0, 5),
        (micro(0, 40, apex=11), 1, 4),
        (micro(0, 40, apex=18), 1, 3),
        (micro(0, 40, apex=19), 0, 4),
        (micro(10, 19), 1, 1),  # the middle of 10 and 19 is 14
        (micro(0, 21), 0, 5),  # of 0 and 21 it is 10
        (micro(0, 23), 1, 4),
        (micro(18, 20), 0, 4),
    ],
)
def test_an_apex_strictly_inside_and_its_distance(
    predicted: Document, asr: int, distance: int
) -> None:
    found = values(score(submission({"1/a": [predicted]}), TRUTH, documents.ONE_PER_VIDEO))
    assert (found["asr"], found["apex_mae"]) == (asr, distance)


@pytest.mark.parametrize("onset", [10, 11])
def test_an_interval_of_one_or_two_frames_has_no_inside(onset: int) -> None:
    short = truth({"1/a": [micro(onset, 11, apex=11)]})
    report = score(submission({"1/a": [micro(onset, 11)]}), short, documents.ONE_PER_VIDEO)
    assert values(report)["asr"] == 0
    assert values(report)["spotting_f1"] == 1


def test_the_apex_error_is_a_mean_over_the_videos_that_have_both() -> None:
    three = truth(
        {
            "1/a": [micro(10, 19, apex=15)],
            "1/b": [micro(10, 19, apex=12)],
            "2/a": [micro(10, 19)],
            "2/b": [micro(10, 19, apex=18)],
        }
    )
    predicted = {name: [micro(10, 19, apex=14)] for name in ("1/a", "1/b", "2/a")}
    report = score(submission(predicted), three, documents.ONE_PER_VIDEO)
    assert values(report)["apex_mae"] == (1 + 2) / 2
    assert report.details["apex_mae"] == "n = 2"
    assert values(report)["asr"] == 3 / 4
