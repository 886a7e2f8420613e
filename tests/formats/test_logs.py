"""The challenges' logs: predictions and truth in one file, and no guessing of orders or kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import read_predictions, read_truth
from mebench.formats.megc_logs import LogOrder
from mebench.models.protocol import AliasRule, ProtocolDataset
from tests.evaluation.documents import codes, write
from tests.formats.finding import errors, findings_in

SPOTTING_LOG = "2\na 11 20 12 21 TP\na - - 50 60 FP\nb 5 9 - - FN\n"
RECOGNITION_LOG = "casme2 sub01\nEP02_01f 1 1\nEP03_02 0 2\ncasme2 sub02\nEP01 2 2\n"


def spotter(*targets: str) -> mebench.Protocol:
    return mebench.Protocol.model_validate(
        {
            "id": "log@1",
            "title": "x",
            "task": "spot",
            "targets": list(targets),
            "datasets": [{"id": "casme-sq"}],
        }
    )


RECOGNIZER = mebench.Protocol(
    id="rec@1",
    title="x",
    task="recognize",
    classes=["negative", "positive", "surprise"],
    datasets=[
        ProtocolDataset(id="casme2", subjects=AliasRule(prefixes=["sub"], numbers=True)),
    ],
)


@pytest.mark.parametrize(
    "text",
    [
        SPOTTING_LOG,
        SPOTTING_LOG.replace("\n", "\r\n"),
        SPOTTING_LOG.replace("\n", "\r"),
        SPOTTING_LOG.replace(" ", "\t"),
        SPOTTING_LOG.replace(" ", ", "),
        SPOTTING_LOG.lower(),
        "\n" + SPOTTING_LOG.replace("\n", "\n\n"),
    ],
)
def test_spotting_log_scores_by_itself(tmp_path: Path, text: str) -> None:
    text = text.replace("tp", "TP").replace("fp", "FP").replace("fn", "FN")
    report = mebench.score(write(tmp_path, "log.txt", text), None, spotter("micro"))
    spotting = report.counts.spotting
    assert spotting is not None
    assert (spotting.tp, spotting.fp, spotting.fn) == (1, 1, 1)
    assert report.units.videos_without_predictions == ["b/b"]
    assert "truth-from-log" in {finding.code for finding in report.findings}
    read = read_predictions(tmp_path / "log.txt", Findings())
    assert read.table.intervals.onset.tolist() == [11, 49], "frames count from 1"
    assert read.verdicts == {"TP": 1, "FP": 1, "FN": 1}


def test_spotting_log_needs_a_kind_where_two_are_spotted(tmp_path: Path) -> None:
    path = write(tmp_path, "log.txt", SPOTTING_LOG)
    both = spotter("macro", "micro")
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(path, None, both)
    assert set(codes(caught.value)) == {"kind-missing"}
    report = score_with_options(path, None, both, ScoringOptions(kind="micro"))
    assert "|kind:micro|" in report.signature


def test_verdicts_that_differ_from_the_standard_are_reported(tmp_path: Path) -> None:
    path = write(tmp_path, "log.txt", "2\na 11 20 100 120 TP\n")
    report = mebench.score(path, None, spotter("micro"))
    (warning,) = [finding for finding in report.findings if finding.code == "log-verdicts-differ"]
    assert "TP 1" in warning.message and "TP 0, FP 1, FN 1" in warning.message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a 11 20 12 21 XX", ("log-syntax", 2, None)),
        ("a 11 20 12 21", ("log-syntax", 2, None)),
        ("my video 11 20 12 21 TP", ("log-syntax", 2, None)),
        (",,,", ("log-syntax", 2, None)),
        ("a - - 12 21 TP", ("log-verdict", 2, 13)),
        ("a 11 - 12 21 TP", ("log-verdict", 2, 14)),
        ("a 11 20 - - FP", ("log-verdict", 2, 13)),
        ("a x 20 12 21 TP", ("frame-not-integer", 2, 3)),
        ("a 11 20 12.5 21 TP", ("frame-not-integer", 2, 9)),
        ("a 20 11 12 21 TP", ("offset-before-onset", 2, 6)),
        ("a 11 20 21 12 TP", ("offset-before-onset", 2, 12)),
    ],
)
def test_spotting_log_refusal(tmp_path: Path, line: str, expected: tuple[str, int, int]) -> None:
    found = findings_in(tmp_path, f"1\n{line}\n", against=None, protocol=_sammlv())
    assert [error[:3] for error in errors(found)] == [expected]


def _sammlv() -> mebench.Protocol:
    return spotter("micro").model_copy(update={"datasets": [ProtocolDataset(id="sammlv")]})


def test_the_first_line_names_the_data_set(tmp_path: Path) -> None:
    found = findings_in(tmp_path, SPOTTING_LOG, against=None, protocol=_sammlv())
    assert {error.code for error in errors(found)} == {"unknown-dataset"}


@pytest.mark.parametrize(
    ("text", "order", "predicted", "true"),
    [
        (RECOGNITION_LOG, "predicted-truth", "pns", "pss"),
        (RECOGNITION_LOG, "truth-predicted", "pss", "pns"),
        ("# sample predicted truth\n" + RECOGNITION_LOG, None, "pns", "pss"),
        ("# sample, ground truth, prediction\n" + RECOGNITION_LOG, None, "pss", "pns"),
        ("sample label output\n" + RECOGNITION_LOG, None, "pss", "pns"),
        (RECOGNITION_LOG.replace(" 0 2", " negative surprise"), "predicted-truth", "pns", "pss"),
        (RECOGNITION_LOG.replace("\n", "\r\n# a remark\r\n"), "predicted-truth", "pns", "pss"),
    ],
)
def test_recognition_log_in_both_orders(
    tmp_path: Path, text: str, order: LogOrder | None, predicted: str, true: str
) -> None:
    read = read_predictions(write(tmp_path, "log.txt", text), Findings(), log_order=order)
    assert read.truth is not None
    assert [(sample.subject, sample.sample) for sample in read.table.samples] == [
        ("sub01", "EP02_01f"),
        ("sub01", "EP03_02"),
        ("sub02", "EP01"),
    ]
    for table, initials in ((read.table, predicted), (read.truth, true)):
        assert "".join((sample.emotion or "?")[0] for sample in table.samples) == initials


def test_recognition_log_of_unknown_order_is_refused(tmp_path: Path) -> None:
    found = findings_in(tmp_path, RECOGNITION_LOG, against=None, protocol=RECOGNIZER)
    assert [error.code for error in errors(found)] == ["log-order-unknown"]
    assert "--log-order" in found[0].remedy


def test_recognition_log_scores(tmp_path: Path) -> None:
    path = write(tmp_path, "log.txt", "# sample predicted truth\n" + RECOGNITION_LOG)
    report = mebench.score(path, None, RECOGNIZER)
    assert report.metrics["accuracy"].value == 2 / 3


@pytest.mark.parametrize("line", ["one", "a b c d", ",", "EP09 1"])
def test_recognition_log_refusal(tmp_path: Path, line: str) -> None:
    text = RECOGNITION_LOG + f"EP07 1 1\n{line}\n"
    found = findings_in(
        tmp_path,
        text,
        against=None,
        protocol=RECOGNIZER,
        options=ScoringOptions(log_order="predicted-truth"),
    )
    if line == "EP09 1":  # two words: a header line, of a subject without samples
        assert errors(found) == []
    else:
        # Reported once, for predictions and truth together.
        assert {error[:2] for error in errors(found)} <= {("log-syntax", 7), ("unknown-format", 1)}
        assert errors(found)


def test_sample_list_is_truth_and_nothing_else(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "casme2,sub01,EP02_01f,1\ncasme2,sub01,EP03_02,0\nx\n")
    findings = Findings()
    table = read_truth(path, findings)
    assert [sample.emotion for sample in table.samples] == ["positive", "negative"]
    assert [(finding.code, finding.place.line) for finding in findings.kept] == [("log-syntax", 3)]
    with pytest.raises(mebench.MebenchError) as caught:
        read_predictions(path, Findings())
    assert codes(caught.value) == ["wrong-file"]
