"""Build the package that a page shows, and unpack it where it can be imported."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import pytest

from tests.docs.snippets import fences


def unpack_package(page: Path, folder: Path, target: Path) -> Path:
    """Build the package of a page as pip does, and unpack it into a folder to import from.

    Its files are those of the page with a name without a folder; ``folder`` is for the work.
    """
    backend = pytest.importorskip("hatchling.build", reason="hatchling builds the package")
    source = folder / "source"
    source.mkdir()
    for fence in fences(page):
        if fence.file is not None and "/" not in fence.file:
            (source / fence.file).write_text(fence.body, encoding="utf-8")
    with contextlib.chdir(source), contextlib.redirect_stdout(io.StringIO()):
        wheel = backend.build_wheel(str(folder))
    with zipfile.ZipFile(folder / wheel) as content:
        content.extractall(target)
    return target
