"""A scorer gives what `mebench.score` gives, again and again, and in other processes."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

import mebench

DEMO = Path(mebench.__file__).parent / "demo"
PREDICTIONS, TRUTH, PROTOCOL = (
    DEMO / name for name in ("predictions.json", "truth.json", "protocol.toml")
)


@pytest.mark.parametrize("ci", [False, True])
def test_a_scorer_gives_the_report_of_a_score(ci: bool) -> None:
    scorer = mebench.Scorer(TRUTH, PROTOCOL, ci=ci, score_threshold=0.3)
    once = mebench.score(PREDICTIONS, TRUTH, PROTOCOL, ci=ci, score_threshold=0.3)
    for given in (PREDICTIONS, json.loads(PREDICTIONS.read_text()), PREDICTIONS):
        report = scorer(given)
        assert report.signature == once.signature
        assert report.metrics == once.metrics and report.findings == once.findings
        assert report.units == once.units and report.counts == once.counts
    by_subject = scorer(PREDICTIONS, by="subject")
    assert by_subject.parts is not None and len(by_subject.parts) == 8
    assert pickle.loads(pickle.dumps(scorer))(PREDICTIONS) == scorer(PREDICTIONS)


def test_the_truth_is_checked_at_once_and_its_findings_are_kept() -> None:
    document = json.loads(TRUTH.read_text())
    document["videos"][0]["intervals"][0]["offset"] = 0
    with pytest.raises(mebench.MebenchError, match="offset-before-onset"):
        mebench.Scorer(document, PROTOCOL)
    document["videos"] = json.loads(TRUTH.read_text())["videos"]
    del document["videos"][0]["intervals"][0]
    scorer = mebench.Scorer(document, PROTOCOL)
    once = mebench.score({("p2", "clip1"): [(215, 227, "positive")]}, document, PROTOCOL, ci=False)
    for _ in range(2):
        again = scorer({("p2", "clip1"): [(215, 227, "positive")]})
        assert again == once
        assert [one.code for one in again.findings] == [one.code for one in once.findings]


def test_bad_predictions_leave_the_scorer_as_it_was() -> None:
    scorer = mebench.Scorer(TRUTH, PROTOCOL)
    expected = scorer(PREDICTIONS)
    with pytest.raises(mebench.MebenchError, match="unknown-subject"):
        scorer({("nobody", "clip1"): [(1, 2, "positive")]})
    assert scorer(PREDICTIONS) == expected
    assert repr(scorer) == "<Scorer under demo-str@1: 8 subjects, 16 videos>"


def test_the_protocol_and_the_truth_are_required() -> None:
    with pytest.raises(mebench.UsageError, match="truth-needed"):
        mebench.Scorer(None, "casme2-str")
    with pytest.raises(mebench.UsageError, match="unknown-protocol"):
        mebench.Scorer(TRUTH, "casme2-srt")
    assert "synthetic" in repr(mebench.Scorer(None, "synthetic-str"))
