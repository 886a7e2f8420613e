"""Properties of every diagnosis, for any truth and predictions."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import mebench
from mebench.diagnosis.outcomes import Outcomes, outcomes_of
from mebench.diagnostics import Findings
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.diagnosis import Diagnosis
from mebench.models.report import Report
from tests.diagnosis.reference import explain
from tests.metrics import documents
from tests.metrics.documents import Document, protocol_of
from tests.metrics.drawing import FRAMES, cases, recognition_cases

PROTOCOLS = [
    documents.MICRO_STR,
    documents.ONE_PER_VIDEO_ALL_VIDEOS,
    documents.TWO_TARGETS_STR,
    documents.TWO_TARGETS,
]


@st.composite
def with_blinks(draw: st.DrawFn) -> Document:
    """Draw a case with eye blinks."""
    case = draw(st.one_of([cases(protocol) for protocol in PROTOCOLS]))
    for video in case["truth"]["videos"]:
        onset = draw(st.integers(0, FRAMES - 7))
        if draw(st.booleans()):
            video["events"] = [{"onset": onset, "offset": onset + 6, "label": "blink"}]
    return case


any_case = with_blinks()


def diagnosed(case: Document) -> Diagnosis:
    return mebench.diagnose(
        case["predictions"], case["truth"], protocol_of(case["protocol"]), allow_missing=True
    )


def outcomes(case: Document) -> Outcomes:
    given = (case["predictions"], case["truth"], protocol_of(case["protocol"]))
    return outcomes_of(evaluate_predictions(*given, ScoringOptions(), Findings()))


@given(any_case)
def test_every_error_has_one_cause_and_metrics_are_those_of_the_score(case: Document) -> None:
    diagnosis = diagnosed(case)
    assert_counts_add_up(diagnosis)
    report = documents.score(case["predictions"], case["truth"], case["protocol"], ci=False)
    assert_metrics_are_those_of(report, diagnosis)


def assert_counts_add_up(diagnosis: Diagnosis) -> None:
    main = [cause for cause in diagnosis.causes if cause.direction is None]
    directions = [cause for cause in diagnosis.causes if cause.direction is not None]
    wrong = diagnosis.predictions - diagnosis.hits
    missed = diagnosis.truths - diagnosis.hits
    assert sum(cause.false_positives for cause in main) == wrong
    assert sum(cause.misses for cause in main) == missed
    for name in ("false_positives", "misses"):
        assert sum(getattr(cause, name) for cause in directions) == getattr(main[0], name)
    listed = Counter((error.error, error.cause) for error in diagnosis.errors)
    for cause in main:
        assert listed["false positive", cause.cause] == cause.false_positives
        assert listed["miss", cause.cause] == cause.misses
        assert listed["wrong emotion", cause.cause] == cause.wrong_emotions
    for parts in diagnosis.parts.values():
        assert sum(part.hits for part in parts) == diagnosis.hits
        assert sum(sum(part.misses.values()) for part in parts) == missed
        assert sum(sum(part.false_positives.values()) for part in parts) == wrong
    assert type(diagnosis).model_validate(diagnosis.to_json())


@given(any_case)
def test_causes_are_those_of_the_reference(case: Document) -> None:
    found = outcomes(case)
    expected = explain(found)
    predictions = found.of_predictions.outcome.tolist()
    selected = found.selected.tolist()
    wrong = {row: text for row, text in enumerate(predictions) if text != "hit" and selected[row]}
    assert wrong == expected.predictions
    truths = dict(enumerate(found.of_truths.outcome.tolist()))
    paired = {row: text for row, text in truths.items() if text in ("localization", "wrong kind")}
    assert paired == expected.truths


def assert_metrics_are_those_of(report: Report, diagnosis: Diagnosis) -> None:
    """Compare the metrics; and no correction lowers F1."""
    for name, value in diagnosis.metrics.items():
        group = report.groups["micro"] if name in ("analysis_f1", "strs") else report.metrics
        assert value == group[name], name
    f1 = diagnosis.metrics["spotting_f1"].value
    for cause in diagnosis.causes:
        corrected = cause.corrected["spotting_f1"].value
        # Without truths, F1 is undefined after the last false positive is removed.
        assert corrected is None or f1 is None or corrected >= f1
        if cause.false_positives + cause.misses and corrected is not None and f1 is not None:
            assert corrected > f1
    assert diagnosis.all_corrected["spotting_f1"].value == (1 if diagnosis.truths else None)
    lost, strs = diagnosis.lost_strs, diagnosis.metrics.get("strs")
    if lost is not None and strs is not None and strs.value is not None:
        assert abs(lost.spotting + lost.recognition - (1 - strs.value)) < 1e-12


@given(any_case, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(case: Document, random: Any) -> None:
    before = diagnosed(case)
    for file in ("truth", "predictions"):
        for video in case[file]["videos"]:
            random.shuffle(video["intervals"])
    random.shuffle(case["predictions"]["videos"])
    assert diagnosed(case) == before


@given(recognition_cases(documents.RECOGNITION))
def test_recognition(case: Document) -> None:
    diagnosis = diagnosed(case)
    report = documents.score(case["predictions"], case["truth"], case["protocol"], ci=False)
    assert diagnosis.metrics == {name: report.metrics[name] for name in diagnosis.metrics}
    analysis = report.counts.analysis
    assert analysis is not None
    wrong = analysis.total - analysis.tp
    assert sum(cause.wrong_emotions for cause in diagnosis.causes) == wrong
    assert sum(row.count for row in diagnosis.confusions) == wrong == len(diagnosis.errors)
    if diagnosis.truths:
        assert diagnosis.all_corrected["accuracy"].value == 1
