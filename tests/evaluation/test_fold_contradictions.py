"""The cross-validation a submission states: every contradiction is an error that names the fold."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from mebench.models.protocol import ProtocolDataset
from tests.evaluation.documents import CLASSES, TOY, interval, submission, truth

TRUE = truth({f"{one}/a": [interval(10, 20)] for one in ("1", "2", "3")})
ANY = TOY.model_copy(update={"folds": "any"})


def found(folds: list[Any], protocol: mebench.Protocol = TOY) -> list[tuple[str, str | None, Any]]:
    """Return code, pointer and subject of everything the folds have wrong."""
    try:
        mebench.score(submission({}, folds=folds), TRUE, protocol)
    except mebench.MebenchError as error:
        return [(one.code, one.place.pointer, one.place.subject) for one in error.diagnostics]
    return []


def test_sound_folds_are_verified() -> None:
    folds = [
        {"test": ["1"], "training": ["2", "3"], "seed": 1},
        {"test": ["sub02"], "training": ["1"], "validation": ["003"]},
        {"test": ["3"]},
    ]
    report = mebench.score(submission({}, folds=folds), TRUE, TOY)
    assert (report.folds.text, report.folds.count) == (
        "The stated folds are leave-one-subject-out",
        3,
    )
    assert report.folds.verified and report.folds.stated


def test_no_folds_are_allowed_and_shown() -> None:
    report = mebench.score(submission({}), TRUE, TOY)
    assert (report.folds.text, report.folds.verified) == (
        "Cross-validation not stated: the file has no folds",
        False,
    )


@pytest.mark.parametrize(
    ("folds", "expected"),
    [
        ([["1"], ["2"]], [("fold-untested", "/folds", None)]),
        ([], [("fold-untested", "/folds", None)]),
        ([["1"], ["2"], ["3"], ["sub01"]], [("fold-tested-twice", "/folds/3", "sub01")]),
        ([["1", "2"], ["3"]], [("fold-not-loso", "/folds/0", None)]),
        (
            [["1", "1"], ["2"], ["3"]],
            [("fold-tested-twice", "/folds/0", "1"), ("fold-not-loso", "/folds/0", None)],
        ),
        ([["1"], ["2"], ["3"], ["4"]], [("unknown-subject", "/folds/3", "4")]),
    ],
)
def test_test_sets(folds: list[list[str]], expected: list[Any]) -> None:
    assert found([{"test": test} for test in folds]) == expected


@pytest.mark.parametrize("role", ["training", "validation"])
@pytest.mark.parametrize("spelled", ["2", "02", "sub2"])
def test_leakage_under_any_spelling(role: str, spelled: str) -> None:
    folds = [{"test": ["1"]}, {"test": ["2"], role: ["1", spelled]}, {"test": ["3"]}]
    assert found(folds) == [("fold-leakage", "/folds/1", spelled)]


def test_unknown_subjects_in_any_role() -> None:
    folds = [
        {"test": ["1"], "training": ["x"]},
        {"test": ["2"], "validation": ["y"]},
        {"test": ["3"]},
    ]
    assert found(folds) == [
        ("unknown-subject", "/folds/0", "x"),
        ("unknown-subject", "/folds/1", "y"),
    ]


def test_everything_at_once() -> None:
    folds = [{"test": ["1", "2"], "training": ["2"]}, {"test": ["1"]}, {"test": ["9"]}]
    assert {code for code, _, _ in found(folds)} == {
        "fold-leakage",
        "fold-not-loso",
        "fold-tested-twice",
        "unknown-subject",
        "fold-untested",
    }


def test_other_cross_validations() -> None:
    assert found([{"test": ["1", "2"]}, {"test": ["3"], "training": ["1"]}], ANY) == []
    assert found([{"test": ["1", "2"], "training": ["2"]}, {"test": ["3"]}], ANY) == [
        ("fold-leakage", "/folds/0", "2")
    ]
    report = mebench.score(submission({}, folds=[{"test": ["1", "2", "3"]}]), TRUE, ANY)
    assert report.folds.text == "The stated folds test each subject once"


def test_subjects_out_of_scope_may_stand_in_folds_and_need_not() -> None:
    rules = TOY.model_copy(update={"video_scope": "with-target"})
    true = truth({"1/a": [interval(10, 20)], "2/a": []})
    for folds in ([{"test": ["1"]}], [{"test": ["1"], "training": ["2"]}, {"test": ["2"]}]):
        report = mebench.score(submission({}, folds=folds), true, rules)
        assert report.folds.verified


def test_composites_name_the_data_set() -> None:
    pair = mebench.Protocol(
        id="pair@1",
        title="x",
        task="spot-then-recognize",
        targets=["micro"],
        classes=CLASSES,
        datasets=[ProtocolDataset(id="one"), ProtocolDataset(id="two")],
    )
    rows = [
        {"dataset": one, "subject": "1", "video": "a", "intervals": [interval(1, 5)]}
        for one in ("one", "two")
    ]
    true = {"format": "mebench-truth/1", "videos": rows}
    good = [{"test": [{"dataset": one, "subject": "1"}]} for one in ("one", "two")]

    def text(folds: list[Any]) -> str:
        document = {**submission({}, folds=folds), "protocol": "pair@1"}
        try:
            return mebench.score(document, true, pair).folds.text
        except mebench.MebenchError as error:
            return error.diagnostics[0].code

    assert text(good) == "The stated folds are leave-one-subject-out", (
        "the same number in two data sets is two subjects"
    )
    assert text([*good, {"test": ["1"]}]) == "dataset-missing"
    assert text([*good, {"test": [{"dataset": "three", "subject": "1"}]}]) == "unknown-dataset"
    leak = [{**good[0], "training": [{"dataset": "one", "subject": "1"}]}, good[1]]
    assert text(leak) == "fold-leakage"
    other = [{**good[0], "training": [{"dataset": "two", "subject": "1"}]}, good[1]]
    assert text(other) == "The stated folds are leave-one-subject-out"
