"""Logs, lists and results that organizers and participants published are read, or refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.formats.loader import read_predictions, read_truth
from tests.datasets.licensed.shared import LIST, SHARED, needs
from tests.evaluation.documents import codes

LOGS, LISTS = SHARED / "logs", SHARED / "lists"
SAMPLE_LOG = LOGS / "megc2019-sample-spotting-log.txt"
RECOGNITION_LOG = LOGS / "megc2019-recognition-log.csv"
CAS_LOG, SAMM_LOG = LOGS / "LOG_CAS_Micro.txt", LOGS / "LOG_SAMM_Macro.txt"
HEADERLESS = SHARED / "submissions" / "headerless" / "casme_spot_result_test.csv"
CAS, SAMM = "megc2020-spot-casme-sq@1", "megc2020-spot-sammlv@1"


@needs(LOGS)
@pytest.mark.parametrize(
    ("log", "protocol", "kind", "units", "claimed", "counts"),
    [
        (SAMPLE_LOG, SAMM, None, (1, 2, 4, 6), (1, 5, 1), (1, 5, 3)),
        # As micro-expressions, 180-274 and 190-250 match too; the log calls them FP.
        (SAMPLE_LOG, SAMM, "micro", (1, 2, 4, 6), (1, 5, 1), (2, 4, 2)),
        (SAMPLE_LOG, CAS, "micro", (1, 2, 1, 3), (1, 2, 0), (1, 2, 0)),
        (CAS_LOG, CAS, None, (14, 33, 57, 109), (17, 92, 40), (17, 92, 40)),
        # Two predictions are TP for two truths each.
        (SAMM_LOG, SAMM, None, (29, 130, 343, 398), (89, 311, 254), (87, 311, 256)),
        (SAMM_LOG, SAMM, "macro", (29, 130, 343, 398), (89, 311, 254), (87, 311, 256)),
    ],
)
def test_spotting_logs(
    log: Path,
    protocol: str,
    kind: str | None,
    units: tuple[int, ...],
    claimed: tuple[int, ...],
    counts: tuple[int, ...],
) -> None:
    report = score_with_options(log, None, protocol, ScoringOptions(kind=kind))  # type: ignore[arg-type]
    spotting, own, read = report.counts.spotting, report.log, report.units
    assert spotting is not None and own is not None
    assert (read.subjects, read.videos, read.truths, read.predictions) == units
    assert (own.tp, own.fp, own.fn) == claimed
    assert (spotting.tp, spotting.fp, spotting.fn) == counts
    assert report.groups["overall"] == report.metrics
    assert (report.groups["micro"]["spotting_f1"].value is None) == (kind != "micro")
    skipped = {finding.message[:7] for finding in report.findings if "skipped" in finding.code}
    expected = {SAMM: {"3 lines"}, CAS: {"7 lines"}}[protocol] if log == SAMPLE_LOG else set()
    assert skipped == expected


@needs(LOGS, LIST)
@pytest.mark.parametrize(
    ("truth", "samples", "uf1", "uar", "smic", "part"),
    [
        (None, 435, ".6520", ".6506", (".5820", ".5877"), "counts:differ"),
        (LIST, 442, ".6505", ".6435", (".5776", ".5708"), "missing:7"),
    ],
)
def test_recognition_log(
    truth: Path | None, samples: int, uf1: str, uar: str, smic: tuple[str, str], part: str
) -> None:
    options = ScoringOptions(log_order="truth-predicted", allow_missing=truth is not None)
    report = score_with_options(RECOGNITION_LOG, truth, "megc2019-cde@1", options)
    assert (report.units.truths, report.units.predictions) == (samples, 435)
    assert f"|{part}|" in report.signature
    for metrics, expected in ((report.metrics, (uf1, uar)), (report.groups["smic-hs-short"], smic)):
        values = [metrics[name].value or 0 for name in ("uf1", "uar")]
        assert [f"{value:.4f}"[1:] for value in values] == list(expected)


@needs(LOGS, LIST)
def test_recognition_log_is_refused_where_samples_are_missing() -> None:
    options = ScoringOptions(log_order="truth-predicted")
    with pytest.raises(mebench.MebenchError) as caught:
        score_with_options(RECOGNITION_LOG, LIST, "megc2019-cde@1", options)
    assert codes(caught.value) == ["sample-missing"] * 7


@needs(LISTS, LIST)
def test_the_list_with_empty_rows_lacks_one_sample() -> None:
    path = LISTS / "combined_3class_gt-2.csv"
    findings, detected = validate(path, protocol="megc2019-cde@1")
    assert detected == "MEGC2019 sample list"
    [finding] = findings.kept
    assert finding.code == "counts-differ" and "samples 441 instead of 442" in finding.message
    short, official = (read_truth(file, Findings()).samples for file in (path, LIST))
    assert [row for row in official if row not in short] == [("samm", "32", "032_3_1", "negative")]
    assert short == [row for row in official if row in short]


@needs(LISTS)
def test_the_list_of_five_classes() -> None:
    findings = Findings()
    table = read_truth(LISTS / "casme2-5classes.csv", findings)
    assert {finding.code for finding in findings.kept} == {"numbered-labels"}
    labels = [row.emotion for row in table.samples]
    counts = [labels.count(number) for number in "12345"]
    assert counts == [32, 25, 64, 27, 99] and len(labels) == 247
    with pytest.raises(mebench.MebenchError) as caught:
        read_predictions(LISTS / "casme2-5classes.csv", Findings())
    assert codes(caught.value) == ["wrong-file"]


@needs(LISTS)
@pytest.mark.parametrize(
    "name", ["cas_duration.csv", "samm_duration.csv", "megc_challenge_samm_frames.csv"]
)
def test_lists_of_lengths_are_refused(name: str) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        read_predictions(LISTS / name, Findings())
    assert codes(caught.value) == ["wrong-file"]
    assert "lengths of videos" in caught.value.diagnostics[0].message


@needs(HEADERLESS)
def test_results_without_a_header() -> None:
    with HEADERLESS.open(encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    findings = Findings()
    table = read_predictions(HEADERLESS, findings).table
    assert findings.kept == [] and len(rows) == 611
    found = [
        (
            table.videos[video].video,
            str(onset + 1),
            str(offset + 1),
            table.videos[video].subject,
        )
        for video, onset, offset in zip(
            table.intervals.video.tolist(),
            table.intervals.onset.tolist(),
            table.intervals.offset.tolist(),
            strict=True,
        )
    ]
    assert found == [tuple(row) for row in rows]
    options = ScoringOptions(kind="micro")
    checked, _ = validate(HEADERLESS, protocol=CAS, options=options)
    assert not checked.has_errors, checked.kept[:3]
