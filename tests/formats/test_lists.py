"""Files without a header row: lists of samples, and spotting results."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.formats.loader import read_predictions, read_truth
from tests.evaluation.documents import codes, write
from tests.formats.finding import errors, findings_in

CASME_SQ = "megc2020-spot-casme-sq@1"


@pytest.mark.parametrize(
    "text",
    [
        "casme2,sub01,EP02_01f,1\ncasme2,sub01,EP03_02,0\nx\n",
        "casme2,sub01,EP02_01f,1\n,,,\ncasme2,sub01,EP03_02,0\nx\n,,,",
        "data,subject,clip,label\ncasme2,sub01,EP02_01f,1\ncasme2,sub01,EP03_02,negative\nx,\n",
        "\nDataset,Subject,File,Label\r\n\r\ncasme2,sub01,EP02_01f,1\r\ncasme2,sub01,EP03_02,0\r\nx",
    ],
)
def test_sample_list_is_truth_and_nothing_else(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, "list.csv", text)
    findings = Findings()
    table = read_truth(path, findings)
    assert table.format == "MEGC2019 sample list"
    assert [sample.emotion for sample in table.samples] == ["positive", "negative"]
    line = next(i for i, line in enumerate(text.splitlines(), 1) if line.strip(",") == "x")
    assert [(found.code, found.place.line) for found in findings.kept] == [("log-syntax", line)]
    with pytest.raises(mebench.MebenchError) as caught:
        read_predictions(path, Findings())
    assert codes(caught.value) == ["wrong-file"]


def test_recognition_list(tmp_path: Path) -> None:
    text = "sub01,EP02_01f,46,59,86,1\nsub01,EP03_02,131,139,161,5\nsub02,EP01,1\n"
    path = write(tmp_path, "list.csv", text)
    findings = Findings()
    table = read_truth(path, findings)
    assert [(row.subject, row.sample, row.emotion) for row in table.samples] == [
        ("sub01", "EP02_01f", "1"),
        ("sub01", "EP03_02", "5"),
    ]
    assert table.format == "recognition list"
    found = {finding.code: finding for finding in findings.kept}
    assert set(found) == {"log-syntax", "numbered-labels"}
    assert found["log-syntax"].place.line == 3 and "1, 5" in found["numbered-labels"].message
    with pytest.raises(mebench.MebenchError) as caught:
        read_predictions(path, Findings())
    assert codes(caught.value) == ["wrong-file"]


def test_numbers_of_a_list_are_named_in_a_protocol(tmp_path: Path) -> None:
    protocol = """
    id = "own@1"
    title = "x"
    task = "recognize"
    classes = ["happiness", "others"]
    [[datasets]]
    id = "casme2"
    label_map = { 1 = "happiness", 5 = "others" }
    """
    truth = write(tmp_path, "list.csv", "sub01,a,46,59,86,1\nsub02,b,131,139,161,5\n")
    predictions = "subject,sample,emotion\nsub01,a,happiness\nsub02,b,happiness\n"
    report = mebench.score(
        write(tmp_path, "preds.csv", predictions), truth, write(tmp_path, "own.toml", protocol)
    )
    assert report.metrics["accuracy"].value == 1 / 2


RESULTS = "s15/15_0101disgustingteeth,2,39,s15\n\n,,,\ns16/16_0402x,5.0,23.0,s16"


def test_results_without_a_header(tmp_path: Path) -> None:
    path = write(tmp_path, "results.csv", RESULTS)
    findings = Findings()
    table = read_predictions(path, findings).table
    assert [(row.subject, row.video) for row in table.videos] == [
        ("s15", "s15/15_0101disgustingteeth"),
        ("s16", "s16/16_0402x"),
    ]
    assert table.intervals.onset.tolist() == [1, 4] and table.intervals.offset.tolist() == [38, 22]
    assert {finding.code for finding in findings.kept} == {"frame-spelled"}
    truth = "subject,video,onset,offset,kind\n15,15_0101,1,38,micro\n16,16_0402,90,99,micro\n"
    truth_path = write(tmp_path, "truth.csv", truth)
    report = score_with_options(path, truth_path, CASME_SQ, ScoringOptions(kind="micro"))
    assert report.metrics["spotting_f1"].value == 1 / 2


def test_results_without_a_header_as_truth(tmp_path: Path) -> None:
    path = write(tmp_path, "truth.csv", "006_1,337,435,006\n006_1,617,722,006\n")
    findings, detected = validate(path, role="truth", protocol="megc2020-spot-sammlv@1")
    assert detected == "CSV without header: video, onset, offset, subject"
    assert {finding.code for finding in findings.kept} == {"kind-missing", "counts-differ"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("s1/v,1,s1", ("csv-row-width", 51, None)),
        ("s1/v,,9,s1", ("csv-row-width", 51, None)),
        ("s1/v,1,9.5,s1", ("frame-not-integer", 51, 8)),
        ("s1/v,9,1,s1", ("offset-before-onset", 51, 8)),
    ],
)
def test_refusal_of_results(tmp_path: Path, row: str, expected: tuple[str, int, int]) -> None:
    text = "s1/v,1,9,s1\n" * 50 + row
    options = ScoringOptions(kind="micro")
    found = findings_in(tmp_path, text, against=None, protocol=CASME_SQ, options=options)
    assert [error[:3] for error in errors(found)] == [expected]


@pytest.mark.parametrize("header", ["vid,org_vid,duration", "sub_name,duration"])
@pytest.mark.parametrize("role", ["predictions", "truth"])
def test_lists_of_lengths_are_named(tmp_path: Path, header: str, role: str) -> None:
    row = ",".join(["x"] * header.count(",") + ["200"])
    path = write(tmp_path, "durations.csv", f"{header}\n{row}\n")
    with pytest.raises(mebench.MebenchError) as caught:
        (read_truth if role == "truth" else read_predictions)(path, Findings())
    [error] = caught.value.diagnostics
    assert error.code == "wrong-file" and "lengths of videos" in error.message
    assert "n_frames" in error.remedy
