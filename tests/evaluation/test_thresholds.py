"""The operating point: F1 and analysis above it, AP over everything."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from tests.evaluation.documents import TOY, codes, interval, submission, truth

TRUE = truth({"1/a": [interval(10, 20)], "1/b": [interval(10, 20)]})
FOUND = {
    "1/a": [interval(10, 20, score=0.5), interval(50, 60, score=0.4)],
    "1/b": [interval(10, 20, score=0.3), interval(50, 60, score=0.2)],
}


def counts(report: mebench.Report) -> tuple[int, int, int]:
    assert report.counts.spotting is not None
    return report.counts.spotting.tp, report.counts.spotting.fp, report.counts.spotting.fn


@pytest.mark.parametrize(
    ("threshold", "expected", "signed"),
    [
        (None, (2, 2, 0), "none"),
        (0.5, (1, 0, 1), "0.5"),
        (0.4, (1, 1, 1), "0.4"),
        (0, (2, 2, 0), "0.0"),
        ({"micro": 0.3}, (2, 1, 0), "micro=0.3"),
        ({"macro": 0.9}, (2, 2, 0), "none"),
    ],
)
def test_the_submissions_threshold(threshold: Any, expected: Any, signed: str) -> None:
    report = mebench.score(submission(FOUND, score_threshold=threshold), TRUE, TOY)
    assert counts(report) == expected
    assert f"|thr:{signed}|" in report.signature
    assert report.units.predictions == 4
    whole = mebench.score(submission(FOUND), TRUE, TOY)
    assert report.metrics["ap"] == whole.metrics["ap"]


def test_a_videos_own_threshold_overrides() -> None:
    document = submission(FOUND, score_threshold=0.5)
    document["videos"][1]["score_threshold"] = 0.3
    report = mebench.score(document, TRUE, TOY)
    assert counts(report) == (2, 0, 0)
    assert "|thr:video|" in report.signature


def test_a_threshold_of_a_video_for_no_target_changes_nothing() -> None:
    plain = submission(FOUND, score_threshold=0.5)
    document = submission(FOUND, score_threshold=0.5)
    document["videos"][0]["score_threshold"] = {"macro": 0.1}
    assert mebench.score(document, TRUE, TOY).to_json() == mebench.score(plain, TRUE, TOY).to_json()


def test_a_threshold_of_a_video_overrides_kind_by_kind() -> None:
    both = TOY.model_copy(update={"task": "spot", "targets": ["macro", "micro"], "classes": []})
    true = truth({"1/a": [interval(0, 49, kind="macro"), interval(60, 69, kind="micro")]})
    rows = [
        interval(0, 49, kind="macro", score=0.7),
        interval(60, 69, kind="micro", score=0.6),
        interval(80, 89, kind="micro", score=0.4),
    ]
    document = submission({"1/a": rows}, score_threshold={"micro": 0.5, "macro": 0.1})
    document["videos"][0]["score_threshold"] = {"macro": 0.8}
    report = mebench.score(document, true, both)
    assert counts(report) == (1, 0, 1), "the common threshold of micro stays"


def test_the_calls_threshold_replaces_the_files() -> None:
    report = mebench.score(submission(FOUND, score_threshold=0.5), TRUE, TOY, score_threshold=0.3)
    assert counts(report) == (2, 1, 0)
    assert "|thr:0.3|" in report.signature


def test_a_threshold_needs_scores() -> None:
    bare = submission({"1/a": [interval(10, 20)]}, score_threshold=0.5)
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(bare, TRUE, TOY)
    assert codes(caught.value) == ["threshold-without-scores"]
    assert counts(mebench.score(submission({}, score_threshold=0.5), TRUE, TOY)) == (0, 0, 2)


def test_scores_stand_on_all_or_none() -> None:
    half = submission({"1/a": [interval(10, 20, score=0.5), interval(30, 40)]})
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(half, TRUE, TOY)
    assert codes(caught.value) == ["score-missing"]
    assert caught.value.diagnostics[0].place.pointer == "/videos/0/intervals/1/score"


def test_constant_scores_are_warned_of() -> None:
    same = submission({"1/a": [interval(10, 20, score=0), interval(30, 40, score=0)]})
    report = mebench.score(same, TRUE, TOY)
    assert [one.code for one in report.findings] == ["scores-constant"]
    assert report.metrics["ap"].value == pytest.approx(0.25)
