"""The run of the paper's settings that is kept, and the numbers of the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import mebench

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "benchmarks" / "mean_paper"


def test_the_kept_submission_gives_the_kept_report() -> None:
    report = mebench.score(KEPT / "predictions.json")
    kept = json.loads((KEPT / "report.json").read_text())
    assert report.signature == kept["signature"]
    assert {name: one.value for name, one in report.metrics.items()} == {
        name: one["value"] for name, one in kept["metrics"].items()
    }
    assert report.signature in (KEPT / "score.txt").read_text()


def test_the_page_has_the_numbers_of_the_kept_report() -> None:
    page = (ROOT / "docs" / "mean.md").read_text()
    [row] = re.findall(r"^\| MEAN, `paper` \|(.*)\|$", page, re.MULTILINE)
    metrics = json.loads((KEPT / "report.json").read_text())["metrics"]
    names = ("spotting_f1", "ap", "analysis_f1", "strs")
    said = [float(cell) for cell in row.split("|")]
    assert said == [round(metrics[name]["value"], 4) for name in names]
