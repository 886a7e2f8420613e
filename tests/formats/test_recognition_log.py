"""The recognition log: predictions and truth in one file, and no guessing of orders."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import read_predictions
from mebench.formats.recognition_log import LogOrder
from mebench.models.protocol import AliasRule, ProtocolDataset
from tests.evaluation.documents import write
from tests.formats.finding import errors, findings_in

RECOGNITION_LOG = "casme2 sub01\nEP02_01f 1 1\nEP03_02 0 2\ncasme2 sub02\nEP01 2 2\n"


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
