"""Random cases of every type of protocol: the package's complete score against the reference.

Compared are all metrics (to 1e-12, the reference being exact), the reasons of the undefined ones,
the counts, confusion matrices, absent classes, units, and the same for each kind.
"""

from __future__ import annotations

from hypothesis import given

from tests.metrics import documents
from tests.metrics.comparing import differences
from tests.metrics.documents import Document
from tests.metrics.drawing import cases, recognition_cases


@given(cases(documents.MICRO_STR))
def test_spot_then_recognize(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.MICRO_STR_ALL_VIDEOS))
def test_spot_then_recognize_over_all_videos(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.ONE_PER_VIDEO))
def test_one_per_video(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.ONE_PER_VIDEO_ALL_VIDEOS))
def test_one_per_video_over_all_videos(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.FIRST_EXPRESSION_ONLY))
def test_first_expression_only(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.TWO_TARGETS))
def test_two_targets(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.TWO_TARGETS_STR))
def test_two_targets_with_analysis(case: Document) -> None:
    assert differences(case) == []


@given(cases(documents.MICRO))
def test_spotting_alone(case: Document) -> None:
    assert differences(case) == []


@given(recognition_cases(documents.RECOGNITION))
def test_recognition(case: Document) -> None:
    assert differences(case) == []
