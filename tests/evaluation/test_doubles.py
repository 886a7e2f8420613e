"""Doubles: rows of a truth that stand twice, and ids that only look like two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.util.text import lookalike_key
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write
from tests.formats.finding import findings_in

TWINS = [
    ("S1", "s1"),
    ("Sub01", "sub01"),
    ("x", "x "),
    ("x", "\u00a0x"),
    ("x1", "x\u200b1"),
    ("x1", "\ufeffx1"),
    ("x1", "x1\ufe0f"),
    ("x1", "ｘ１"),
    ("é", "e\u0301"),
    ("stra\u00dfe", "STRASSE"),
    ("a\u034fb", "ab"),
    ("x\x07", "x"),
]


def refused(true: dict[str, Any], predicted: dict[str, Any] | None = None) -> mebench.MebenchError:
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(predicted or submission({}), true, TOY)
    return caught.value


@pytest.mark.parametrize(("first", "second"), TWINS)
@pytest.mark.parametrize("field", ["subject", "video"])
def test_ids_that_look_alike(first: str, second: str, field: str) -> None:
    names = [{"subject": "1", "video": "a"} | {field: text} for text in (first, second)]
    true = truth({}) | {"videos": [name | {"intervals": []} for name in names]}
    error = refused(true)
    assert set(codes(error)) <= {"lookalike-ids", "alias-collision"}
    message = error.diagnostics[0].message
    assert ascii(first) in message and ascii(second) in message


@pytest.mark.parametrize(("first", "second"), TWINS)
def test_samples_that_look_alike(first: str, second: str) -> None:
    protocol = mebench.Protocol.model_validate(
        TOY.model_dump() | {"task": "recognize", "targets": []}
    )
    samples = [{"subject": "1", "sample": name, "emotion": "negative"} for name in (first, second)]
    true = {"format": "mebench-truth/1", "dataset": "toy", "samples": samples}
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({}), true, protocol)
    assert "lookalike-ids" in codes(caught.value)


def test_ids_that_look_alike_after_the_alias_rules() -> None:
    assert codes(refused(truth({"Sub01/a": [], "1/b": []}))) == ["lookalike-ids"]


def test_each_pair_is_reported_once_and_others_are_not() -> None:
    names = ["S1/a", "s1/b", "s1/c", "S1/d", "s2/a", "s3/A", "a b/x", "ab/x", "01x/a", "1x/a"]
    assert codes(refused(truth({name: [] for name in names}))) == ["lookalike-ids"]


@pytest.mark.parametrize("text", ["S1", "é", "x 1", "CAS(ME)²", "日本", ""])
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert lookalike_key(lookalike_key(text)) == lookalike_key(text)


def test_a_row_that_stands_twice_in_a_json_truth() -> None:
    rows = [
        interval(10, 20),
        interval(30, 40),
        interval(10, 20, " NEGATIVE", kind="micro", apex=12),
    ]
    error = refused(truth({"1/a": rows}))
    assert codes(error) == ["duplicate-expression"]
    (found,) = error.diagnostics
    assert found.place.pointer == "/videos/0/intervals/2"
    assert "/videos/0/intervals/0" in found.message and "[10, 20]" in found.message


def test_a_row_that_stands_twice_in_a_csv_truth(tmp_path: Path) -> None:
    text = (
        "subject,video,onset,offset,emotion\n1,a,1,9,negative\n1,b,1,9,negative\n1,a,1,9,negative\n"
    )
    found = findings_in(tmp_path, text, role="truth")
    (double,) = [one for one in found if one.code == "duplicate-expression"]
    assert (double.place.line, double.severity) == (4, "error")
    assert "line 2" in double.message


def test_equal_intervals_of_another_kind_emotion_or_video_are_no_doubles() -> None:
    rows = [interval(10, 20), interval(10, 20, "positive"), interval(10, 20, kind="macro")]
    mebench.score(submission({}), truth({"1/a": rows, "1/b": rows}), TOY)


def test_a_million_copies_keep_a_thousand_findings() -> None:
    error = refused(truth({"1/a": [interval(10, 20)] * 3000}))
    assert len(error.diagnostics) == 1000 and error.omitted == {"duplicate-expression": 1999}


def test_predictions_that_stand_twice_are_one_warning() -> None:
    rows = [interval(10, 20, score=0.5), interval(30, 40, score=0.5)]
    rows += [rows[0], rows[0], interval(10, 20, score=0.4), interval(10, 20, apex=12, score=0.5)]
    true = truth({"1/a": [interval(10, 20)]})
    (found,) = mebench.score(submission({"1/a": rows}), true, TOY).findings
    assert (found.code, found.severity) == ("duplicate-predictions", "warning")
    assert found.message.startswith("2 intervals equal to an earlier one")
    assert "/videos/0/intervals/0" in found.message


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("subject,video,onset,offset,emotion,score\n1,a,10,20,negative,.5\n", "score"),
        ("vid,pred_onset,pred_offset,type\na,10,20,me\n", "pred_onset"),
    ],
)
def test_a_truth_that_looks_like_predictions(tmp_path: Path, text: str, column: str) -> None:
    path = write(tmp_path, "t.csv", text)
    findings, _ = validate(path, role="truth", protocol=TOY, options=ScoringOptions())
    (found,) = [one for one in findings.kept if one.code == "truth-like-predictions"]
    assert (found.severity, found.place.line) == ("warning", 1)
    assert repr(column) in found.message and "swapped" in found.remedy


def test_an_empty_column_of_scores_looks_like_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path, "t.csv", "subject,video,onset,offset,emotion,score\n1,a,10,20,negative,\n"
    )
    findings, _ = validate(path, role="truth", protocol=TOY)
    assert "truth-like-predictions" not in {one.code for one in findings.kept}


def test_a_video_or_sample_that_stands_twice_names_both_places(tmp_path: Path) -> None:
    row = {"subject": "1", "video": "a", "intervals": []}
    (found,) = refused(truth({}) | {"videos": [row, row | {"video": "b"}, row]}).diagnostics
    assert (found.code, found.place.pointer) == ("duplicate-video", "/videos/2/video")
    assert found.message.endswith("The first is at /videos/0/video.")
    protocol = TOY.model_dump() | {"task": "recognize", "targets": []}
    text = "subject,sample,emotion\n1,a,negative\n1,b,negative\nsub01,a,positive\n"
    path = write(tmp_path, "t.csv", text)
    findings, _ = validate(path, role="truth", protocol=mebench.Protocol.model_validate(protocol))
    messages = [one.message for one in findings.kept if one.severity == "error"]
    assert len(messages) == 2, "two spellings of a subject, and one sample of it twice"
    assert messages[1].endswith("The first is at line 2.")
