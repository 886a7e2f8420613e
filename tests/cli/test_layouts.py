"""The same score in every output format, complete and by its parts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.running import FINE, SCORED, files, mebench


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return files(tmp_path_factory.mktemp("layouts"))


def printed(folder: Path, *arguments: str) -> str:
    run = mebench(folder, "score", *arguments, *SCORED)
    assert run.status == FINE, run.err
    return run.out


def test_one_report(folder: Path) -> None:
    report = json.loads(printed(folder, "p.csv", "--format", "json"))
    signature = report["signature"]
    metrics = {name: metric["value"] for name, metric in report["metrics"].items()}

    rows = list(csv.DictReader(io.StringIO(printed(folder, "p.csv", "--format", "csv"))))
    headline = {row["metric"]: row for row in rows if row["group"] == "headline"}
    assert set(headline) == set(metrics)
    for name, value in metrics.items():
        assert headline[name]["value"] == ("" if value is None else repr(value)), "every digit"

    for layout in ("table", "markdown", "latex"):
        text = printed(folder, "p.csv", "--format", layout)
        assert signature in text, "no number goes without its signature"
        assert f"{metrics['strs']:.4f}" in text
    assert "% mebench:1|" in text


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("subject", ["1", "2"]),
        ("video", ["1/a", "1/b", "2/a"]),
        ("dataset", ["toy"]),
    ],
)
def test_parts_in_every_layout(folder: Path, by: str, names: list[str]) -> None:
    report = json.loads(printed(folder, "p.csv", "--by", by, "--format", "json"))
    parts = report["parts"]
    fields = {"subject": ("subject",), "video": ("subject", "video"), "dataset": ("dataset",)}[by]
    assert ["/".join(part[field] for field in fields) for part in parts] == names
    total = report["counts"]["spotting"]
    for count in ("tp", "fp", "fn"):
        assert sum(part["counts"]["spotting"][count] for part in parts) == total[count]
    for layout in ("csv", "markdown", "latex"):
        text = printed(folder, "p.csv", "--by", by, "--format", layout)
        assert sum(line.lstrip("| ").startswith(names[0][0]) for line in text.splitlines()) >= 1
    assert f"By {by}" in printed(folder, "p.csv", "--by", by)


def test_several_files_are_ranked(folder: Path) -> None:
    table = printed(folder, "p.csv", "p.json")
    lines = [line.split() for line in table.splitlines() if line.split()[:1] in (["1"], ["2"])]
    assert [line[0] for line in lines] == ["1", "2"]
    assert lines[0][1] == "p.json", "the better one first"
    rows = list(csv.DictReader(io.StringIO(printed(folder, "p.csv", "p.json", "--format", "csv"))))
    assert [row["file"] for row in rows] == ["p.json", "p.csv"]
    assert len({row["signature"] for row in rows}) == 2
    reports = json.loads(printed(folder, "p.csv", "p.json", "--format", "json"))["reports"]
    assert [each["inputs"][0]["file"] for each in reports] == ["p.json", "p.csv"]
    for layout in ("markdown", "latex"):
        text = printed(folder, "p.csv", "p.json", "--format", layout)
        assert all(each["signature"] in text for each in reports)


def test_the_detected_format_is_shown(folder: Path) -> None:
    table = printed(folder, "p.csv")
    assert "predictions p.csv as STR CSV, first frame 0" in table
    shifted = printed(folder, "p.csv", "--first-frame", "1")
    assert "first frame 1" in shifted
    ignored = printed(folder, "p.json", "--first-frame", "1")
    assert "[first-frame-ignored]" in ignored


def test_to_a_file(folder: Path) -> None:
    for layout in ("table", "json", "markdown", "csv", "latex"):
        text = printed(folder, "p.json", "--format", layout)
        assert printed(folder, "p.json", "--format", layout, "-o", "out") == ""
        assert (folder / "out").read_text(encoding="utf-8") == text
