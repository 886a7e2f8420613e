"""Packages with metrics, written as an installer would, and made importable for one test."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

F1 = """
from mebench.metrics import Metric, Undefined, ratio


def f1(counts):
    return ratio(2 * counts.hits, counts.truths + counts.predictions, Undefined("nothing"))


METRIC = Metric("{name}", "F1 again", "Spotting", {{"spotting"}}, f1)
"""


def install(
    folder: Path,
    patch: pytest.MonkeyPatch,
    name: str = "own-f1",
    source: str = F1,
    *,
    package: str = "someones-metrics",
    version: str = "1.0",
) -> Path:
    """Install a metric, the object ``METRIC`` of a module; return the module's file."""
    module = f"{package}_{name}".replace("-", "_")
    home = folder / package
    info = home / f"{package.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[mebench.metrics]\n{name} = {module}:METRIC\n")
    path = home / f"{module}.py"
    path.write_text(source.format(name=name) if source is F1 else source, encoding="utf-8")
    patch.syspath_prepend(str(home))
    patch.setitem(sys.modules, module, None)  # so that it is forgotten after the test
    del sys.modules[module]
    return path
