"""Stress runs of baselines whose response is known: levels, training, resuming, files."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mebench.models.stress import StressResult
from mebench.stress import measure
from tests.cli.running import Run, mebench

LEVELS = ["glow-40", "standard", "glow-10", "glow-4", "glow-1"]


def arguments(distribution: Path, name: str, *more: str | Path) -> list[str]:
    own = {"glow-spotting": "spotting.toml", "naming": "naming.toml"}
    protocol = own.get(name, "dosed.toml")
    fixed = ("--protocol", distribution / protocol, "--jobs", "1")
    return ["stress", name, *map(str, (*fixed, *more))]


def stress(distribution: Path, folder: Path, name: str, *more: str | Path) -> Run:
    """Run a stress test from within this process."""
    store = ("--store", folder.parent / "store")
    return mebench(folder.parent, *arguments(distribution, name, "-o", folder, *store, *more))


def result_in(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / "results.json").read_text())
    StressResult.model_validate(content)
    return dict(content)


def f1_of(result: dict[str, Any]) -> dict[str, float]:
    [glow] = [one for one in result["factors"] if one["name"] == "glow"]
    return {one["name"]: one["metrics"]["spotting_f1"]["value"] for one in glow["levels"]}


@pytest.fixture(scope="module")
def done(distribution: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a complete run."""
    folder = tmp_path_factory.mktemp("done") / "run"
    ended = stress(distribution, folder, "glow")
    assert ended.status == 0, ended.said
    return folder


def test_scores_fall_with_the_dose(done: Path) -> None:
    f1 = f1_of(result_in(done))
    assert list(f1) == LEVELS
    # The threshold is half of what glows on average at the standard level.
    assert f1["glow-40"] == f1["standard"] == 1.0
    assert 0 < f1["glow-10"] < 1
    assert f1["glow-4"] == f1["glow-1"] == 0.0


def test_the_standard_level_is_a_usual_run(distribution: Path, done: Path) -> None:
    protocol = distribution / "dosed.toml"
    usual = done.parent / "usual"
    store = ("--store", done.parent / "store", "--jobs", "1")
    ended = mebench(
        done.parent, "run-baseline", "glow", "--protocol", protocol, "-o", usual, *store
    )
    assert ended.status == 0, ended.said
    for name in ("predictions.json", "report.json"):
        ours = json.loads((done / "levels" / "standard" / name).read_text())
        theirs = json.loads((usual / name).read_text())
        ours.pop("inputs", None), theirs.pop("inputs", None)
        assert ours == theirs


def test_files_of_a_level_give_its_score_again(done: Path) -> None:
    folder = done / "levels" / "glow-10"
    given = ("--truth", "truth.json", "--protocol", "protocol.toml", "--format", "json")
    ended = mebench(folder, "score", "predictions.json", *given)
    assert ended.status == 0, ended.said
    again, stored = json.loads(ended.out), json.loads((folder / "report.json").read_text())
    assert again["signature"] == stored["signature"]
    assert again["metrics"] == stored["metrics"]
    assert "dosed-glow-10" in (folder / "truth.json").read_text()


def test_intervals_and_tests_are_those_of_the_standard(done: Path) -> None:
    """The same numbers as `mebench compare` of two submissions on one truth."""
    ours = result_in(done)["factors"][0]["levels"][2]["differences"]["spotting_f1"]
    folder = done.parent / "compared"
    folder.mkdir()
    for name in ("standard", "glow-10"):
        content = json.loads((done / "levels" / name / "predictions.json").read_text())
        content["system"]["name"] = name
        (folder / f"{name}.json").write_text(json.dumps(content))
    truth = done / "levels" / "standard"
    ended = mebench(
        folder,
        *("compare", "standard.json", "glow-10.json", "--truth", truth / "truth.json"),
        *("--protocol", truth / "protocol.toml", "--format", "json"),
    )
    assert ended.status == 0, ended.said
    theirs = json.loads(ended.out)["pairs"][0]["metrics"]["spotting_f1"]
    for name in ("difference", "low", "high", "detectable"):
        assert ours[name] == theirs[name]
    assert ours["adjusted_p"] >= theirs["p"]


def test_retraining_adapts(distribution: Path, tmp_path: Path) -> None:
    ended = stress(distribution, tmp_path / "run", "glow", "--retrain", "--levels", "glow=4")
    assert ended.status == 0, ended.said
    result = result_in(tmp_path / "run")
    assert result["trained_on"] == "level"
    assert min(f1_of(result).values()) > 0.8


def test_baselines_are_given_the_frame_rate_of_the_level(
    distribution: Path, tmp_path: Path
) -> None:
    ended = stress(distribution, tmp_path / "run", "rates", "--factors", "pace")
    assert ended.status == 0, ended.said
    for level, fps in (("standard", 30), ("pace-15", 15)):
        content = (tmp_path / "run" / "levels" / level / "predictions.json").read_text()
        rows = [one for video in json.loads(content)["videos"] for one in video["intervals"]]
        assert len(rows) == 10
        assert {one["offset"] + 1 for one in rows} == {fps}
    result = result_in(tmp_path / "run")
    assert "ap" not in result["metrics"]  # without scores it is undefined
    assert result["factors"][0]["levels"][1]["metrics"]["spotting_f1"]["value"] is not None


def test_a_method_that_only_spots(distribution: Path, tmp_path: Path) -> None:
    ended = stress(
        distribution, tmp_path / "run", "glow-spotting", "--levels", "glow=20,10", "--videos", "1"
    )
    assert ended.status == 0, ended.said
    result = result_in(tmp_path / "run")
    assert result["metrics"] == ["spotting_f1", "ap"]
    assert result["videos"] == 5


def test_a_method_that_only_recognizes(distribution: Path, tmp_path: Path) -> None:
    ended = stress(distribution, tmp_path / "run", "naming", "--levels", "glow=20,4")
    assert ended.status == 0, ended.said
    result = result_in(tmp_path / "run")
    assert result["metrics"] == ["uf1", "uar", "accuracy"]
    standard, faint = result["factors"][0]["levels"]
    assert standard["truths"] == faint["truths"] == 20
    assert standard["metrics"]["accuracy"]["value"] == 1.0
    assert 0 < faint["metrics"]["accuracy"]["value"] < 0.6


def test_a_budget_leaves_levels_for_later(
    distribution: Path, tmp_path: Path, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1000))
    monkeypatch.setattr(measure, "monotonic", lambda: float(next(clock)))
    # One look at the clock at the start, one before the batch and one before each level.
    ended = stress(distribution, tmp_path / "run", "glow", "--factors", "glow", "--budget", "0.06")
    assert ended.status == 0, ended.said
    result = result_in(tmp_path / "run")
    assert result["missing"] == LEVELS[2:]
    assert "--resume continues" in ended.said
    assert result["factors"][0]["levels"][4]["metrics"] is None
    ended = stress(distribution, tmp_path / "run", "glow", "--factors", "glow", "--resume")
    assert ended.status == 0, ended.said
    result = result_in(tmp_path / "run")
    assert result["missing"] == []
    assert result["factors"] == result_in(done)["factors"][:1]


def test_a_kill_between_folds_changes_nothing(
    distribution: Path, done: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    command = [sys.executable, "-P", "-m", "mebench"]
    command += arguments(distribution, "glow", "-o", folder, "--store", tmp_path / "store")
    command += ["--pause", "0.1"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not any(folder.glob("runs/000/folds/*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done_before = len(list(folder.glob("runs/000/folds/*.json")))
    assert 0 < done_before < 5 and not (folder / "results.json").exists()
    ended = stress(distribution, folder, "glow", "--pause", "0.1", "--resume")
    assert ended.status == 0, ended.said
    for name in (*LEVELS, "pace-15"):
        for file in ("predictions.json", "truth.json", "report.json"):
            path = Path("levels", name, file)
            assert (folder / path).read_bytes() == (done / path).read_bytes()
    assert (folder / "results.json").read_bytes() == (done / "results.json").read_bytes()


def test_a_level_that_fails_can_be_left_out(distribution: Path, tmp_path: Path) -> None:
    strict = ("glow", "--needs", "5", "--videos", "1")
    ended = stress(distribution, tmp_path / "run", *strict, "--levels", "glow=40,1")
    assert ended.status == 1
    assert "too dark" in ended.said and "dosed-glow-1/s0/v0" in ended.said
    ended = stress(distribution, tmp_path / "run", *strict, "--levels", "glow=40", "--resume")
    assert ended.status == 0, ended.said
    assert result_in(tmp_path / "run")["factors"][0]["levels"][0]["metrics"] is not None


def test_a_folder_is_not_overwritten(distribution: Path, done: Path) -> None:
    assert stress(distribution, done, "glow").codes() == {"run-exists"}
    assert stress(distribution, done, "glow", "--resume", "--seed", "3").codes() == {"run-differs"}
    assert stress(distribution, done.parent, "glow").codes() == {"not-a-run"}


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--factors", "glov"), "unknown-factor", "Did you mean 'glow'?"),
        (("--levels", "glow=3,much"), "bad-level", "'much' is no level of glow"),
        (("--levels", "glow=2.5"), "bad-level", "in steps of 1"),
        (("--levels", "3,4"), "bad-level", "does not say of which factor"),
        (("--factors", "pace", "--levels", "glow=3"), "bad-level", "--factors does not"),
        (("--sped", "1"), "unknown-option", "Did you mean '--seed'?"),
    ],
)
def test_bad_input(
    distribution: Path, tmp_path: Path, more: tuple[str, ...], code: str, said: str
) -> None:
    ended = stress(distribution, tmp_path / "run", "glow", *more)
    assert ended.status == 2
    assert ended.codes() == {code}
    assert said in ended.said


def test_only_data_sets_with_factors(tmp_path: Path) -> None:
    ended = mebench(tmp_path, "stress", "random", "--protocol", "casme2-str")
    assert ended.codes() == {"wrong-dataset"}


def test_the_pages_say_where_it_breaks_and_what_they_do_not_say(done: Path) -> None:
    for name in ("summary.md", "summary.html"):
        text = " ".join((done / name).read_text(encoding="utf-8").split())
        assert "first lower at" in text
        assert "They do not show how the method performs on real people." in text
        assert "mebench:1|p:dosed@1" in text
    html = (done / "summary.html").read_text(encoding="utf-8")
    assert "http" not in html.replace("http-equiv", "")
    rows = (done / "table.csv").read_text().splitlines()
    assert len(rows) == 1 + 7 * len(result_in(done)["metrics"])
