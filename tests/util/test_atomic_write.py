"""Incomplete files of killed processes are removed, and those of living ones are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mebench.diagnostics import UsageError
from mebench.util import atomic_write
from mebench.util.atomic_write import STALE_SECONDS, incomplete_file, write_text

OLD = STALE_SECONDS + 1
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def left_behind(path: Path, age: float) -> Path:
    """Write an incomplete file that nobody has written to for some seconds."""
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def process_that_ended() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


def test_stale_files_are_removed_by_the_next_write(tmp_path: Path) -> None:
    ended = process_that_ended()
    stale = [
        left_behind(tmp_path / f".mebench-{ended}-0123456789abcdef", OLD),
        left_behind(tmp_path / ".mebench-0123456789abcdef", OLD),
        left_behind(tmp_path / f".mebench-{ended}-0123.mp4", OLD),
        left_behind(tmp_path / ".mebench-9999999999-0123", OLD),
    ]
    kept = [
        left_behind(tmp_path / f".mebench-{os.getpid()}-0123456789abcdef", OLD),
        left_behind(tmp_path / f".mebench-{os.getppid()}-0123456789abcdef", OLD),
        left_behind(tmp_path / f".mebench-{ended}-fedcba9876543210", 1),
        left_behind(tmp_path / ".mebench-fedcba9876543210", 1),
        left_behind(tmp_path / "mebench-1-0123", OLD),
    ]
    write_text(tmp_path / "file", "content")
    assert [path for path in stale if path.exists()] == []
    assert [path for path in kept if not path.exists()] == []


def test_only_files_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".mebench-1-folder").mkdir()
    (tmp_path / "target").write_text("of somebody")
    (tmp_path / ".mebench-1-link").symlink_to(tmp_path / "target")
    os.utime(tmp_path / ".mebench-1-link", (0, 0), follow_symlinks=False)
    os.utime(tmp_path / ".mebench-1-folder", (0, 0))
    write_text(tmp_path / "file", "content")
    names = {".mebench-1-folder", ".mebench-1-link", "target", "file"}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_a_folder_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[Path] = []
    monkeypatch.setattr(atomic_write, "remove_stale_files", searched.append)
    for name in ("a", "b"):
        write_text(tmp_path / name, "content")
    assert searched == [tmp_path]


WRITES = """
import sys, time
from pathlib import Path
from mebench.util.atomic_write import incomplete_file
with incomplete_file(Path(sys.argv[1])) as path:
    path.write_text("half")
    print(path.name, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_leaves_is_removed_later(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITES, str(tmp_path / "file")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = tmp_path / process.stdout.readline().strip()
        os.utime(left, (0, 0))
        write_text(tmp_path / "other", "content")
        assert left.exists(), "its process still runs"
        process.send_signal(signal.SIGKILL)
    assert left.exists()
    atomic_write.remove_stale_files(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), incomplete_file(tmp_path / "file") as path:
        path.write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        write_text(tmp_path / "results" / "table.tex", "content")
    [error] = raised.value.diagnostics
    assert error.code == "cannot-write"
    assert f"Create the folder {str(tmp_path / 'results')!r}" in error.remedy
