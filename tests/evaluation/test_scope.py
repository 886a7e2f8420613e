"""Scope: the truth decides what is scored; what is ignored is counted aloud."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from mebench.models.protocol import Exclusion, ProtocolDataset
from tests.evaluation.documents import CLASSES, TOY, codes, interval, submission, truth


def protocol(**more: Any) -> mebench.Protocol:
    dataset = more.pop("dataset", ProtocolDataset(id="toy"))
    return mebench.Protocol(
        **{
            "id": "toy@1",
            "title": "A toy",
            "task": "spot-then-recognize",
            "targets": ["micro"],
            "classes": CLASSES,
            "datasets": [dataset],
            **more,
        }
    )


def found(report: mebench.Report) -> set[str]:
    return {one.code for one in report.findings}


def test_a_video_left_out_is_a_miss_and_is_named() -> None:
    true = truth({"1/a": [interval(10, 20)], "2/a": [interval(10, 20)], "2/b": []})
    report = mebench.score(submission({"1/a": [interval(10, 20)], "2/b": []}), true, TOY)
    assert report.units.videos_without_predictions == ["2/a", "2/b"]
    assert report.counts.spotting is not None
    assert (report.counts.spotting.tp, report.counts.spotting.fn) == (1, 1)
    assert report.units.subjects == 2


def test_videos_without_a_target_are_out_of_scope_where_the_protocol_says_so() -> None:
    true = truth(
        {"1/a": [interval(10, 20)], "1/b": [], "2/a": [interval(5, 90, kind="macro")]},
    )
    predictions = submission({"1/b": [interval(1, 5)], "2/a": [interval(1, 5), interval(7, 9)]})
    everything = mebench.score(predictions, true, protocol())
    assert (everything.units.videos, everything.units.predictions) == (3, 3)
    target = mebench.score(predictions, true, protocol(video_scope="with-target"))
    assert (target.units.videos, target.units.predictions, target.units.subjects) == (1, 0, 1)
    assert found(target) == {"out-of-scope-ignored"}
    message = next(one.message for one in target.findings)
    assert "2 predicted videos" in message
    assert "3 intervals" in message


def test_a_macro_prediction_is_ignored_in_a_micro_protocol() -> None:
    true = truth({"1/a": [interval(10, 20)]})
    predictions = submission({"1/a": [interval(10, 20, kind="macro", emotion="no such class")]})
    report = mebench.score(predictions, true, TOY)
    assert report.units.predictions == 0
    assert found(report) == {"kind-ignored"}


def test_exclusions_by_name_and_label_leave_the_truth() -> None:
    left_out = protocol(
        video_scope="with-target",
        dataset=ProtocolDataset(
            id="toy",
            excluded_labels=["Fear"],
            exclusions=[Exclusion(subject="1", video="b", reason="for the test")],
        ),
    )
    true = truth(
        {
            "1/a": [interval(10, 20, "fear "), interval(30, 40, "positive")],
            "1/b": [interval(10, 20)],
            "2/a": [interval(10, 20, "fear")],
        }
    )
    report = mebench.score(submission({"1/b": [], "1/a": [interval(10, 20)]}), true, left_out)
    assert (report.units.videos, report.units.truths) == (1, 1)
    assert found(report) == {"out-of-scope-ignored"}


def test_a_truth_outside_the_classes_is_spotted_and_not_analysed() -> None:
    true = truth({"1/a": [interval(10, 20, "contempt"), interval(30, 40, "positive")]})
    predictions = submission({"1/a": [interval(10, 20), interval(30, 40, "positive")]})
    report = mebench.score(predictions, true, TOY)
    assert report.counts.spotting is not None
    assert report.counts.analysis is not None
    assert (report.counts.spotting.tp, report.counts.analysis.total) == (2, 1)


def test_counts_that_differ_from_the_protocol_are_said_and_signed() -> None:
    from mebench.models.protocol import ExpectedCounts

    true = truth({"1/a": [interval(10, 20)]})
    same = protocol(expected=ExpectedCounts(subjects=1, videos=1, classes={"negative": 1}))
    other = protocol(expected=ExpectedCounts(subjects=1, videos=2, classes={"positive": 1}))
    assert found(mebench.score(submission({}), true, same)) == set()
    report = mebench.score(submission({}), true, other)
    assert found(report) == {"counts-differ"}
    assert "videos 1 instead of 2" in report.findings[0].message
    assert "positive 0 instead of 1" in report.findings[0].message
    assert "|counts:differ|" in report.signature


@pytest.mark.parametrize(
    ("predicted", "options", "expected"),
    [
        (interval(95, 100), {}, ["frame-outside-video"]),
        (interval(-1, 5), {}, ["frame-outside-video"]),
        (interval(100, 105), {}, ["interval-outside-video"]),
        (interval(-9, -1), {}, ["interval-outside-video"]),
        (interval(100, 105), {"clip": True}, ["interval-outside-video"]),
        (interval(20, 19), {}, ["offset-before-onset"]),
        (interval(10, 20, apex=21), {}, ["apex-outside"]),
        (interval(10, 20, None), {}, ["emotion-missing"]),
        (interval(10, 20, "posittive"), {}, ["unknown-emotion"]),
    ],
)
def test_intervals_that_cannot_be_scored(
    predicted: Any, options: dict[str, Any], expected: list[str]
) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(
            submission({"1/a": [interval(1, 5), predicted]}), truth({"1/a": []}), TOY, **options
        )
    assert codes(caught.value) == expected
    place = caught.value.diagnostics[0].place
    assert (place.subject, place.video) == ("1", "a")
    assert place.pointer is not None
    assert place.pointer.startswith("/videos/0/intervals/1")


def test_clipping_is_counted_and_signed() -> None:
    true = truth({"1/a": [interval(90, 99)]})
    predictions = submission({"1/a": [interval(90, 120, apex=110), interval(-5, 3)]})
    report = mebench.score(predictions, true, TOY, clip=True)
    assert "|frames:clipped|" in report.signature
    assert found(report) == {"frames-clipped"}
    assert report.metrics["spotting_recall"].value == 1
    assert "2 intervals" in report.findings[0].message


def test_the_end_of_a_video_of_unknown_length_is_said_to_be_unchecked() -> None:
    true = truth({"1/a": [interval(90, 99)]}, n_frames=None)
    report = mebench.score(submission({"1/a": [interval(90, 10_000)]}), true, TOY)
    assert found(report) == {"frames-unchecked"}
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({"1/a": [interval(-1, 9)]}), true, TOY)
    assert codes(caught.value) == ["frame-outside-video"]
