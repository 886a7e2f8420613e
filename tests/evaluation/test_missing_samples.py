"""Recognition: every sample in scope needs a label, or the signature says how many have none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.convert import convert
from mebench.evaluation.rank_systems import rank_systems
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature
from mebench.evaluation.validate import validate
from tests.cli import running
from tests.evaluation.documents import codes, write

PROTOCOL = """
id = "recognize@1"
title = "Recognition"
task = "recognize"
classes = ["negative", "positive", "surprise"]

[[datasets]]
id = "toy"
excluded_labels = ["fear"]
"""
TRUE = ["negative", "positive", "surprise", "negative", "positive", "surprise", "fear", "other"]
SCOPE = 6
"""Of the last two samples, one is excluded and one is in no class."""

WRONG = "negative"
SEEN = ["negative", "positive", "surprise", "negative", WRONG, WRONG]
"""The labels of a system with two errors."""


def samples(labels: list[str], kept: range = range(SCOPE)) -> list[dict[str, Any]]:
    return [
        {"subject": str(index % 3), "sample": f"s{index}", "emotion": label}
        for index, label in enumerate(labels)
        if index in kept
    ]


def submission(kept: range, **more: Any) -> dict[str, Any]:
    return {
        "format": "mebench-submission/1",
        "protocol": "recognize@1",
        "system": {"name": "a method"},
        "samples": samples(SEEN, kept),
        **more,
    }


TRUTH = {"format": "mebench-truth/1", "dataset": "toy", "samples": samples(TRUE, range(len(TRUE)))}


@pytest.fixture
def protocol(tmp_path: Path) -> str:
    return str(write(tmp_path, "recognize.toml", PROTOCOL))


def test_samples_out_of_scope_need_no_label(protocol: str) -> None:
    report = mebench.score(submission(range(SCOPE)), TRUTH, protocol)
    assert report.units.truths == SCOPE
    assert "missing" not in parse_signature(report.signature)
    assert report.metrics["accuracy"].value == 4 / 6


def test_every_missing_sample_is_an_error_that_names_it(protocol: str) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission(range(4)), TRUTH, protocol)
    assert codes(caught.value) == ["sample-missing"] * 2
    errors = [found for found in caught.value.diagnostics if found.severity == "error"]
    places = [(error.place.dataset, error.place.subject, error.place.video) for error in errors]
    assert places == [("toy", "1", "s4"), ("toy", "2", "s5")]
    assert "toy/1/s4" in errors[0].message
    assert "--allow-missing" in errors[0].remedy


def test_leaving_out_wrong_samples_cannot_raise_a_number(protocol: str) -> None:
    complete = mebench.score(submission(range(SCOPE)), TRUTH, protocol)
    gamed = mebench.score(submission(range(4)), TRUTH, protocol, allow_missing=True)
    for name in ("accuracy", "uar"):
        assert gamed.metrics[name] == complete.metrics[name], name
    assert gamed.signature != complete.signature


def test_an_allowed_missing_sample_is_wrong_and_the_signature_states_how_many(
    protocol: str,
) -> None:
    report = mebench.score(submission(range(4)), TRUTH, protocol, allow_missing=True)
    assert parse_signature(report.signature)["missing"] == "2"
    assert report.options.allow_missing
    assert report.units.videos_without_predictions == ["1/s4", "2/s5"]
    assert "samples-without-prediction" in {finding.code for finding in report.findings}
    assert report.counts.analysis is not None
    assert report.counts.analysis.confusion.matrix == [[2, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 1]]
    complete = mebench.score(submission(range(SCOPE)), TRUTH, protocol, allow_missing=True)
    assert "missing" not in parse_signature(complete.signature)
    assert complete.counts.analysis is not None
    assert complete.counts.analysis.confusion.matrix == [[2, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0]]


def test_an_empty_file_misses_every_sample(protocol: str) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission(range(0)), TRUTH, protocol)
    assert codes(caught.value) == ["sample-missing"] * SCOPE


def test_unknown_ids_and_labels_are_reported_beside_missing_samples(protocol: str) -> None:
    document = submission(range(4))
    document["samples"][0]["emotion"] = "sorrow"
    document["samples"][1]["sample"] = "s99"
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, TRUTH, protocol)
    assert sorted(codes(caught.value)) == [
        *["sample-missing"] * 3,
        *["unknown-emotion", "unknown-sample"],
    ]
    for row in document["samples"]:
        row["subject"] = "9"
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, TRUTH, protocol)
    assert "sample-missing" not in codes(caught.value), "all ids are wrong"


def test_systems_with_and_without_missing_samples_are_not_compared(
    protocol: str, tmp_path: Path
) -> None:
    truth = write(tmp_path, "t.json", TRUTH)
    paths = [write(tmp_path, f"{n}.json", submission(range(n))) for n in (4, SCOPE)]
    with pytest.raises(mebench.MebenchError) as caught:
        rank_systems(paths, truth, protocol, ScoringOptions(allow_missing=True))
    assert codes(caught.value) == ["not-comparable"]
    assert "missing" in caught.value.diagnostics[0].message


def test_validate_reports_missing_samples_except_on_a_blind_truth(
    protocol: str, tmp_path: Path
) -> None:
    truth = write(tmp_path, "t.json", TRUTH)
    blind = {**TRUTH, "blind": True, "samples": [{**row, "emotion": None} for row in samples(TRUE)]}
    path = write(tmp_path, "p.json", submission(range(4)))
    found, _ = validate(path, truth=truth, protocol=protocol)
    assert found.counts["sample-missing"] == 2
    found, _ = validate(path, truth=write(tmp_path, "b.json", blind), protocol=protocol)
    assert found.error_count == 0
    assert found.counts["samples-without-prediction"] == 1


def test_a_part_of_the_samples_can_be_converted(protocol: str, tmp_path: Path) -> None:
    truth = write(tmp_path, "t.json", TRUTH)
    path = write(tmp_path, "p.json", submission(range(4)))
    made = convert("predictions", path, protocol, ScoringOptions(), Findings(), truth=truth)
    assert len(made.table.samples) == 4


def test_the_command_refuses_missing_samples_unless_they_are_allowed(
    protocol: str, tmp_path: Path
) -> None:
    truth = write(tmp_path, "t.json", TRUTH)
    path = write(tmp_path, "p.json", submission(range(4)))
    arguments: list[str | Path] = ["score", path, "--truth", truth, "--protocol", protocol]
    refused = running.mebench(tmp_path, *arguments)
    assert (refused.status, refused.codes()) == (running.FINDINGS, {"sample-missing"})
    allowed = running.mebench(tmp_path, *arguments, "--allow-missing")
    assert allowed.status == running.FINE
    assert "|missing:2|" in allowed.out
