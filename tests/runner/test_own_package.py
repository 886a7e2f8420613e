"""The package that the documentation tells how to write: built, installed and run as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.docs.packages import unpack_package
from tests.docs.snippets import ROOT, fences, matches
from tests.runner.distribution import install
from tests.runner.running import Bench, bench_in

PAGE = ROOT / "docs" / "baselines.md"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the package was installed, beside the test distribution."""
    target = install(tmp_path_factory.mktemp("installed"))
    return unpack_package(PAGE, tmp_path_factory.mktemp("package"), target)


@pytest.fixture
def bench(own: Path, four: Path, tmp_path: Path) -> Bench:
    return bench_in(own, tmp_path, four)


def shown() -> list[str]:
    """Return what the page says that the package's two commands print."""
    [fence] = [one for one in fences(PAGE) if one.body.startswith("$ mebench run-baseline changes")]
    first, second = fence.body.split("$ mebench run-baseline changes ")[1:]
    return [part.partition("\n")[2] for part in (first, second)]


def test_it_is_short() -> None:
    modules = [one for one in fences(PAGE) if one.file is not None and one.file.endswith(".py")]
    assert [one.file for one in modules] == ["changes.py"]
    assert all(len(one.body.splitlines()) <= 50 for one in modules)


def test_it_is_found_and_tells_its_options(bench: Bench) -> None:
    done = bench.run("changes", "--list")
    assert done.status == 0
    assert matches(done.out, shown()[0])


def test_it_runs(bench: Bench) -> None:
    done = bench.run("changes", "--count", "3", "--store", "kept")
    assert done.status == 0
    assert matches(done.err + done.out, shown()[1]), done.err + done.out
    folder = bench.folder / "runs" / "changes-trials"
    with np.load(folder / "curves.npz") as curves:
        assert curves["s0/v0/change"].tolist() == [0.0] + [1.0] * 49
    more = ("--folds", "0", "-o", "again")
    again = bench.run("changes", "--count", "3", "--store", "kept", *more)
    assert again.status == 0
    first, second = (
        json.loads((one / "folds" / "000.json").read_bytes())
        for one in (folder, bench.folder / "again")
    )
    assert first["data"] == second["data"]
