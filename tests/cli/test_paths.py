"""Paths that the system refuses are named; none is called standard output, none is a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import SCORED, USAGE, files, mebench

LONG = "x" * 5000
DEEP = "/".join(["x" * 200] * 30)
NOBODY = "~nobody-has-this-name/x"
TOY = ("--protocol", "toy.toml")

COMMANDS: dict[str, list[str]] = {
    "score": ["score", "@", *SCORED],
    "score several": ["score", "@", "p.json", *SCORED],
    "truth": ["score", "p.json", "--truth", "@", *TOY],
    "protocol": ["score", "p.json", "--truth", "t.json", "--protocol", "@.toml"],
    "output": ["score", "p.json", *SCORED, "-o", "@"],
    "template": ["template", *TOY, "-o", "@"],
    "convert": ["convert", "predictions", "@", *TOY, "-o", "new.json"],
    "convert to": ["convert", "predictions", "p.json", *TOY, "-o", "@/x.csv"],
    "merge": ["merge", "@", "p.json", "-o", "new.json"],
    "verify": ["verify", "@", "--predictions", "p.json", *SCORED],
    "audit": ["audit", "@"],
    "blind": ["blind", "@", "-o", "new.json"],
    "run-baseline": ["run-baseline", "empty", "--dataset", "generic", "--root", "@", "-o", "run"],
    "run-baseline to": ["run-baseline", "empty", "--dataset", "synthetic", "-o", "@"],
    "plot": ["plot", "confusion", "@", "-o", "x.png"],
    "plot curves": ["plot", "curves", "@", "-o", "plots"],
    "leaderboard": ["leaderboard", "build", "--boards", "@"],
    "datasets": ["datasets", "check", "generic", "--root", "@"],
    "datasets named": ["datasets", "check", "casme2", "--root", "casme2=@"],
    "synth": ["synth", "-o", "@"],
    "conformance": ["conformance", "@"],
    "demo": ["demo", "--write", "@"],
}


@pytest.mark.parametrize("path", [LONG, DEEP, NOBODY, "p.json/x"], ids=["long", "deep", "~", "in"])
@pytest.mark.parametrize("name", [name for name in COMMANDS if not name.endswith(" to")])
def test_a_path_that_cannot_be_read(tmp_path: Path, name: str, path: str) -> None:
    if path == NOBODY and name in {"output", "template", "synth", "demo"}:
        pytest.skip("a folder of this name can be made")
    files(tmp_path)
    run = mebench(tmp_path, *(text.replace("@", path) for text in COMMANDS[name]))
    assert run.status != 0
    assert "<stdout>" not in run.out + run.err
    assert run.codes() or "Invalid value" in run.err, run.err[:500]


@pytest.mark.parametrize("path", [LONG, DEEP], ids=["long", "deep"])
@pytest.mark.parametrize("name", [name for name in COMMANDS if name.endswith(" to")])
def test_a_path_that_cannot_be_written(tmp_path: Path, name: str, path: str) -> None:
    files(tmp_path)
    run = mebench(tmp_path, *(text.replace("@", path) for text in COMMANDS[name]))
    assert run.status == USAGE
    assert run.codes() <= {"cannot-write", "path-unusable"} and run.codes()
    assert "<stdout>" not in run.out + run.err


@pytest.mark.parametrize("variable", ["MEBENCH_CACHE", "MEBENCH_CASME2_ROOT"])
def test_a_home_folder_of_nobody_in_a_variable(tmp_path: Path, variable: str) -> None:
    for command in (["datasets", "where"], ["datasets", "check", "casme2"]):
        run = mebench(tmp_path, *command, **{variable: NOBODY})
        assert "Traceback" not in run.err
