"""Pooled counts are sums over units, whether these are subjects or videos.

The counts over all subjects are compared with the sum of ``CountsPerSubject.pool`` over the single
subjects, and with a count per video.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.counts import ConfusionCounts, PooledCounts
from mebench.metrics.ratios import Undefined
from mebench.metrics.subject_counts import CountsPerSubject
from mebench.models.base import Kind
from tests.metrics import documents
from tests.metrics.documents import Document, protocol_of
from tests.metrics.drawing import cases, recognition_cases

PROTOCOLS = [
    documents.MICRO_STR,
    documents.ONE_PER_VIDEO_ALL_VIDEOS,
    documents.TWO_TARGETS_STR,
]
any_case = st.one_of([cases(protocol) for protocol in PROTOCOLS])
any_task = any_case | recognition_cases(documents.RECOGNITION)

Sums = dict[str, int]


def evaluated(case: Document) -> EvaluationResult:
    return evaluate_predictions(
        case["predictions"],
        case["truth"],
        protocol_of(case["protocol"]),
        ScoringOptions(allow_missing=True),
        Findings(),
    )


def of_confusion(name: str, confusion: ConfusionCounts) -> Sums:
    return {
        f"{name} {row} {column}": count
        for row, line in enumerate(confusion.matrix)
        for column, count in enumerate(line)
    } | {f"{name} truths": confusion.truths}


def sums_of(counts: PooledCounts) -> Sums:
    """Return all counts that are sums over subjects."""
    sums = {"truths": counts.truths, "predictions": counts.predictions, "hits": counts.hits}
    sums |= of_confusion("analysis", counts.analysis)
    if not isinstance(counts.curves, Undefined):
        for index, curve in enumerate(counts.curves):
            sums[f"hits at threshold {index}"] = int(curve.hits[-1]) if len(curve.hits) else 0
    top_predictions = counts.top_predictions
    if top_predictions is not None:
        names = ("videos", "inside", "distance", "measured")
        sums |= {name: getattr(top_predictions, name) for name in names}
        sums |= of_confusion("top predictions", top_predictions.confusion)
    return sums


def added(parts: Sequence[Sums], names: Sequence[str]) -> Sums:
    return {name: sum(part.get(name, 0) for part in parts) for name in names}


def parts_of(counts: CountsPerSubject, kinds: tuple[Kind, ...]) -> list[Sums]:
    return [sums_of(counts.pool(kinds, [unit])) for unit in range(len(counts.spotting))]


@given(any_task)
def test_the_total_is_the_sum_of_the_subjects_and_of_the_videos(case: Document) -> None:
    result = evaluated(case)
    counts, kinds = result.subject_counts, result.kinds
    total = sums_of(counts.pool(kinds))
    assert len(counts.spotting) == len(result.truth.subjects)
    assert added(parts_of(counts, kinds), list(total)) == total
    videos = len(result.truth.names)
    by_video = result.recount(np.arange(videos), units=videos)
    assert sums_of(by_video.pool(kinds)) == total
    assert added(parts_of(by_video, kinds), list(total)) == total


@given(cases(documents.TWO_TARGETS_STR))
def test_overall_spotting_is_the_sum_of_the_kinds(case: Document) -> None:
    counts = evaluated(case).subject_counts
    overall, micro, macro = (
        counts.pool(kinds) for kinds in (("micro", "macro"), ("micro",), ("macro",))
    )
    for name in ("truths", "predictions", "hits"):
        assert getattr(overall, name) == getattr(micro, name) + getattr(macro, name)
    assert overall.analysis == micro.analysis


@given(any_case, st.data())
def test_selected_subjects_are_the_sum_of_their_parts(case: Document, data: st.DataObject) -> None:
    result = evaluated(case)
    counts, kinds = result.subject_counts, result.kinds
    units = len(counts.spotting)
    chosen = data.draw(st.lists(st.booleans(), min_size=units, max_size=units))
    selected = sums_of(counts.pool(kinds, np.array(chosen, bool)))
    parts = list(itertools.compress(parts_of(counts, kinds), chosen))
    assert selected == added(parts, list(selected))


def test_pooled_is_not_the_mean_over_folds() -> None:
    truth = documents.truth({"1/a": [documents.micro(0, 9)], "2/a": [documents.micro(0, 9)]})
    false_positive = documents.micro(50, 59)
    predictions = documents.submission(
        {
            "1/a": [documents.micro(0, 9)],
            "2/a": [documents.micro(0, 9), false_positive, false_positive],
        }
    )
    report = documents.score(predictions, truth, documents.MICRO)
    assert report.metrics["spotting_f1"].value == pytest.approx(2 / 3)  # 2*2 / (2 + 4)
    assert report.mean_over_folds["spotting_f1"].value == pytest.approx((1 + 1 / 2) / 2)
