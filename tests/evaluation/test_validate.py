"""Validation: everything at once, with and without truth and protocol, of either role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.evaluation.validate import validate
from mebench.models.protocol import ExpectedCounts
from tests.evaluation.documents import TOY, interval, submission, truth, write

TRUE = truth({"1/a": [interval(10, 20, kind="micro")], "2/a": []})
BAD = submission(
    {"1/a": [interval(30, 20), interval(-5, 9, score=1), interval(1, 2, "joy")], "7/a": []},
    folds=[{"test": ["1"], "training": ["1"]}],
    colour="red",
)


def found(path: Path, **options: Any) -> list[str]:
    return sorted(one.code for one in validate(path, **options)[0].kept)


def test_without_a_protocol_the_shape_is_checked(tmp_path: Path) -> None:
    table = write(tmp_path, "p.csv", "subject,video,onset,offset\n1,a,5,x\n")
    assert found(table) == ["frame-not-integer", "protocol-not-given"]
    true = write(tmp_path, "t.json", TRUE)
    assert found(true) == ["protocol-not-given"]


def test_without_the_truth_what_can_be_is_checked(tmp_path: Path) -> None:
    path = write(tmp_path, "p.json", BAD)
    assert found(path, protocol=TOY) == [
        "fold-leakage",
        "frame-outside-video",
        "offset-before-onset",
        "score-missing",
        "score-missing",
        "truth-not-given",
        "unknown-emotion",
        "unknown-field",
    ]


def test_with_the_truth_everything_is(tmp_path: Path) -> None:
    path, true = write(tmp_path, "p.json", BAD), write(tmp_path, "t.json", TRUE)
    assert found(path, protocol=TOY, truth=true) == [
        "fold-leakage",
        "fold-untested",
        "frame-outside-video",
        "offset-before-onset",
        "score-missing",
        "score-missing",
        "unknown-emotion",
        "unknown-field",
        "unknown-subject",
    ]
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(path, true, TOY)
    scored = sorted(one.code for one in caught.value.diagnostics)
    assert scored == found(path, protocol=TOY, truth=true), "a score says no less"


def test_what_ends_the_reading_comes_with_what_was_found_before(tmp_path: Path) -> None:
    path = write(tmp_path, "p.json", {**BAD, "protocol": "other@1"})
    assert "wrong-protocol" in found(path, protocol=TOY)
    assert "unknown-field" in found(path, protocol=TOY)
    broken = write(tmp_path, "t.json", '{"format": "mebench-truth/1", ')
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(write(tmp_path, "p2.json", BAD), broken, TOY)
    codes = {one.code for one in caught.value.diagnostics}
    assert {"json-truncated", "unknown-field"} <= codes


@pytest.mark.parametrize(
    ("protocol", "code"),
    [
        ("casme2-st@1", "unknown-protocol"),
        ("mine.toml", "unknown-protocol"),
        ("x" * 5000, "unknown-protocol"),
        ("casme2-str@2", "unknown-protocol"),
    ],
)
def test_an_unknown_protocol_in_the_file_is_a_finding(
    tmp_path: Path, protocol: str, code: str
) -> None:
    write(tmp_path, "mine.toml", 'id = "mine@1"\n')
    path = write(tmp_path, "p.json", submission({}) | {"protocol": protocol})
    (found,) = validate(path)[0].kept
    assert (found.code, found.place.pointer) == (code, "/protocol")
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(path, TRUE)
    assert caught.value.exit_status == 1


def test_truth_under_a_protocol(tmp_path: Path) -> None:
    document = truth({"1/a": [interval(30, 20)], "sub01/b": [interval(90, 120, "joy")]})
    path = write(tmp_path, "t.json", document)
    assert found(path, protocol=TOY) == [
        "alias-collision",
        "frame-outside-video",
        "offset-before-onset",
    ]


def test_the_role_can_be_said(tmp_path: Path) -> None:
    path = write(tmp_path, "x.csv", "subject,video,onset,offset,emotion,n_frames\n1,a,1,2,joy,0\n")
    assert found(path, protocol=TOY, role="truth") == [
        "truth-outside-classes",
        "value-out-of-range",
    ]
    assert "unknown-emotion" in found(path, protocol=TOY, role="predictions")
    assert "unknown-emotion" in found(path, protocol=TOY)


def test_labels_of_a_truth_that_are_no_class(tmp_path: Path) -> None:
    document = truth({"1/a": [interval(1, 9, "negativ"), interval(20, 29), interval(40, 49, "x")]})
    path = write(tmp_path, "t.json", document)
    [warning] = validate(path, protocol=TOY)[0].kept
    assert warning.code == "truth-outside-classes" and warning.severity == "warning"
    assert "2 expressions" in warning.message and "'negativ', 'x'" in warning.message
    assert "Did you mean 'negative'?" in warning.message
    stated = TOY.model_copy(update={"expected": ExpectedCounts(outside_classes=2)})
    assert validate(path, protocol=stated)[0].kept == []
