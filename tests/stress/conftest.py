"""The data set with two factors, importable here and in the processes that are started here."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import pytest

from mebench.datasets.registry import adapter_ids
from mebench.runner.registry import baseline_names

PROTOCOL = """
id = "dosed@1"
title = "Glowing pixels"
task = "spot-then-recognize"
targets = ["micro"]
classes = ["negative", "positive", "surprise"]
folds = "leave-one-subject-out"

[[datasets]]
id = "dosed"
"""

POINTS = """[mebench.baselines]
glow = dosed.baselines:Glow
glow-spotting = dosed.baselines:SpottingOnly
naming = dosed.baselines:Naming
rates = dosed.baselines:Rates
[mebench.datasets]
dosed = dosed.dataset:Dosed
"""


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installed distribution, with its protocols."""
    folder = tmp_path_factory.mktemp("dosed")
    source = Path(__file__).parent / "dosed"
    shutil.copytree(source, folder / "dosed", ignore=shutil.ignore_patterns("__pycache__"))
    info = folder / "dosed-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dosed\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    (folder / "dosed.toml").write_text(PROTOCOL)
    spotting = PROTOCOL.replace("dosed@1", "dosed-spot@1").replace("spot-then-recognize", "spot")
    lines = [line for line in spotting.splitlines() if not line.startswith("classes")]
    (folder / "spotting.toml").write_text("\n".join(lines))
    naming = PROTOCOL.replace("dosed@1", "dosed-recog@1").replace("spot-then-", "")
    (folder / "naming.toml").write_text(naming.replace('["micro"]', "[]"))
    return folder


@pytest.fixture(scope="module", autouse=True)
def installed(distribution: Path) -> Iterator[None]:
    """Make the distribution importable."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(distribution)
        patch.setenv("PYTHONPATH", str(distribution), prepend=os.pathsep)
        for found in (baseline_names, adapter_ids):
            found.cache_clear()
        resource_tracker.ensure_running()
        yield
    for found in (baseline_names, adapter_ids):
        found.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "dosed"]:
        del sys.modules[name]
