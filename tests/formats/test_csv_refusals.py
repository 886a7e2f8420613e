"""Errors in a CSV file: each code, with the line and column of the cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.finding import findings_in, spots

HEAD = "subject,video,onset,offset,emotion\n"
SCORED = "subject,video,onset,offset,emotion,score\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("subject,video,onset,emotion\n1,a,1,negative\n", [("csv-missing-column", 1, None)]),
        (
            "\n\nsubject,video,onset,ofset,emotion\n1,a,1,2,negative\n",
            [("csv-unknown-column", 3, 21), ("csv-missing-column", 3, None)],
        ),
        (
            "subject,video,onset,offset,emotoin\n1,a,1,2,negative\n",
            [("csv-unknown-column", 1, 28), ("emotion-missing", 2, None)],
        ),
        ("subject,video,onset,offset,onset\n1,a,1,2,3\n", [("csv-duplicate-column", 1, None)]),
        (
            HEAD + "1,a,1,2,negative,9\n1,a,1,2\n1,a,3,4,negative\n",
            [("csv-row-width", 2, None), ("csv-row-width", 3, None)],
        ),
        (
            HEAD + '1,a,1,2,negative\n1,"a,3,4,negative\n2,a,1,2,positive\n',
            [("csv-syntax", 3, None)],
        ),
        (HEAD + '1,"a"b,3,4,negative\n', [("csv-syntax", 2, None)]),
        (HEAD + f"1,{'a' * 200_000},3,4,negative\n", [("csv-syntax", 2, None)]),
        (HEAD + "1,a,x,20,negative\n", [("frame-not-integer", 2, 5)]),
        (HEAD + "1,a,11.5,20,negative\n", [("frame-not-integer", 2, 5)]),
        (HEAD + f"1,a,x,20,{'y' * 200}\n", [("frame-not-integer", 2, 5)]),
        (HEAD + f"1,a,,20,{'y' * 200}\n", [("frame-missing", 2, 5)]),
        (HEAD + "1,a,11,0x1,negative\n", [("frame-not-integer", 2, 8)]),
        (HEAD + "1,a,11,2_0,negative\n", [("frame-not-integer", 2, 8)]),
        (HEAD + "1,a,１１,20,negative\n", [("frame-not-integer", 2, 5)]),
        (
            HEAD + "1,a,nan,inf,negative\n",
            [("frame-not-integer", 2, 5), ("frame-not-integer", 2, 9)],
        ),
        (HEAD + "1,a,1e999,20,negative\n", [("frame-too-large", 2, 5)]),
        (HEAD + "1,a,11,33554432,negative\n", [("frame-too-large", 2, 8)]),
        (HEAD + f"1,a,11,{'9' * 5000},negative\n", [("frame-too-large", 2, 8)]),
        (HEAD + "1,a,11,,negative\n", [("frame-missing", 2, 5)]),
        (HEAD + "1,a,,20,negative\n", [("frame-missing", 2, 5)]),
        (
            HEAD + "1,a,11,20,negative\n1,a,,,\n",
            [("empty-row-contradicted", 2, None)],
        ),
        (HEAD + "1,a,20,11,negative\n", [("offset-before-onset", 2, 8)]),
        (
            "subject,video,onset,offset,emotion,apex\n1,a,11,20,negative,30\n1,b,1,2,positive,/\n",
            [("frame-not-integer", 3, 18), ("apex-outside", 2, 20)],
        ),
        (SCORED + "1,a,11,20,negative,0.5\n2,a,31,41,positive,\n", [("score-missing", 3, 20)]),
        (SCORED + "1,a,11,20,negative,nan\n", [("not-finite", 2, 20)]),
        (
            SCORED + "1,a,11,20,negative,1e999\n2,a,31,41,positive,-inf\n",
            [("not-finite", 2, 20), ("not-finite", 3, 20)],
        ),
        (SCORED.replace(",", ";") + "1;a;11;20;negative;1,500\n", [("not-finite", 2, 20)]),
        (
            HEAD.replace("emotion", "emotion,kind") + "1,a,11,20,negative,mirco\n",
            [("unknown-kind", 2, 20)],
        ),
        (HEAD + "1,a,11,20,angry\n", [("unknown-emotion", 2, 11)]),
        (HEAD + "1,a,11,20,\n", [("emotion-missing", 2, 11)]),
        (HEAD + '"1","a",11,20,""\n', [("emotion-missing", 2, 15)]),
        (HEAD + "1,z,11,20,negative\n", [("unknown-video", 2, 3)]),
        (HEAD + "3,a,11,20,negative\n", [("unknown-subject", 2, 1)]),
        (
            HEAD + "1,a,11,20,negative\nsub01,a,31,41,positive\n",
            [("alias-collision", 3, 1), ("alias-collision", 3, 7)],
        ),
        (
            HEAD + f"1,{'a' * 501},11,20,negative\n",
            [("value-too-long", 2, 3), ("unknown-video", 2, 3)],
        ),
        (HEAD + "1,a,100,120,negative\n", [("interval-outside-video", 2, 5)]),
    ],
)
def test_refusal(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, int | None]]
) -> None:
    assert sorted(spots(findings_in(tmp_path, text)), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("subject,video,onset,duration\n1,a,1,2\n", "onset + duration - 1"),
        ("video,onset,offset\n1_a,1,2\n", "into a column of its own"),
        (HEAD + "1,a,1000,1367,negative\n", "are these milliseconds"),
        (HEAD + "1,zzz,1,2,negative\n", "Use the ids of the truth, such as 'a'."),
        ("subject,video,onset,offset\n1,a,1,2\n", "--columns emotion=COLUMN"),
    ],
)
def test_remedies_name_a_usual_cause(tmp_path: Path, text: str, remedy: str) -> None:
    assert remedy in " ".join(one.remedy for one in findings_in(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,a,1,2,positive,0\n", [("value-out-of-range", 2, 18)]),
        ("1,a,1,2,positive,-1\n", [("value-out-of-range", 2, 18)]),
        ("1,a,1,2,positive,50\n1,a,5,9,positive,60\n", [("inconsistent", 3, 18)]),
        ("1,a,1,2,positive,\n1,a,5,9,positive,60\n", []),
        (f"1,a,1,2,{'x' * 101},9\n", [("value-too-long", 2, 9)]),
    ],
)
def test_refusal_of_a_truth(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, int | None]]
) -> None:
    text = HEAD.replace("emotion", "emotion,n_frames") + text
    assert spots(findings_in(tmp_path, text, role="truth")) == expected


def test_a_wrong_cell_names_its_video(tmp_path: Path) -> None:
    (found,) = findings_in(tmp_path, SCORED + "1,a,11,20,negative,much\n")
    assert (found.place.subject, found.place.video) == ("1", "a")
    assert "'much'" in found.message


def test_many_wrong_rows_keep_a_thousand_places(tmp_path: Path) -> None:
    kept = findings_in(tmp_path, HEAD + "1,a,x,20,negative\n" * 3000)
    assert [finding.code for finding in kept] == ["frame-not-integer"] * 1000


def test_frames_outside_are_kept_and_flagged_or_clipped(tmp_path: Path) -> None:
    from mebench.evaluation.scoring_options import ScoringOptions

    text = HEAD + "1,a,-5,20,negative\n2,a,31,141,positive\n"
    (kept,) = findings_in(tmp_path, text)
    assert (kept.code, kept.severity) == ("frames-kept", "warning")
    (clipped,) = findings_in(tmp_path, text, options=ScoringOptions(clip=True))
    assert (clipped.code, clipped.severity) == ("frames-clipped", "warning")
    assert clipped.message.startswith("2 intervals")
