"""Section 4 of the standard, "Undefined is null with a reason", row by row."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from mebench.metrics.registry import METRICS
from mebench.models.report import Report
from tests.metrics import documents
from tests.metrics.documents import Document, micro, reasons, score, submission, truth, values

NO_TRUTH = truth({"1/a": []})
ONE_TRUTH = truth({"1/a": [micro(0, 9)]})
NOTHING = submission({"1/a": []})
HIT = submission({"1/a": [micro(0, 9)]})
MISS = submission({"1/a": [micro(50, 59)]})
SCORED_MISS = submission({"1/a": [micro(50, 59, score=0.5)]})

AP = ("ap", "ap50", "ap75", "ap_coco101")
RATES = ("analysis_precision", "analysis_recall", "analysis_f1", "uf1", "uar")
ALL_RATES = (
    "analysis_all_precision",
    "analysis_all_recall",
    "analysis_all_f1",
    "uf1_all",
    "uar_all",
)
CHOSEN = ("asr", "apex_mae", "accuracy_all", *ALL_RATES)
EVERYWHERE = documents.MICRO_STR_ALL_VIDEOS
ONE_PER_VIDEO = documents.ONE_PER_VIDEO_ALL_VIDEOS


def of(report: Report, names: Iterable[str]) -> dict[str, float | None]:
    found = values(report)
    return {name: found[name] for name in names}


def all_of(names: Iterable[str], value: float) -> dict[str, float | None]:
    return dict.fromkeys(names, value)


def test_neither_truth_nor_prediction() -> None:
    report = score(NOTHING, NO_TRUTH, ONE_PER_VIDEO)
    neither = "no-truth-and-no-prediction"
    assert set(values(report).values()) == {None}
    assert reasons(report) == {
        **dict.fromkeys(report.metrics, "no-truth"),
        "spotting_precision": neither,
        "spotting_f1": neither,
        "strs": neither,
        "apex_mae": "no-apex",
    }


@pytest.mark.parametrize("predictions", [MISS, SCORED_MISS], ids=["unranked", "ranked"])
def test_predictions_without_truth(predictions: Document) -> None:
    report = score(predictions, NO_TRUTH, ONE_PER_VIDEO)
    defined = ("spotting_precision", "spotting_f1", "strs")
    assert of(report, defined) == all_of(defined, 0)
    undefined = {name: "no-truth" for name in report.metrics if name not in defined}
    assert reasons(report) == {**undefined, "apex_mae": "no-apex"}


def test_truth_without_predictions() -> None:
    report = score(NOTHING, ONE_TRUTH, ONE_PER_VIDEO)
    undefined = {
        **dict.fromkeys(("accuracy_all", *ALL_RATES), "video-without-prediction"),
        "accuracy": "no-analysed-pair",
        "apex_mae": "no-apex",
    }
    assert reasons(report) == undefined
    others = [name for name in report.metrics if name not in undefined]
    assert of(report, others) == all_of(others, 0)


def test_truth_and_predictions_but_no_analysed_pair() -> None:
    report = score(MISS, ONE_TRUTH, ONE_PER_VIDEO)
    zero = (*RATES, "strs", "acc_mesr")
    assert of(report, zero) == all_of(zero, 0)
    assert reasons(report)["accuracy"] == "no-analysed-pair"


def test_a_spotted_truth_outside_the_class_list_is_no_analysed_pair() -> None:
    outside = truth({"1/a": [micro(0, 9, "contempt")]})
    report = score(HIT, outside, EVERYWHERE)
    assert values(report)["spotting_f1"] == 1
    assert of(report, (*RATES, "strs")) == all_of((*RATES, "strs"), 0)
    assert reasons(report) == {**dict.fromkeys(AP, "unranked"), "accuracy": "no-analysed-pair"}


def test_predictions_without_scores_are_unranked() -> None:
    report = score(HIT, ONE_TRUTH, EVERYWHERE)
    assert reasons(report) == dict.fromkeys(AP, "unranked")
    assert values(report)["strs"] == pytest.approx(1 / 3)  # one class of three is right


@pytest.mark.parametrize("kind", ["micro", "macro"])
def test_a_kind_without_truth_or_predictions_in_its_group(kind: str) -> None:
    predictions = submission({"1/a": [documents.interval(0, 9, kind=kind, score=0.5)]})
    one_truth = truth({"1/a": [documents.interval(0, 9, kind=kind)]})
    report = score(predictions, one_truth, documents.TWO_TARGETS)
    other = {"micro": "macro", "macro": "micro"}[kind]
    found = {name: metric.reason for name, metric in report.groups[other].items()}
    assert found == {
        "spotting_precision": "no-truth-and-no-prediction",
        "spotting_recall": "no-truth",
        "spotting_f1": "no-truth-and-no-prediction",
        **dict.fromkeys(AP, "no-truth"),
    }
    for group in (report.groups[kind], report.groups["overall"], report.metrics):
        assert {metric.value for metric in group.values()} == {1}


def test_a_kind_with_truth_and_no_predictions_has_ap_0_though_the_file_is_unranked() -> None:
    both = truth({"1/a": [micro(0, 9), documents.interval(30, 60, kind="macro")]})
    report = score(HIT, both, documents.TWO_TARGETS)
    assert {report.groups["macro"][name].value for name in AP} == {0}
    assert {report.groups["micro"][name].reason for name in AP} == {"unranked"}
    assert {report.metrics[name].reason for name in AP} == {"unranked"}


def test_several_truths_in_a_one_per_video_protocol() -> None:
    twice = truth({"1/a": [micro(0, 9, apex=5), micro(30, 39)], "1/b": [micro(0, 9)]})
    report = score(submission({"1/a": [micro(0, 9)]}), twice, ONE_PER_VIDEO)
    assert reasons(report) == {
        **dict.fromkeys(AP, "unranked"),
        **dict.fromkeys(CHOSEN, "several-truths"),
    }
    assert report.counts.analysis_all is None
    assert values(report)["spotting_recall"] == pytest.approx(1 / 3)


def test_several_predictions_without_scores_leave_the_choice_open() -> None:
    report = score(submission({"1/a": [micro(0, 9), micro(1, 9)]}), ONE_TRUTH, ONE_PER_VIDEO)
    assert reasons(report) == {
        **dict.fromkeys(AP, "unranked"),
        **dict.fromkeys(CHOSEN, "unranked-choice"),
    }
    assert values(report)["accuracy"] == 1


def test_several_predictions_where_there_is_no_truth_leave_no_choice_open() -> None:
    videos = {"1/a": [micro(0, 9)], "1/b": [micro(0, 9), micro(1, 9)]}
    report = score(
        submission(videos), truth({"1/a": [micro(0, 9, apex=3)], "1/b": []}), ONE_PER_VIDEO
    )
    assert reasons(report) == dict.fromkeys(AP, "unranked")
    assert values(report)["asr"] == 1
    assert values(report)["apex_mae"] == 1  # the middle of [0, 9] is 4


def test_a_video_without_prediction_is_a_miss_of_asr_and_leaves_the_metrics_of_all_undefined() -> (
    None
):
    both = truth({"1/a": [micro(0, 9, apex=4)], "1/b": [micro(0, 9, apex=4)]})
    report = score(HIT, both, ONE_PER_VIDEO)
    found = values(report)
    assert found["asr"] == 1 / 2
    assert found["apex_mae"] == 0  # of the one video that has both
    missing = dict.fromkeys(("accuracy_all", *ALL_RATES), "video-without-prediction")
    assert reasons(report) == {**dict.fromkeys(AP, "unranked"), **missing}
    assert report.details["accuracy_all"] == ""
    assert report.counts.analysis_all is not None
    assert report.counts.analysis_all.confusion.matrix == [[1, 0, 0, 1], [0] * 4, [0] * 4]


def test_every_video_in_scope_needs_a_prediction_also_one_without_truth() -> None:
    one = truth({"1/a": [micro(0, 9)], "1/b": []})
    report = score(HIT, one, ONE_PER_VIDEO)
    assert reasons(report)["uf1_all"] == "video-without-prediction"
    out_of_scope = score(HIT, one, documents.ONE_PER_VIDEO)
    assert values(out_of_scope)["accuracy_all"] == 1


def test_leaving_out_difficult_videos_cannot_raise_a_metric_of_all_videos() -> None:
    wrong = micro(50, 59, "positive")
    both = truth({"1/a": [micro(0, 9)], "1/b": [micro(0, 9)], "2/a": [micro(0, 9, "positive")]})
    complete = submission({"1/a": [micro(0, 9)], "1/b": [wrong], "2/a": [wrong]})
    gamed = submission({"1/a": [micro(0, 9)], "2/a": [wrong]})
    assert values(score(complete, both, ONE_PER_VIDEO))["uf1_all"] == pytest.approx(4 / 9)
    assert values(score(gamed, both, ONE_PER_VIDEO))["uf1_all"] is None


def test_the_parts_with_all_predictions_keep_the_metrics_of_all_videos() -> None:
    both = truth({"1/a": [micro(0, 9)], "2/a": [micro(0, 9)]})
    report = score(HIT, both, ONE_PER_VIDEO, by="subject")
    assert report.parts is not None
    assert [part.metrics["accuracy_all"].value for part in report.parts] == [1, None]


def test_a_recognition_protocol_without_samples() -> None:
    empty = {"format": "mebench-truth/1", "dataset": "toy", "samples": []}
    nothing = {"format": "mebench-submission/1", "system": {"name": "test"}, "samples": []}
    report = score(nothing, empty, documents.RECOGNITION)
    assert reasons(report) == dict.fromkeys(("accuracy", *RATES), "no-samples")
    assert set(values(report).values()) == {None}


def test_an_absent_class_scores_0_and_is_listed() -> None:
    report = score(HIT, ONE_TRUTH, EVERYWHERE)
    assert report.counts.analysis is not None
    assert report.counts.analysis.absent_classes == ["positive", "surprise"]
    assert values(report)["uar"] == pytest.approx(1 / 3)


def test_each_metric_states_why_it_can_be_undefined() -> None:
    twice = truth({"1/a": [micro(0, 9), micro(30, 39)]})
    outside = truth({"1/a": [micro(0, 9, "contempt")]})
    cases = [
        (NOTHING, NO_TRUTH),
        (NOTHING, ONE_TRUTH),
        (HIT, twice),
        (HIT, outside),
        (submission({"1/a": [micro(0, 9), micro(1, 9)]}), ONE_TRUTH),
    ]
    reports = [score(*case, ONE_PER_VIDEO) for case in cases]
    empty = {"format": "mebench-truth/1", "dataset": "toy", "samples": []}
    nothing = {"format": "mebench-submission/1", "system": {"name": "test"}, "samples": []}
    reports.append(score(nothing, empty, documents.RECOGNITION))
    found = {(name, reason) for report in reports for name, reason in reasons(report).items()}
    assert found == {
        (metric.id, reason.reason) for metric in METRICS for reason in metric.definition.undefined
    }


@pytest.mark.parametrize(("scores", "warned"), [((0.5, 0.5), True), ((0.5, 0.75), False)])
def test_constant_scores_are_warned_of(scores: tuple[float, float], warned: bool) -> None:
    intervals = [micro(0, 9, score=scores[0]), micro(50, 59, score=scores[1])]
    report = score(submission({"1/a": intervals}), ONE_TRUTH, EVERYWHERE)
    codes = {(one.code, one.severity) for one in report.findings}
    assert (("scores-constant", "warning") in codes) is warned
    assert values(report)["ap50"] == 1 / 2
