"""The STR CSV as people write it: delimiters, line ends, column order, number formats."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from mebench.diagnostics import Findings
from mebench.formats.loader import read_predictions, read_truth
from mebench.models.annotation_table import NO_FRAME, PredictionTable, VideoRow
from tests.evaluation.documents import write
from tests.formats.finding import findings_in

GOOD = "subject,video,onset,offset,emotion\n1,a,11,20,negative\n2,a,31,41,positive\n"


def read(folder: Path, text: str) -> PredictionTable:
    findings = Findings()
    table = read_predictions(write(folder, "file", text), findings).table
    assert not findings.has_errors, findings.kept
    return table


def rows(table: PredictionTable) -> list[tuple[object, ...]]:
    """Return all fields of each interval."""
    of = table.intervals
    return [
        (
            *table.videos[video][:3],
            int(of.onset[row]),
            int(of.offset[row]),
            None if of.apex[row] == NO_FRAME else int(of.apex[row]),
            of.kind_name(row),
            of.emotion_name(row),
            None if of.score is None else float(of.score[row]),
        )
        for row, video in enumerate(of.video.tolist())
    ]


EXPECTED = [
    (None, "1", "a", 11, 20, None, None, "negative", None),
    (None, "2", "a", 31, 41, None, None, "positive", None),
]


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\ufeff" + GOOD,
        "\n\r\n" + GOOD.replace("\n", "\n\n  \n"),
        GOOD.replace("subject,video", " Subject , VIDEO"),
        GOOD.replace("1,a", '"1","a"').replace("subject", '"subject"'),
        GOOD.replace(",a,", " , a , "),
        GOOD.replace("11,", "+011,"),
    ],
)
def test_the_same_table_written_differently(tmp_path: Path, text: str) -> None:
    assert rows(read(tmp_path, text)) == EXPECTED


@pytest.mark.parametrize("order", list(permutations(range(5)))[::7])
def test_columns_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    lines = [line.split(",") for line in GOOD.split()]
    shuffled = "\n".join(",".join(line[index] for index in order) for line in lines)
    assert rows(read(tmp_path, shuffled)) == EXPECTED


def test_all_columns(tmp_path: Path) -> None:
    text = (
        "score,kind,apex,dataset,n_frames,subject,video,onset,offset,emotion\n"
        ".5,ME,15,casme2,100,1,a,11,20,Negative\n"
        "-1e-3,Macro-expression,,samm,,2,a,31,41,\n"
    )
    assert rows(read(tmp_path, text)) == [
        ("casme2", "1", "a", 11, 20, 15, "micro", "Negative", 0.5),
        ("samm", "2", "a", 31, 41, None, "macro", None, -0.001),
    ]
    truth = read_truth(tmp_path / "file", Findings())
    assert truth.videos == [VideoRow("casme2", "1", "a", 100), VideoRow("samm", "2", "a")]


def test_quoted_cells_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    text = 'subject,video,onset,offset,emotion\n"a,b","x\ny",1,2,"say ""hi"""\nc,d,3,4,e\n'
    table = read(tmp_path, text)
    assert [video[:3] for video in table.videos] == [(None, "a,b", "x\ny"), (None, "c", "d")]
    assert table.intervals.labels == ('say "hi"', "e")
    place = table.places.interval(1, "offset")
    assert (place.line, place.column) == (4, 7), "the line of a row is its first line"


@pytest.mark.parametrize("spelled", ["11.0", "1.1e1", "11.", "110e-1"])
def test_integers_with_a_decimal_point_or_exponent_are_accepted_with_a_note(
    tmp_path: Path, spelled: str
) -> None:
    text = GOOD.replace("11,", f"{spelled},")
    assert rows(read(tmp_path, text)) == EXPECTED
    (note,) = findings_in(tmp_path, text)
    assert (note.code, note.severity) == ("frame-spelled", "note")
    assert spelled in note.message


@pytest.mark.parametrize(("first_frame", "onset"), [(None, 11), (0, 11), (1, 10)])
def test_first_frame(tmp_path: Path, first_frame: int | None, onset: int) -> None:
    path = write(tmp_path, "file", GOOD)
    table = read_predictions(
        path, Findings(), first_frame=None if first_frame is None else 1 if first_frame else 0
    ).table
    assert (table.intervals.onset[0], table.first_frame) == (onset, first_frame or 0)


def test_a_row_without_frames_declares_a_video(tmp_path: Path) -> None:
    table = read(tmp_path, GOOD + "3,c,,,\n")
    assert table.videos[2] == VideoRow(None, "3", "c")
    assert len(table.intervals) == 2


def test_a_header_alone_is_a_file_without_predictions(tmp_path: Path) -> None:
    assert rows(read(tmp_path, "subject,video,onset,offset,emotion")) == []


def test_unknown_columns_are_ignored_with_a_warning(tmp_path: Path) -> None:
    (warning,) = findings_in(
        tmp_path, GOOD.replace("emotion\n", "emotion,colour\n").replace("ive\n", "ive,red\n")
    )
    assert (warning.code, warning.severity) == ("csv-column-ignored", "warning")
    assert (warning.place.line, warning.place.column) == (1, 36)


def test_an_emotion_without_frames_is_ignored(tmp_path: Path) -> None:
    table = read(tmp_path, f"{GOOD}3,a,,,{'x' * 200}\n")
    assert table.videos[2] == VideoRow(None, "3", "a")
    assert rows(table) == EXPECTED
