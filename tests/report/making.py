"""Reports for the tests, and what is embedded in them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.cli.running import Run, mebench

DEMO = ("--truth", "demo/truth.json", "--protocol", "demo/protocol.toml")


def demo(folder: Path) -> Path:
    """Write the demonstration into a folder."""
    assert mebench(folder, "demo", "--write", "demo").status == 0
    return folder


def report(folder: Path, *arguments: str | Path, name: str = "report.html") -> Path:
    """Return the page that the command writes; it has no errors."""
    run = mebench(folder, "report", *arguments, "-o", name)
    assert run.status == 0, run.said
    assert f"Wrote {name} (" in run.said and "B)" in run.said, "the size is printed"
    return folder / name


def demo_report(folder: Path, *arguments: str | Path) -> Path:
    """Return the page of the demonstration."""
    return report(demo(folder), "demo/predictions.json", *DEMO, *arguments)


def scored(folder: Path, *arguments: str | Path) -> Any:
    """Return what ``mebench score --format json`` prints."""
    run: Run = mebench(folder, "score", *arguments, "--format", "json")
    assert run.status == 0, run.said
    return json.loads(run.out)


def embedded(page: Path, identifier: str) -> Any:
    """Return the JSON data of an element of a page."""
    found = re.search(
        rf'<script type="application/json" id="{identifier}">(.*?)</script>',
        page.read_text(encoding="utf-8"),
        re.DOTALL,
    )
    assert found is not None
    return json.loads(found[1])


def outcomes(page: Path, system: int = 0) -> dict[str, list[int]]:
    """Return how many truths and predictions of a page have each outcome."""
    found: dict[str, list[int]] = {}
    for video in embedded(page, "data")["timelines"]["videos"]:
        for truth in video["truths"]:
            found.setdefault(truth["of"][system]["outcome"], [0, 0])[0] += 1
        for prediction in video["predictions"][system]:
            found.setdefault(prediction["outcome"], [0, 0])[1] += 1
    return found
