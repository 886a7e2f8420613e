"""Commands without their optional packages: one diagnostic that states what to install."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from mebench.util.extras import OPTIONAL
from tests.cli.running import mebench
from tests.datasets.spreadsheets.making import xlsx

# A finder that knows nothing of some modules, as in an environment without them. Commands share a
# process: what is hidden stays hidden.
SCRIPT = """
import contextlib, io, json, sys
hidden, commands = map(json.loads, sys.argv[1:])
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide())
import importlib.util
known = importlib.util.find_spec
def find_spec(name, package=None):
    return None if name.partition(".")[0] in hidden else known(name, package)
importlib.util.find_spec = find_spec
import importlib.metadata as metadata
points = metadata.entry_points
def entry_points(**chosen):
    return [one for one in points(**chosen) if one.value.partition(".")[0] not in hidden]
metadata.entry_points = entry_points
from mebench.cli.main import main
ended = []
for command in commands:
    sys.argv = ["mebench", *command]
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        status = 0
        try:
            main()
        except SystemExit as error:
            status = error.code
    ended.append([status or 0, out.getvalue(), err.getvalue()])
print(json.dumps(ended))
"""
PREVIEW = ["--subject", "s01", "--video", "v1", "-o", "a.png"]
SCORED = ["predictions.json", "--truth", "truth.json", "--protocol", "protocol.toml"]
PLUGINS = ["mebench_synthetic", "mebench_vision", "mebench_mean", "mebench_classics"]
EVERYTHING = [*OPTIONAL, *PLUGINS]


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


def run(
    folder: Path, hidden: Sequence[str], commands: Sequence[Sequence[str]]
) -> Mapping[str, Ended]:
    """Run commands without some packages; return how each ended."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(hidden), json.dumps(commands)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    every = [Ended(*one) for one in json.loads(done.stdout)]
    return {" ".join(command): one for command, one in zip(commands, every, strict=True)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the example of mebench, its report, and other files."""
    folder = tmp_path_factory.mktemp("example")
    for name in ("boards", "sheet"):
        (folder / name).mkdir()
    xlsx(folder / "sheet" / "CASME2-coding-20140508.xlsx", [["Subject"]])
    (folder / "p.csv").write_text("subject,video,onset,offset,emotion\ns01,v1,1,5,surprise\n")
    commands = [
        ["demo", "--write", "."],
        ["score", *SCORED, "--format", "json", "-o", "report.json"],
        ["score", *SCORED],
        ["validate", *SCORED],
        ["audit", "--rules"],
        ["protocols"],
        ["datasets"],
        ["datasets", "where"],
        ["run-baseline", "--list"],
        ["conformance"],
        ["template", "--protocol", "casme2-str"],
    ]
    for command, done in run(folder, EVERYTHING, commands).items():
        assert done.status == 0, (command, done.err)
    return folder


def test_the_core_works_alone(folder: Path) -> None:
    assert (folder / "report.json").is_file()


def check_missing(done: Ended, code: str) -> None:
    assert f"[{code}]" in done.err
    assert "In a checkout of mebench: python -m pip install" in " ".join(done.err.split())
    assert done.status == 2
    assert "Traceback" not in done.err


PARTS = {
    "plot confusion report.json -o a.png": "matplotlib",
    "leaderboard build --boards boards -o out": "Jinja2",
    " ".join(["report", *SCORED, "-o", "a.html"]): "Jinja2",
    "datasets check casme2 --root sheet": "python-calamine",
    " ".join(["datasets", "preview", "synthetic", *PREVIEW]): "OpenCV",
    "run-baseline mean -o run": "cv2",
}


def test_missing_parts_are_named(folder: Path) -> None:
    hidden = ["matplotlib", "jinja2", "python_calamine", "cv2"]
    for command, done in run(folder, hidden, [command.split() for command in PARTS]).items():
        check_missing(done, "package-missing")
        assert f"needs {PARTS[command]}" in " ".join(done.err.split()), done.err
    assert not (folder / "out").exists()


def test_missing_packages_of_the_project_are_named(folder: Path) -> None:
    codes = {
        "datasets show synthetic": "dataset-not-installed",
        "synth -o faces": "dataset-not-installed",
        "run-baseline random -o run": "dataset-not-installed",
        "run-baseline mean -o run": "baseline-not-installed",
    }
    score = "score p.csv --protocol synthetic-str"
    lists = ("datasets", "run-baseline --list")
    hidden = ["mebench_synthetic", "mebench_mean"]
    done = run(folder, hidden, [command.split() for command in (*codes, score, *lists)])
    for command, code in codes.items():
        check_missing(done[command], code)
    assert re.search(r"^synthetic-hard +no +mebench-synthetic", done[lists[0]].out, re.MULTILINE)
    baselines = done[lists[1]].out
    assert "In a checkout of mebench: python -m pip install" in " ".join(baselines.split())
    assert re.search(r"^mean +.*not installed", baselines, re.MULTILINE)
    # The truth of rendered faces comes with their package.
    assert mebench(folder, *score.split()).status == 0
    assert done[score].status == 2
    assert "[truth-needed]" in done[score].err
    assert "./datasets/synthetic" in done[score].err
