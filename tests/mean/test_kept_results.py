"""The stored run with the settings of the paper, and the numbers in the documentation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import mebench

ROOT = Path(__file__).parents[2]
STORED_RUN = ROOT / "benchmarks" / "mean_paper"


def test_the_stored_submission_gives_the_stored_report() -> None:
    report = mebench.score(STORED_RUN / "predictions.json")
    stored = json.loads((STORED_RUN / "report.json").read_text())
    assert report.signature == stored["signature"]
    assert {name: metric.value for name, metric in report.metrics.items()} == {
        name: metric["value"] for name, metric in stored["metrics"].items()
    }
    assert report.signature in (STORED_RUN / "score.txt").read_text()


def test_the_page_has_the_numbers_of_the_stored_report() -> None:
    page = (ROOT / "docs" / "mean.md").read_text()
    [row] = re.findall(r"^\| MEAN, `paper` \|(.*)\|$", page, re.MULTILINE)
    metrics = json.loads((STORED_RUN / "report.json").read_text())["metrics"]
    names = ("spotting_f1", "ap", "analysis_f1", "strs")
    printed = [float(cell) for cell in row.split("|")]
    assert printed == [round(metrics[name]["value"], 4) for name in names]
