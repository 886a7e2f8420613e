"""Documents of the wrong structure: code, pointer and words of every message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench
from tests.evaluation.documents import TOY, interval, submission, truth
from tests.formats.finding import findings_in

ROW = "/videos/0/intervals/0"


def changed(**fields: Any) -> dict[str, Any]:
    """Return a submission whose only interval has other fields."""
    return submission({"1/a": [interval(11, 20, score=0.5) | fields]})


def with_video(**fields: Any) -> dict[str, Any]:
    document = submission({"1/a": [interval(11, 20)]})
    document["videos"][0] |= fields
    return document


def with_top(**fields: Any) -> dict[str, Any]:
    return submission({"1/a": [interval(11, 20, score=0.5)]}) | fields


CASES: list[tuple[Any, list[tuple[str, str]], str]] = [
    (changed(onset=12.0), [("frame-not-integer", f"{ROW}/onset")], "12.0"),
    (changed(onset=12.5), [("frame-not-integer", f"{ROW}/onset")], "12.5"),
    (changed(onset=float("nan")), [("frame-not-integer", f"{ROW}/onset")], "nan"),
    (changed(onset="12"), [("wrong-type", f"{ROW}/onset")], "an integer"),
    (changed(onset=True), [("wrong-type", f"{ROW}/onset")], "true, but must be an integer"),
    (changed(onset=None), [("wrong-type", f"{ROW}/onset")], "null"),
    (changed(offset=2**25), [("frame-too-large", f"{ROW}/offset")], "too large"),
    (changed(offset=10**300), [("frame-too-large", f"{ROW}/offset")], "..."),
    (changed(onset=-(2**25)), [("frame-too-large", f"{ROW}/onset")], "too large"),
    (changed(score=float("nan")), [("not-finite", f"{ROW}/score")], "nan"),
    (changed(score=float("inf")), [("not-finite", f"{ROW}/score")], "inf"),
    (changed(score=False), [("wrong-type", f"{ROW}/score")], "false"),
    (changed(score="0.5"), [("wrong-type", f"{ROW}/score")], "a number"),
    (changed(kind="mirco"), [("unknown-kind", f"{ROW}/kind")], "Did you mean 'micro'?"),
    (changed(emotion=5), [("wrong-type", f"{ROW}/emotion")], "a string in quotes"),
    (changed(emotion=""), [("value-empty", f"{ROW}/emotion")], "'emotion' is empty"),
    (changed(emotion="x" * 101), [("value-too-long", f"{ROW}/emotion")], "100"),
    (changed(ofset=3), [("unknown-field", f"{ROW}/ofset")], "Did you mean 'offset'?"),
    (
        changed(emotion_scores={"negative": "x"}),
        [("wrong-type", f"{ROW}/emotion_scores/negative")],
        "a number",
    ),
    (changed(emotion_scores={"": 1}), [("value-empty", f"{ROW}/emotion_scores/")], "A key in"),
    (with_video(subject=1), [("wrong-type", "/videos/0/subject")], 'write "1", not 1'),
    (with_video(video=1.5), [("wrong-type", "/videos/0/video")], "Ids are strings"),
    (with_video(video=True), [("wrong-type", "/videos/0/video")], "true"),
    (with_video(video=""), [("value-empty", "/videos/0/video")], "empty"),
    (with_video(video="v" * 501), [("value-too-long", "/videos/0/video")], "500"),
    (with_video(video="\ud800"), [("wrong-type", "/videos/0/video")], "Unicode"),
    (with_video(intervals=None), [("wrong-type", "/videos/0/intervals")], "a list [ ]"),
    (with_video(intervals=[[1, 2]]), [("wrong-type", ROW)], "Entry 0 of 'intervals'"),
    (with_video(str=1), [("unknown-field", "/videos/0/str")], "'str'"),
    (
        with_video(score_threshold={"macro": "a"}),
        [("wrong-type", "/videos/0/score_threshold/macro")],
        "a number",
    ),
    (with_top(videos={}), [("wrong-type", "/videos")], "a list [ ]"),
    (with_top(videos=["x"]), [("wrong-type", "/videos/0")], "an object { }"),
    (
        with_top(score_threshold="0.5"),
        [("wrong-type", "/score_threshold")],
        "a number or an object { }",
    ),
    (with_top(score_threshold=True), [("wrong-type", "/score_threshold")], "a number or"),
    (with_top(score_threshold=float("nan")), [("not-finite", "/score_threshold")], "nan"),
    (with_top(score_threshold={"mcro": 1}), [("unknown-kind", "/score_threshold/mcro")], "'micro'"),
    (
        with_top(format="mebench-submission/2"),
        [("wrong-format-version", "/format")],
        "'mebench-submission/1'",
    ),
    (with_top(format="mine"), [("wrong-format-version", "/format")], "'mine'"),
    (with_top(format=1), [("wrong-format-version", "/format")], "1"),
    (with_top(system={}), [("missing-field", "/system/name")], "'name'"),
    (
        with_top(system={"name": "x", "athors": []}),
        [("unknown-field", "/system/athors")],
        "Did you mean 'authors'?",
    ),
    (
        with_top(system={"name": "x", "model_selection": "tests"}),
        [("wrong-value", "/system/model_selection")],
        "Did you mean 'test'?",
    ),
    (
        with_top(**{"$comment": 5}),
        [("wrong-type", "/$comment")],
        "a string in quotes or a list [ ]",
    ),
    (with_top(**{"$comment": ["a", 5]}), [("wrong-type", "/$comment/1")], "Entry 1"),
    (with_top(folds=[{"test": []}]), [("value-empty", "/folds/0/test")], "empty"),
    (with_top(folds=[{"test": [1]}]), [("wrong-type", "/folds/0/test/0")], 'write "1", not 1'),
    (
        with_top(folds=[{"tests": ["1"], "test": ["2"]}]),
        [("unknown-field", "/folds/0/tests")],
        "Did you mean 'test'?",
    ),
    (
        with_top(folds=[{"test": [{"dataset": "toy"}]}]),
        [("missing-field", "/folds/0/test/0/subject")],
        "'subject'",
    ),
    (
        {"format": "mebench-submission/1"},
        [("missing-field", "/protocol"), ("missing-field", "/system")],
        "missing",
    ),
    ({}, [("missing-field", f"/{name}") for name in ("format", "protocol", "system")], "missing"),
]


@pytest.mark.parametrize(("document", "expected", "words"), CASES)
def test_errors_in_a_submission(
    tmp_path: Path, document: Any, expected: list[tuple[str, str]], words: str
) -> None:
    found = [error for error in findings_in(tmp_path, document) if error.severity == "error"]
    assert [(error.code, error.place.pointer) for error in found] == expected
    assert words in found[0].message
    assert all(error.place.line == 1 and error.place.column for error in found)
    for error in found:
        if (error.place.pointer or "").startswith("/videos/0/") and "subject" not in error.message:
            assert error.place.subject == "1", "the error names the subject of its video"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"n_frames": 0}, "value-out-of-range"),
        ({"n_frames": 2**25 + 1}, "frame-too-large"),
        ({"n_frames": 9.0}, "frame-not-integer"),
        ({"fps": 0.0}, "value-out-of-range"),
        ({"score_threshold": 1}, "unknown-field"),
    ],
)
def test_errors_in_a_truth(tmp_path: Path, row: dict[str, Any], code: str) -> None:
    document = truth({"1/a": [interval(10, 20)]})
    document["videos"][0] |= row
    (found,) = findings_in(tmp_path, document, role="truth", protocol=None)[:1]
    assert (found.code, found.place.pointer) == (code, f"/videos/0/{next(iter(row))}")


def test_all_errors_are_reported_and_the_valid_rows_are_still_checked(tmp_path: Path) -> None:
    document = submission(
        {
            "1/a": [interval(11.5, 20), interval(30, 20), interval(5, 9, "negativ")],  # type: ignore[arg-type]
            "9/a": [interval(1, 2, "?", kind="x")],
        },
        system={"nam": "x"},
    )
    document["videos"].append({"subject": 2, "video": "a", "intervals": []})
    assert sorted(error.code for error in findings_in(tmp_path, document)) == [
        "frame-not-integer",
        "missing-field",
        "offset-before-onset",
        "unknown-emotion",
        "unknown-field",
        "unknown-kind",
        "unknown-subject",
        "wrong-type",
    ]


def test_lines_and_columns_are_those_of_the_file(tmp_path: Path) -> None:
    text = json.dumps(changed(onset=1.5, kind="x"), indent=2)
    found = findings_in(tmp_path, text)
    lines = text.split("\n")
    for error in found:
        assert error.place.line is not None and error.place.column is not None
        name = (error.place.pointer or "").rpartition("/")[2]
        assert lines[error.place.line - 1][error.place.column - 1 :].startswith(f'"{name}"')


def test_in_memory_there_are_pointers_and_no_lines() -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(changed(onset=1.5), truth({"1/a": []}), TOY)
    (found,) = caught.value.diagnostics
    assert (found.code, found.place.file, found.place.pointer) == (
        "frame-not-integer",
        None,
        f"{ROW}/onset",
    )
