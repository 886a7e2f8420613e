"""The truth decides what is counted: scope, silence, exclusions, kinds and labels."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from mebench.models.protocol import Exclusion, ProtocolDataset
from tests.evaluation.documents import CLASSES, TOY, codes, interval, submission, truth


def protocol(**changes: Any) -> mebench.Protocol:
    return TOY.model_copy(update=changes)


TRUE = truth(
    {
        "1/a": [interval(10, 20, kind="micro")],
        "1/b": [],
        "2/a": [interval(10, 40, kind="macro")],
        "3/a": [interval(10, 20, "fear", kind="micro")],
    }
)


def test_every_subject_is_scored_whoever_is_predicted() -> None:
    report = mebench.score(submission({"1/a": [interval(10, 20)]}), TRUE, TOY)
    units = report.units
    assert (units.subjects, units.videos, units.truths, units.predictions) == (3, 4, 2, 1)
    assert units.videos_without_predictions == ["1/b", "2/a", "3/a"]
    assert report.metrics["spotting_recall"].value == 0.5


def test_with_target_leaves_out_videos_without_a_target_kind() -> None:
    rules = protocol(video_scope="with-target")
    found = {name: [interval(10, 20)] for name in ("1/a", "1/b", "2/a")}
    report = mebench.score(submission(found), TRUE, rules)
    units = report.units
    assert (units.subjects, units.videos, units.predictions) == (2, 2, 1), "3/a bears a micro one"
    (warning,) = [one for one in report.findings if one.code == "out-of-scope-ignored"]
    assert "2 predicted videos" in warning.message and "2 intervals" in warning.message
    spotting = report.counts.spotting
    assert spotting is not None and spotting.fp == 0


def test_a_truth_outside_the_class_list_counts_in_spotting_only() -> None:
    found = submission({"1/a": [interval(10, 20)], "3/a": [interval(10, 20)]})
    report = mebench.score(found, TRUE, TOY)
    spotting, analysis = report.counts.spotting, report.counts.analysis
    assert spotting is not None and analysis is not None
    assert (spotting.tp, analysis.total) == (2, 1)


def test_exclusions_and_left_out_labels() -> None:
    dataset = ProtocolDataset(
        id="toy",
        excluded_labels=["fear"],
        exclusions=[Exclusion(subject="1", video="a", reason="broken")],
    )
    rules = protocol(datasets=[dataset])
    report = mebench.score(submission({"1/a": [interval(10, 20)]}), TRUE, rules)
    assert report.units.truths == 0
    assert report.units.videos == 3, "a video stays without its left-out expression"
    assert "out-of-scope-ignored" in {one.code for one in report.findings}
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({"3/a": [interval(10, 20, "fear")]}), TRUE, rules)
    assert codes(caught.value) == ["unknown-emotion"], "no prediction may be a left-out label"


def test_labels_are_mapped_on_both_sides_without_case_or_spaces() -> None:
    rules = protocol(
        datasets=[ProtocolDataset(id="toy", label_map={"Anger": "negative", "fear": "negative"})]
    )
    true = truth({"1/a": [interval(10, 20, " ANGER")]})
    report = mebench.score(submission({"1/a": [interval(10, 20, "Fear ")]}), true, rules)
    assert report.metrics["accuracy"].value == 1


@pytest.mark.parametrize("emotion", ["fear", "", None])
def test_a_prediction_s_emotion_must_be_a_class(emotion: str | None) -> None:
    document = submission({"1/a": [interval(10, 20, emotion)]})
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, TRUE, TOY)
    expected = {"fear": "unknown-emotion", "": "value-empty", None: "emotion-missing"}
    assert codes(caught.value) == [expected[emotion]]
    if emotion != "":
        report = mebench.score(document, TRUE, TOY, outside_as=" Surprise")
        assert "|outside:surprise|" in report.signature
        found = [one.code for one in report.findings]
        assert found == ["truth-outside-classes", "outside-mapped"]
        assert report.metrics["accuracy"].value == 0


def test_stand_in_must_be_a_class() -> None:
    with pytest.raises(mebench.UsageError) as caught:
        mebench.score(submission({}), TRUE, TOY, outside_as="surprize")
    assert codes(caught.value) == ["unknown-class"]
    assert "Did you mean 'surprise'?" in str(caught.value)


def test_kinds() -> None:
    both = mebench.Protocol(
        id="both@1",
        title="x",
        task="spot-then-recognize",
        targets=["macro", "micro"],
        classes=CLASSES,
        datasets=[ProtocolDataset(id="toy")],
    )
    document = {
        **submission({"1/a": [interval(10, 20, None)], "2/a": [interval(10, 40, kind="micro")]}),
        "protocol": "both@1",
    }
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, TRUE, both)
    assert codes(caught.value) == ["kind-missing"], "and no emotion is missed: it may be macro"
    document["videos"][0]["intervals"][0]["kind"] = "macro"
    report = mebench.score(document, TRUE, both)
    assert report.metrics["spotting_f1"].value == 0, "kinds are matched apart"


def test_a_macro_prediction_under_a_micro_protocol_is_ignored_aloud() -> None:
    found = submission({"1/a": [interval(10, 20), interval(10, 20, None, kind="macro")]})
    report = mebench.score(found, TRUE, TOY)
    assert report.units.predictions == 1
    (warning,) = [one for one in report.findings if one.code == "kind-ignored"]
    assert warning.message.startswith("1 interval")


def test_truth_without_emotions_cannot_be_analysed() -> None:
    bare = truth({"1/a": [interval(10, 20, None)]})
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({}), bare, TOY)
    assert codes(caught.value) == ["truth-without-emotions"]
    some = truth({"1/a": [interval(10, 20, None), interval(50, 60)]})
    report = mebench.score(submission({}), some, TOY)
    assert [one.code for one in report.findings] == ["truth-emotion-missing"]


def test_counts_that_differ_enter_the_signature() -> None:
    from mebench.models.protocol import ExpectedCounts

    rules = protocol(expected=ExpectedCounts(subjects=3, samples=3, classes={"negative": 1}))
    report = mebench.score(submission({}), TRUE, rules)
    (warning,) = [one for one in report.findings if one.code == "counts-differ"]
    assert "samples 2 instead of 3" in warning.message
    assert "subjects" not in warning.message
    assert "|counts:differ|" in report.signature
