"""Properties of every score, for any truth and predictions."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mebench.metrics.registry import METRICS
from mebench.models.report import MetricMap, Report
from tests.metrics import documents
from tests.metrics.documents import Document, rates, score, values
from tests.metrics.drawing import FRAMES, NAMES, SCORES, cases, recognition_cases

PROTOCOLS = [
    documents.MICRO_STR,
    documents.ONE_PER_VIDEO_ALL_VIDEOS,
    documents.TWO_TARGETS_STR,
]
AVERAGE_PRECISIONS = ("ap", "ap50", "ap75", "ap_coco101")

any_case = st.one_of([cases(protocol) for protocol in PROTOCOLS])
any_task = any_case | recognition_cases(documents.RECOGNITION)


def scored(case: Document) -> Report:
    return score(case["predictions"], case["truth"], case["protocol"])


def maps_of(report: Report) -> list[MetricMap]:
    return [report.metrics, *report.groups.values()]


@given(any_task)
def test_rates_lie_between_0_and_1_and_uf1_never_exceeds_analysis_f1(case: Document) -> None:
    report = scored(case)
    assert_rates_are_sound(report)
    assert_uf1_never_exceeds_analysis_f1(report)


def assert_rates_are_sound(report: Report) -> None:
    """Check that rates are between 0 and 1, and that what has no value has a reason."""
    lower_is_better = {metric.id for metric in METRICS if metric.unit}
    for metrics in maps_of(report):
        for name, metric in metrics.items():
            assert (metric.value is None) == (metric.reason is not None), name
            if metric.value is not None:
                assert metric.value >= 0, name
                assert metric.value <= 1 or name in lower_is_better, name


def assert_uf1_never_exceeds_analysis_f1(report: Report) -> None:
    for metrics in maps_of(report):
        for uf1, f1 in (("uf1", "analysis_f1"), ("uf1_all", "analysis_all_f1")):
            if uf1 in metrics and metrics[uf1].value is not None:
                larger, smaller = metrics[f1].value, metrics[uf1].value
                assert larger is not None
                assert smaller is not None
                assert smaller <= larger + 1e-12


@given(any_case, st.data())
def test_dropping_a_subject_never_raises_recall_and_keeps_the_truths(
    case: Document, data: st.DataObject
) -> None:
    videos = case["predictions"]["videos"]
    assume(videos)
    subject = data.draw(st.sampled_from(sorted({row["subject"] for row in videos})))
    without = {
        **case["predictions"],
        "videos": [row for row in videos if row["subject"] != subject],
    }
    before, after = scored(case), score(without, case["truth"], case["protocol"])
    spotted, left = before.counts.spotting, after.counts.spotting
    assert spotted is not None
    assert left is not None
    assert left.tp + left.fn == spotted.tp + spotted.fn
    assert left.tp <= spotted.tp
    assert after.units.subjects == before.units.subjects
    recalls = [values(report)["spotting_recall"] for report in (before, after)]
    if recalls[0] is not None:
        assert recalls[1] is not None
        assert recalls[1] <= recalls[0]


def with_false_positive(case: Document, number: float) -> Document:
    """Return the predictions with a false positive after all truths of the first video.

    True expressions end before frame ``FRAMES``; the videos have no stated length.
    """
    first = case["truth"]["videos"][0]
    key = {"subject": first["subject"], "video": first["video"]}
    extra = documents.micro(FRAMES + 10, FRAMES + 20, score=number)
    videos = [dict(row) for row in case["predictions"]["videos"]]
    for row in videos:
        if (row["subject"], row["video"]) == (key["subject"], key["video"]):
            row["intervals"] = [*row["intervals"], extra]
            break
    else:
        videos.append({**key, "intervals": [extra]})
    return {**case["predictions"], "videos": videos}


def without_lengths(case: Document) -> Document:
    """Return the truth without the lengths of its videos."""
    videos = [
        {name: value for name, value in row.items() if name != "n_frames"}
        for row in case["truth"]["videos"]
    ]
    return {**case["truth"], "videos": videos}


@given(
    st.one_of([cases(protocol, scored=True) for protocol in PROTOCOLS]),
    st.sampled_from([-2, *SCORES, 3]),
)
def test_a_false_positive_never_raises_ap_and_the_last_one_leaves_it(
    case: Document, number: float
) -> None:
    assume(case["truth"]["videos"])
    truth, protocol = without_lengths(case), case["protocol"]
    before = values(score(case["predictions"], truth, protocol))
    after = values(score(with_false_positive(case, number), truth, protocol))
    for name in AVERAGE_PRECISIONS:
        one, other = before[name], after[name]
        if one is None or other is None:
            assert one is other
        else:
            assert other <= one
            if number < min(SCORES):
                assert other == one


@st.composite
def perfect_cases(draw: st.DrawFn, protocol: Document, scored: bool) -> Document:
    """Draw truths of all classes and both kinds, and predictions that are equal to them."""
    alone = protocol.get("one_per_video", False)
    kinds = ["micro"] if alone else ["micro", "micro", "macro"]
    videos: dict[str, list[Document]] = {name: [] for name in NAMES}
    for place, name in enumerate(NAMES):
        spans = draw(
            st.lists(
                st.tuples(st.integers(0, 12), st.integers(2, 9)),
                unique=True,
                min_size=1,
                max_size=1 if alone else 3,
            )
        )
        for at, (onset, more) in enumerate(spans):
            emotion = (
                documents.CLASSES[place % 3]
                if at == 0
                else draw(st.sampled_from(documents.CLASSES))
            )
            kind = "micro" if at == 0 else draw(st.sampled_from(kinds))
            inside = draw(st.integers(onset + 1, onset + more - 1))
            one = {"kind": kind, "emotion": emotion, "apex": inside}
            videos[name].append({"onset": onset, "offset": onset + more, **one})
    predicted = {
        name: [
            {**one, "score": draw(st.sampled_from(SCORES))} if scored else one for one in intervals
        ]
        for name, intervals in videos.items()
    }
    return {
        "protocol": protocol,
        "truth": documents.truth(videos),
        "predictions": documents.submission(predicted),
    }


@given(
    st.one_of(
        [perfect_cases(protocol, scored) for protocol in PROTOCOLS for scored in (True, False)]
    )
)
def test_perfect_predictions_score_1_throughout(case: Document) -> None:
    report = scored(case)
    for metrics in maps_of(report):
        for name, metric in metrics.items():
            if name == "apex_mae":
                assert metric.value == 0
            elif name in AVERAGE_PRECISIONS and metric.reason is not None:
                assert metric.reason in {"unranked", "no-truth"}
            elif metric.reason is not None:  # a group without macro-expressions
                assert metrics is report.groups.get("macro")
            else:
                assert metric.value == pytest.approx(1, abs=1e-12), name


def test_perfect_recognition_scores_1_throughout() -> None:
    samples = [
        {"subject": str(at % 2), "sample": str(at), "emotion": name}
        for at, name in enumerate(documents.CLASSES)
    ]
    truth = {"format": "mebench-truth/1", "dataset": "toy", "samples": samples}
    predictions = {
        "format": "mebench-submission/1",
        "system": {"name": "test"},
        "samples": samples,
    }
    report = score(predictions, truth, documents.RECOGNITION)
    assert rates(report) == dict.fromkeys(report.metrics, 1)
