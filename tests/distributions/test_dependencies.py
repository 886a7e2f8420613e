"""What each distribution requires: a light core, and no OpenCV that would overwrite the user's."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

from mebench.util.extras import OPTIONAL

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "mebench": ROOT,
    "mebench-synthetic": ROOT / "datasets" / "synthetic",
    "mebench-vision": ROOT / "baselines" / "vision",
    "mebench-mean": ROOT / "baselines" / "mean",
    "mebench-classics": ROOT / "baselines" / "classics",
}
CORE = {
    *(
        "anyascii",
        "filelock",
        "google-re2",
        "numpy",
        "pandas",
        "platformdirs",
        "pydantic",
        "rich",
        "scipy",
    ),
    *("tabulate", "typer", "typing-extensions"),
}
MODULES = {"python-calamine": "python_calamine", "opencv-contrib-python-headless": "cv2"}
"""Modules that have another name than their package."""


def project(folder: Path) -> dict[str, Any]:
    content = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    found: dict[str, Any] = content["project"]
    return found


def names(requirements: list[str]) -> set[str]:
    found = {re.match(r"[\w-]+", requirement) for requirement in requirements}
    return {match[0].lower() for match in found if match is not None}


def test_the_core_is_light() -> None:
    assert names(project(ROOT)["dependencies"]) == CORE


@pytest.mark.parametrize("distribution", FOLDERS)
def test_no_distribution_requires_a_particular_opencv(distribution: str) -> None:
    assert not any(
        "opencv" in name for name in names(project(FOLDERS[distribution])["dependencies"])
    )


def test_messages_name_the_extra_that_brings_a_package() -> None:
    extras = project(ROOT)["optional-dependencies"]
    bring = {
        MODULES.get(name, name): extra
        for extra in ("data", "plots", "board", "dask", "opencv")
        for name in names(extras[extra])
    }
    assert bring == {module: package.extra for module, package in OPTIONAL.items()}
    assert names(extras["all"]) == {"mebench"}
    assert extras["all"] == ["mebench[data,plots,board,dask]"], "no OpenCV: any one serves"


@pytest.mark.parametrize("distribution", FOLDERS)
def test_entry_points_are_installed_as_the_project_states(distribution: str) -> None:
    for group, points in project(FOLDERS[distribution]).get("entry-points", {}).items():
        installed = {point.name: point.value for point in entry_points(group=group)}
        assert points.items() <= installed.items()


def test_versions_are_pinned_without_addresses() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    pinned = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    required: set[str] = set()
    for folder in FOLDERS.values():
        content = project(folder)
        for extra in content.get("optional-dependencies", {}).values():
            required |= names(extra)
        required |= names(content["dependencies"])
    # dlib is compiled where dlib-bin has no wheel; ours are not on an index.
    assert required - {*FOLDERS, "dlib"} <= pinned
