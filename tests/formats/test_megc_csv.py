"""The challenge's CSVs: only the video is named, frames count from 1, kinds are me and mae."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Diagnostic, Findings
from mebench.formats.loader import read_predictions
from mebench.models.protocol import ProtocolDataset
from tests.evaluation.documents import write
from tests.formats.finding import errors, findings_in

LONG = mebench.Protocol(
    id="long@1",
    title="Long videos",
    task="spot",
    targets=["macro", "micro"],
    datasets=[ProtocolDataset(id="toy", subject_in_video="^([0-9]+)_")],
)
TRUTH = "vid,onset,offset,type\n006_1,11,20,me\n006_1,51,90,mae\n007_2,5,9,ME\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vid,pred_onset,pred_offset,type\n006_1,11,20,me\n007_2,1,9,mae\n", "MEGC2022 CSV"),
        ("vid,onset,offset,type\n006_1,11,20,ME\n007_2,1,9,Mae\n", "MEGC2023 CSV"),
        ("type,offset,onset,vid\nmicro,20,11,006_1\nmacro,9,1,007_2\n", "MEGC2023 CSV"),
    ],
)
def test_frames_become_zero_based(tmp_path: Path, text: str, name: str) -> None:
    table = read_predictions(write(tmp_path, "p.csv", text), Findings()).table
    rows = table.intervals
    assert (table.format, table.first_frame, table.foreign) == (name, 1, True)
    assert [(*pair,) for pair in zip(rows.onset, rows.offset, strict=True)] == [(10, 19), (0, 8)]
    assert [rows.kind_name(row) for row in range(2)] == ["micro", "macro"]
    assert [video.subject for video in table.videos] == [None, None]


def test_score_without_a_subject_column(tmp_path: Path) -> None:
    predictions = write(
        tmp_path, "p.csv", "vid,pred_onset,pred_offset,type\n006_1,11,20,me\n007_2,1,9,mae\n"
    )
    report = mebench.score(predictions, write(tmp_path, "t.csv", TRUTH), LONG)
    assert report.units.subjects == 2, (
        "the protocol states where a video's name contains its subject"
    )
    spotting = {name: counts.spotting for name, counts in report.group_counts.items()}
    shown = {name: (one.tp, one.fp, one.fn) for name, one in spotting.items() if one}
    assert shown == {"micro": (1, 0, 1), "macro": (0, 1, 1), "overall": (1, 1, 2)}
    assert [file.first_frame for file in report.inputs] == [1, 1]


def test_the_first_frame_can_be_passed(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", "vid,onset,offset,type\n006_1,11,20,me\n")
    table = read_predictions(path, Findings(), first_frame=0).table
    assert (table.intervals.onset[0], table.first_frame) == (11, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vid,pred_onset,type\na,1,me\n", [("csv-missing-column", 1, None)]),
        ("vid,onset,offset\na,1,2\n", [("csv-missing-column", 1, None)]),
        ("vid,onset,offset,type\n006_1,1,2,xx\n", [("unknown-kind", 2, 11)]),
        ("vid,onset,offset,type\n006_1,1,2,\n", [("kind-missing", 2, 11)]),
        ("vid,onset,offset,type\n006_9,1,2,me\n", [("unknown-video", 2, 1)]),
        ("vid,onset,offset,type\n,1,2,me\n", [("unknown-video", 2, 1), ("value-empty", 2, 1)]),
        ("vid,onset,offset,type\n006_1,9,2,me\n", [("offset-before-onset", 2, 9)]),
    ],
)
def test_refusal(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, int | None]]
) -> None:
    found = findings_in(tmp_path, text, against=TRUTH, protocol=LONG)
    assert sorted(error[:3] for error in errors(found)) == sorted(expected)


def test_a_video_of_two_subjects_is_ambiguous(tmp_path: Path) -> None:
    truth = "subject,video,onset,offset,kind\n1,a,1,5,me\n2,a,1,5,me\n"
    found = findings_in(tmp_path, "vid,onset,offset,type\na,1,2,me\n", against=truth, protocol=LONG)
    assert [error.code for error in errors(found)] == ["ambiguous-video"]


def errors_only(found: list[Diagnostic]) -> str:
    return "\n".join(finding.message for finding in found if finding.severity == "error")


def test_messages_have_the_frames_of_the_file(tmp_path: Path) -> None:
    found = findings_in(
        tmp_path, "vid,onset,offset,type\n006_1,9,2,me\n", against=None, protocol=LONG
    )
    assert "[8, 1] (9 to 2 in the file, which counts from 1)" in errors_only(found)
