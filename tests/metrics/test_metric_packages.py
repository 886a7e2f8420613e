"""Metrics of installed packages, on the command line; and the package of docs/metrics.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch as patched

import pytest

from mebench.util import entry_points
from tests.cli.running import FINDINGS, FINE, SCORED, USAGE, Run, files
from tests.cli.running import mebench as run
from tests.docs.snippets import ROOT, fences, matches
from tests.metrics.packages import install
from tests.sharing import shared_folder

PAGE = ROOT / "docs" / "metrics.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return files(tmp_path)


def score(folder: Path, *options: str) -> Run:
    return run(folder, "score", "p.json", *SCORED, *options)


def test_a_score_searches_no_packages(folder: Path) -> None:
    with patched.object(entry_points, "entry_points", side_effect=AssertionError("searched")):
        assert score(folder).status == FINE
        assert score(folder, "--metric", "uf1").status == FINE


def test_a_package_that_is_not_named_is_not_imported(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(folder, monkeypatch)
    install(folder, monkeypatch, "slow", "raise SystemExit('so slow')", package="slow-metrics")
    assert score(folder, "--metric", "own-f1").status == FINE
    named = score(folder, "--metric", "slow")
    assert named.status == USAGE
    assert named.codes() == {"plugin-broken"}
    assert "slow-metrics" in named.said


def test_score_rank_plot_and_report(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, monkeypatch)
    written = score(folder, "--format", "json", "-o", "r.json", "--metric", "own-f1")
    assert written.status == FINE, written.said
    report = json.loads((folder / "r.json").read_text())
    assert report["metrics"]["own-f1"] == report["metrics"]["spotting_f1"]
    assert "|metrics:own-f1=someones-metrics@1.0~" in report["signature"]
    ranked = score(folder, "p.csv", "--metric", "own-f1", "--sort", "own-f1", "--format", "csv")
    assert ranked.status == FINE, ranked.said
    assert ",strs,own-f1,own-f1_low,own-f1_high," in ranked.out.splitlines()[0]
    compared = run(folder, "compare", "p.json", "p.csv", "--metric", "own-f1,strs", *SCORED)
    assert compared.status == FINE, compared.said
    assert [name in compared.out for name in ("F1 again", "STRS", "UF1")] == [True, True, False]
    others = ("--metric", "own-f1", "--compare", "p.csv")
    page = run(folder, "report", "p.json", "-o", "r.html", *others, *SCORED)
    assert page.status == FINE, page.said
    assert "F1 again" in (folder / "r.html").read_text()


def test_two_packages_with_the_same_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, monkeypatch)
    install(folder, monkeypatch, package="others-metrics")
    found = score(folder, "--metric", "own-f1")
    assert found.status == USAGE
    assert found.codes() == {"plugin-collision"}
    assert "someones-metrics" in found.said
    assert "others-metrics" in found.said


BROKEN = {
    "another id": ("own-f1", "from mebench.metrics import METRICS_BY_ID as M\nMETRIC = M['uf1']"),
    "no metric": ("own-f1", "METRIC = 3"),
    "no such object": ("own-f1", ""),
    "a missing library": ("own-f1", "import nowhere"),
    "a name of the standard": ("uf1-all", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    identifier, source = BROKEN[name]
    given = () if source is None else (source,)
    install(folder, monkeypatch, identifier, *given)
    found = score(folder, "--metric", identifier)
    assert found.status == USAGE
    assert found.codes() == {"bad-metric" if source is None else "plugin-broken"}


def test_the_line_of_a_package_that_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
from mebench.metrics import Metric
def value(counts):
    return counts.hits / counts.truths
METRIC = Metric("own-f1", "F1", "Spotting", {"spotting"}, value)
"""
    path = install(folder, monkeypatch, source=source)
    found = score(folder, "--metric", "own-f1")
    assert found.status == FINDINGS
    assert f"{path}:4: error [metric-failed]" in found.err.replace("\n", "")


def test_verify_with_and_without_the_package(folder: Path) -> None:
    report = ("verify", "r.json", "--predictions", "p.json", *SCORED)
    with pytest.MonkeyPatch.context() as patch:
        install(folder, patch)
        parts = ("--by", "subject", "--metric", "own-f1")
        written = score(folder, "--format", "json", "-o", "r.json", *parts)
        assert written.status == FINE, written.said
        assert run(folder, *report).out.startswith("Verified: ")
        stated = json.loads((folder / "r.json").read_text())
        stated["groups"]["micro"]["own-f1"]["value"] = 0.5
        (folder / "r.json").write_text(json.dumps(stated))
        changed = run(folder, *report)
        assert changed.status == FINDINGS
        assert "groups.micro.own-f1" in changed.out
    without = run(folder, *report)
    assert without.status == FINE, without.said
    assert "Not checked: metrics.own-f1: someones-metrics 1.0 is not installed" in without.out
    stated["metrics"]["strs"]["value"] = 0.123
    (folder / "r.json").write_text(json.dumps(stated))
    assert "metrics.strs: 0.123" in run(folder, *report).out, "all others are still checked"
    with pytest.MonkeyPatch.context() as patch:
        install(folder / "later", patch, version="1.1")
        other = run(folder, *report)
        assert "signature: metrics is own-f1=someones-metrics@1.0~" in other.out


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the files of the page's example, whose package is installed."""
    pytest.importorskip(
        "hatchling", reason="the package is built with hatchling, without a network"
    )

    def build(target: Path) -> None:
        for fence in fences(PAGE):
            if fence.file is not None:
                (tmp_path / fence.file).write_text(fence.body, encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
        alone = ["--no-build-isolation", "--disable-pip-version-check", "--target", str(target)]
        done = subprocess.run(
            [*pip, *alone, str(tmp_path)], capture_output=True, text=True, check=False, timeout=100
        )
        assert done.returncode == 0, done.stderr

    monkeypatch.syspath_prepend(str(shared_folder("documented-metric", build)))
    assert run(tmp_path, "demo", "--write", "demo").status == FINE
    text = (tmp_path / "demo" / "predictions.json").read_text()
    strict = text.replace('"score_threshold": 0.4', '"score_threshold": 0.6')
    (tmp_path / "strict.json").write_text(strict.replace("a made-up method", "a strict method"))
    return tmp_path


def test_the_documented_package_does_what_the_page_shows(documented: Path) -> None:
    shown = [one for one in fences(PAGE) if one.body.startswith("$ mebench ")]
    ran = 0
    for fence in shown:
        if fence.language != "text":
            continue
        command, _, expected = fence.body.removeprefix("$ mebench ").partition("\n")
        done = run(documented, *command.split())
        assert done.status == FINE, done.said
        assert matches(done.out, expected), f"{command}\n{done.out}"
        ran += 1
    assert ran == 3
