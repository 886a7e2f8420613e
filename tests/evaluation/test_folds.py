"""Folds: every contradiction is an error; missing folds are reported as not stated."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from tests.evaluation.documents import TOY, codes, interval, submission, truth

TRUE = truth({f"{subject}/a": [interval(10, 20)] for subject in ("1", "2", "3")})


def score(folds: Any, true: Any = TRUE) -> mebench.Report:
    return mebench.score({**submission({}), "folds": folds}, true, TOY)


def test_no_folds_are_unverified() -> None:
    report = mebench.score(submission({}), TRUE, TOY)
    assert report.folds.text == "Cross-validation not stated: the file has no folds"
    assert not report.folds.stated


@pytest.mark.parametrize("spelling", [("1", "2", "3"), ("sub01", "02", "3")])
def test_complete_folds_are_verified(spelling: tuple[str, ...]) -> None:
    report = score(
        [{"test": [one], "training": [two for two in "123" if two != one[-1]]} for one in spelling]
    )
    assert report.folds.text == "The stated folds are leave-one-subject-out"
    assert (report.folds.stated, report.folds.verified, report.folds.count) == (True, True, 3)


@pytest.mark.parametrize(
    ("folds", "expected"),
    [
        ([{"test": ["1"], "training": ["1", "2"]}, {"test": ["2"]}, {"test": ["3"]}], "leakage"),
        ([{"test": ["1"], "validation": ["sub1"]}, {"test": ["2"]}, {"test": ["3"]}], "leakage"),
        ([{"test": ["1"]}, {"test": ["2"]}, {"test": ["3"]}, {"test": ["01"]}], "tested-twice"),
        ([{"test": ["1", "2"]}, {"test": ["3"]}], "not-loso"),
        ([{"test": ["1"]}, {"test": ["2"]}], "untested"),
        ([], "untested"),
    ],
)
def test_contradictions(folds: Any, expected: str) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        score(folds)
    assert codes(caught.value) == [f"fold-{expected}"]
    assert (caught.value.diagnostics[0].place.pointer or "").startswith("/folds")


def test_unknown_subjects() -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        score([{"test": [one]} for one in ("1", "2", "3", "4")])
    assert codes(caught.value) == ["unknown-subject"]


def test_subjects_out_of_scope_may_stand_in_folds() -> None:
    true = truth({"1/a": [interval(1, 5)], "2/a": []})
    scoped = TOY.model_copy(update={"video_scope": "with-target"})
    for folds in (
        [{"test": ["1"], "training": ["2"]}],
        [{"test": ["1", "2"]}, {"test": ["2"], "training": ["2"]}],
    ):
        report = mebench.score({**submission({}), "folds": folds}, true, scoped)
        assert report.folds.verified


def test_the_mean_over_folds_follows_the_stated_folds() -> None:
    free = TOY.model_copy(update={"folds": "any"})
    predictions = submission({"1/a": [interval(10, 20)]})
    by_subject = mebench.score(predictions, TRUE, free).mean_over_folds["spotting_f1"].value
    assert by_subject == pytest.approx(1 / 3)
    stated = mebench.score(
        {**predictions, "folds": [{"test": ["1", "2"]}, {"test": ["3"]}]}, TRUE, free
    )
    assert stated.folds.text == "The stated folds test each subject once"
    assert stated.mean_over_folds["spotting_f1"].value == pytest.approx((2 / 3 + 0) / 2)
    assert stated.metrics["spotting_f1"].value == pytest.approx(2 / 4)
