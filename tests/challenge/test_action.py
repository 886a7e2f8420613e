"""The steps of the GitHub Action, run by the shell as a runner runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Run, files, mebench

ROOT = Path(__file__).parents[2]
BASH = shutil.which("bash")
FORGED = "##[error]%0A::error file=x,line=1::forged.json"
"""A file name that is a workflow command, if it begins a line."""

pytestmark = [
    pytest.mark.skipif(BASH is None, reason="there is no bash"),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file names"),
]


def action() -> dict[str, Any]:
    """Return the action."""
    found: dict[str, Any] = import_module("yaml").safe_load(
        (ROOT / "action.yml").read_text(encoding="utf-8")
    )
    return found


def step(folder: Path, name: str, **inputs: str) -> Run:
    """Run a step with inputs, others at their defaults; `python` is that of the tests."""
    document = action()
    [found] = [one for one in document["runs"]["steps"] if one.get("name") == name]
    values = {key: given.get("default", "") for key, given in document["inputs"].items()} | inputs
    environment = os.environ | {
        variable: values[text.removeprefix("${{ inputs.").removesuffix(" }}")]
        for variable, text in found["env"].items()
    }
    (folder / "bin").mkdir(exist_ok=True)
    python = folder / "bin" / "python"
    python.unlink(missing_ok=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    environment["PATH"] = f"{folder / 'bin'}{os.pathsep}{environment['PATH']}"
    script = folder / "bin" / "step.sh"
    script.write_text(found["run"])
    command = [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return Run(done.returncode, done.stdout, done.stderr)


def commands(run: Run) -> list[str]:
    """Return the workflow commands that a runner obeys; there must be nothing it would obey else.

    It obeys ``::name ...::`` at the beginning of a line and ``##[name]`` anywhere, but not between
    ``stop-commands`` and its token.
    """
    found, token = [], None
    for line in (run.out + run.err).splitlines():
        line = line.lstrip()
        if token is not None:
            token = None if line == f"::{token}::" else token
        elif line.startswith("::stop-commands::"):
            token = line.removeprefix("::stop-commands::")
        elif line.startswith("::"):
            found.append(line)
        else:
            assert "##[" not in line, line
    assert token is None
    return found


CHECK = "Check the submissions"
SCORED = {"truth": "t.json", "protocol": "toy.toml"}


def test_a_valid_file_passes_and_a_bad_one_is_annotated(tmp_path: Path) -> None:
    files(tmp_path)
    folder = tmp_path / "sent" / "deep"
    folder.mkdir(parents=True)
    (folder / "a b.json").write_bytes((tmp_path / "p.json").read_bytes())
    good = step(tmp_path, CHECK, files="sent/**/*.json\n", **SCORED)
    assert good.status == 0, good
    [warning] = commands(good)
    assert warning.startswith("::warning file=sent/deep/a b.json,title=mebench videos-not-listed")
    assert "Validated 1 file: 0 errors." in good.out

    (folder / FORGED.replace("/", "")).write_bytes((tmp_path / "bad.json").read_bytes())
    bad = step(tmp_path, CHECK, files="p.json\nsent/**/*.json", **SCORED)
    assert bad.status == 1
    first, second, last = (one for one in commands(bad) if one.startswith("::error"))
    assert any("title=mebench duplicate-file" in one for one in commands(bad))
    name = "sent/deep/##[error]%250A%3A%3Aerror file=x%2Cline=1%3A%3Aforged.json"
    assert first.startswith(f"::error file={name},line=1,col=")
    assert {one.split("title=")[1].split("::")[0] for one in (first, second)} == {
        "mebench offset-before-onset",
        "mebench unknown-emotion",
    }
    assert "%0A" in first, "the remedy is on a line of its own"
    assert last.startswith("::error title=mebench::There are errors")
    assert "Validated 3 files: 2 errors." in bad.out


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        ({"files": "nothing/*.json"}, 1),
        ({"files": "p.json", "command": "score"}, 2),
        ({"files": "::error::$(touch hacked).json"}, 2),
    ],
)
def test_wrong_inputs(tmp_path: Path, inputs: dict[str, str], status: int) -> None:
    files(tmp_path)
    run = step(tmp_path, CHECK, **{**SCORED, **inputs})
    assert run.status == status, run
    [command] = commands(run)
    assert command.startswith("::error title=mebench::")
    assert not (tmp_path / "hacked").exists()


def test_reports_are_verified(tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / "reports").mkdir()
    scored = ("--truth", "t.json", "--protocol", "toy.toml", "--format", "json")
    assert mebench(tmp_path, "score", "p.json", *scored, "-o", "reports/p.json").status == 0
    report = tmp_path / "reports" / "p.json"
    changed = report.read_text().replace('"value": 1.0', '"value": 0.5', 1)
    (tmp_path / "reports" / "q.json").write_text(changed)
    (tmp_path / "q.json").write_bytes((tmp_path / "p.json").read_bytes())
    run = step(tmp_path, CHECK, files="p.json\nq.json", command="verify", **SCORED)
    assert run.status == 1
    said = commands(run)
    assert said[0].startswith("::notice file=reports/p.json::Verified: mebench:1|")
    errors = [one for one in said if one.startswith("::error file=")]
    assert errors and all(one.startswith("::error file=reports/q.json::") for one in errors)


def test_mebench_is_installed_from_the_action(tmp_path: Path) -> None:
    """The version of the action is that of mebench, unless another one is named."""
    [install] = [one for one in action()["runs"]["steps"] if "pip" in one.get("run", "")]
    (tmp_path / "python").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "python").chmod(0o755)
    said = []
    for wanted in ("", "a wheel.whl"):
        variables = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "MEBENCH": wanted}
        done = subprocess.run(
            [str(BASH), "-c", install["run"]],
            env={**os.environ, **variables, "GITHUB_ACTION_PATH": "/the action"},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(done.stdout.strip().rsplit("check ", 1)[1])
    assert said == ["/the action", "a wheel.whl"]


def test_no_script_contains_an_input() -> None:
    """An expression in a script would be code of whoever writes the input."""
    for one in action()["runs"]["steps"]:
        assert "${{" not in one.get("run", "")
