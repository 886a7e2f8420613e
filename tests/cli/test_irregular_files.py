"""Links and pipes in folders that commands read as a whole: refused by name, not waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mebench.datasets.frames.file_storage import HASHES_FILE, read_hashes, read_verified
from tests.cli.running import mebench

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")


def link(path: Path) -> None:
    """Make a link to a file that is not part of the folder."""
    target = path.parent.parent / "victim"
    target.write_text("of somebody")
    path.symlink_to(target)


@pytest.mark.parametrize("make", [os.mkfifo, link], ids=["pipe", "link"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("predictions.json", ("plot", "curves", "run", "-o", "pictures")),
        ("report.json", ("plot", "confusion", "run", "-o", "picture.png")),
        ("vector.json", ("conformance", "run")),
    ],
)
def test_a_folder_that_is_read(
    tmp_path: Path, make: Callable[[Path], None], name: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "run").mkdir()
    make(tmp_path / "run" / name)
    run = mebench(tmp_path, *arguments)
    assert run.status in {1, 2}
    assert "irregular-file" in run.said and name in run.said


@pytest.mark.parametrize("make", [os.mkfifo, link], ids=["pipe", "link"])
def test_a_folder_that_is_written(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (tmp_path / "made").mkdir()
    make(tmp_path / "made" / "predictions.json")
    run = mebench(tmp_path, "demo", "--write", "made")
    assert (run.status, run.codes()) == (2, {"irregular-file"})
    victim = tmp_path / "victim"
    assert not victim.exists() or victim.read_text() == "of somebody"


@pytest.mark.parametrize("make", [os.mkfifo, link], ids=["pipe", "link"])
def test_a_cache(tmp_path: Path, make: Callable[[Path], None]) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    make(folder / "000000.png")
    assert read_verified(folder, "000000.png", {"000000.png": "0" * 64}) is None
    make(folder / HASHES_FILE) if make is os.mkfifo else (folder / HASHES_FILE).symlink_to(folder)
    assert read_hashes(folder) == {}
