"""The Dockerfile without Docker: its context, and its steps as far as they run on any machine.

Wheels are built from what is copied, installed by the commands of the file, and its entry point is
run. Not run: the base image, the packages of others, users, and the mounts of BuildKit, for which
folders stand in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
SECRETS = (
    *(".git/config", ".venv/bin/python", "runs/mean/predictions.json", "CASME2/frames/1.png"),
    *("our-2026/secret/truth.json", "baselines/mean/.env", "mebench/__pycache__/a.pyc"),
    *("datasets/secret/truth.json", "weights/weights.npz", "mebench.toml", "tests/conftest.py"),
)


class Step(NamedTuple):
    """An instruction of a stage; stages are counted from 0."""

    stage: int
    name: str
    value: str


@cache
def steps() -> list[Step]:
    """Return the instructions, with joined lines and without comments."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"(?m)^\s*#.*\n", "", text).replace("\\\n", " ").splitlines()
    found: list[Step] = []
    for line in filter(str.strip, lines):
        name, _, value = line.partition(" ")
        stage = sum(step.name == "FROM" for step in found) + (name == "FROM") - 1
        found.append(Step(stage, name, " ".join(value.split())))
    return found


def values(name: str, stage: int | None = None) -> list[str]:
    return [one.value for one in steps() if one.name == name and stage in (None, one.stage)]


def copies() -> list[tuple[str, str]]:
    """Return the source and target of everything that is copied from the context."""
    pairs = []
    for value in values("COPY"):
        *sources, target = value.split()
        pairs += [(source, target) for source in sources]
    return pairs


def is_ignored(path: str) -> bool:
    """Return whether .dockerignore keeps a file out of the context: the last pattern decides."""
    ignored = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not pattern or pattern.startswith("#"):
            continue
        expression = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(f"{expression}(?:/.*)?", path):
            ignored = not line.startswith("!")
    return ignored


def tracked(*paths: str) -> list[str]:
    """Return the files of the repository below some paths."""
    names = [
        path
        for one in paths
        for path in ((ROOT / one).rglob("*") if (ROOT / one).is_dir() else [ROOT / one])
    ]
    listed = [path.relative_to(ROOT).as_posix() for path in names if path.is_file()]
    return [name for name in listed if not re.search(r"__pycache__|\.egg-info|/\.", name)]


def test_everything_that_is_copied_is_in_the_context() -> None:
    sources = [source for source, _ in copies()]
    mounted = re.findall(r"--mount=type=bind,source=([^,\s]+)", " ".join(values("RUN")))
    assert mounted and all((ROOT / source).exists() for source in [*sources, *mounted])
    files = tracked(*sources, *mounted)
    assert len(files) > 500
    assert [name for name in files if is_ignored(name)] == []


def test_nothing_else_is_in_the_context() -> None:
    assert [name for name in SECRETS if not is_ignored(name)] == []


def test_everything_that_wheels_need_is_copied() -> None:
    sources = [source for source, _ in copies()]
    folders = "datasets/synthetic", "baselines/vision", "baselines/mean", "baselines/classics"
    for folder in (".", *folders):
        text = (ROOT / folder / "pyproject.toml").read_text(encoding="utf-8")
        document = tomllib.loads(text)
        wheel = document["tool"]["hatch"]["build"]["targets"]["wheel"]
        needed = [
            *(document["project"]["readme"], *document["project"]["license-files"]),
            *(*wheel["packages"], *wheel.get("force-include", ())),
        ]
        for name in needed:
            path = os.path.normpath(Path(folder, name))
            assert any(Path(path).is_relative_to(source) for source in sources), path
        assert folder in values("RUN", 0)[0].replace("./", "").split()


def test_the_image_is_small_and_not_root() -> None:
    assert all(value.split()[0] in ("python:${PYTHON}-slim", "scorer") for value in values("FROM"))
    last = steps()[-1].stage
    assert values("USER", last) == ["1000"] and not values("USER", last - 1)
    assert values("VOLUME", last) == ["/cache"]
    environment = " ".join(values("ENV", last))
    assert "HOME=/cache" in environment and "MEBENCH_CACHE=/cache/" in environment
    assert values("ARG") == ["PYTHON=3.12", "GPU="]
    for run in values("RUN"):
        assert "pip install" not in run or "--constraint /constraints.txt" in run
    assert {"title", "licenses"} <= set(
        re.findall(r"org\.opencontainers\.image\.(\w+)=", values("LABEL")[0])
    )


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
def test_the_steps_run(tmp_path: Path) -> None:
    """Build the wheels, install them, and run the entry point."""
    source, wheels, site = (tmp_path / name for name in ("source", "wheels", "site"))
    for name in tracked(*(one for one, _ in copies())):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    variables = {
        **{key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        # What the packages of others need: they are installed here already.
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
    }

    def run(command: str, **more: str) -> str:
        command = re.sub(r"--mount=\S+ ", "", command)
        for path, ours in (("/wheels", wheels), ("/constraints.txt", ROOT / "constraints.txt")):
            command = re.sub(rf"(?<!\S){path}", str(ours), command)
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=source,
            env=variables | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    [build] = values("RUN", 0)
    run(build)
    assert len(list(wheels.glob("*.whl"))) == 5
    [core], (full, _) = values("RUN", 1), values("RUN", 2)
    said = run(core.replace("pip install", "echo")).split()
    assert said[2:] == [str(wheel) for wheel in wheels.glob("mebench-*.whl")]
    said = run(full.replace("pip install", "echo"), GPU="1").split()
    assert said[2].endswith(".whl[all,opencv]") and said[-1] == "tensorflow[and-cuda]"
    run(full, PIP_TARGET=str(site))
    [entry] = map(json.loads, values("ENTRYPOINT"))
    packages = os.pathsep.join([str(site), *(path for path in sys.path if "site-packages" in path)])
    shown = run(f"python -P -S {site}/bin/{entry[0]} schema", PYTHONPATH=packages)
    assert "submission-1" in shown and (site / "mebench" / "shipped" / "schemas").is_dir()
