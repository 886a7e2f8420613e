"""Commands without their optional packages: one diagnostic that states what to install."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mebench.util.extras import OPTIONAL
from tests.datasets.spreadsheets.making import xlsx

# A finder that knows nothing of some modules, as in an environment without them.
SCRIPT = """
import sys
hidden = set(sys.argv[1].split(","))
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
sys.argv = ["mebench", *sys.argv[2:]]
from mebench.cli.main import main
main()
"""
PREVIEW = ["--subject", "s01", "--video", "v1", "-o", "a.png"]
SCORED = ["predictions.json", "--truth", "truth.json", "--protocol", "protocol.toml"]
EVERYTHING = [*OPTIONAL, "mebench_synthetic", "mebench_vision", "mebench_mean"]


def run(folder: Path, hidden: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, ",".join(hidden), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the example of mebench, and its report."""
    folder = tmp_path_factory.mktemp("example")
    done = run(folder, EVERYTHING, "demo", "--write", ".")
    assert done.returncode == 0, done.stderr
    done = run(folder, EVERYTHING, "score", *SCORED, "--format", "json", "-o", "report.json")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", *SCORED],
        ["validate", *SCORED],
        ["audit", "--rules"],
        ["protocols"],
        ["datasets"],
        ["datasets", "where"],
        ["run-baseline", "--list"],
        ["conformance"],
        ["template", "--protocol", "casme2-str"],
    ],
    ids=" ".join,
)
def test_the_core_works_alone(folder: Path, arguments: list[str]) -> None:
    done = run(folder, EVERYTHING, *arguments)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("hidden", "arguments", "code"),
    [
        ("matplotlib", ["plot", "confusion", "report.json", "-o", "a.png"], "package-missing"),
        ("jinja2", ["leaderboard", "build", "--boards", "boards", "-o", "out"], "package-missing"),
        ("jinja2", ["report", *SCORED, "-o", "a.html"], "package-missing"),
        ("python_calamine", ["datasets", "check", "casme2", "--root", "sheet"], "package-missing"),
        ("cv2", ["datasets", "preview", "synthetic", *PREVIEW], "package-missing"),
        ("cv2", ["run-baseline", "mean", "-o", "run"], "package-missing"),
        ("mebench_synthetic", ["datasets", "show", "synthetic"], "dataset-not-installed"),
        ("mebench_synthetic", ["synth", "-o", "faces"], "dataset-not-installed"),
        ("mebench_synthetic", ["run-baseline", "random", "-o", "run"], "dataset-not-installed"),
        ("mebench_mean", ["run-baseline", "mean", "-o", "run"], "baseline-not-installed"),
    ],
)
def test_what_is_missing_is_named(
    folder: Path, hidden: str, arguments: list[str], code: str
) -> None:
    for name in ("boards", "sheet"):
        (folder / name).mkdir(exist_ok=True)
    xlsx(folder / "sheet" / "CASME2-coding-20140508.xlsx", [["Subject"]])
    done = run(folder, [hidden], *arguments)
    assert f"[{code}]" in done.stderr
    assert "In a checkout of mebench: python -m pip install" in " ".join(done.stderr.split())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert not (folder / "out").exists()


def test_lists_name_what_is_not_installed(folder: Path) -> None:
    packages = ["mebench_synthetic", "mebench_mean"]
    datasets = run(folder, packages, "datasets").stdout
    assert re.search(r"^synthetic-hard +no +mebench-synthetic", datasets, re.MULTILINE)
    baselines = run(folder, packages, "run-baseline", "--list").stdout
    assert "In a checkout of mebench: python -m pip install" in " ".join(baselines.split())
    assert re.search(r"^mean +.*not installed", baselines, re.MULTILINE)


def test_the_truth_of_rendered_faces_comes_with_their_package(folder: Path) -> None:
    (folder / "p.csv").write_text("subject,video,onset,offset,emotion\ns01,v1,1,5,surprise\n")
    score = ["score", "p.csv", "--protocol", "synthetic-str"]
    assert run(folder, [], *score).returncode == 0
    done = run(folder, ["mebench_synthetic"], *score)
    assert done.returncode == 2
    assert "[truth-needed]" in done.stderr
    assert "./datasets/synthetic" in done.stderr
