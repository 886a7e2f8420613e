"""Output: complete files or none; devices are written to, not replaced; full disks are reported."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mebench.diagnostics import UsageError
from mebench.util.atomic_write import write_text
from tests.cli.running import FINE, SCORED, USAGE, files, mebench, mebench_process

FULL = Path("/dev/full")


def test_a_file_is_replaced_completely(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before", encoding="utf-8")
    write_text(path, "äfter\r\n")
    assert path.read_bytes() == "äfter\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        write_text(path, "half \ud800")
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["cannot-write"]
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path], "no temporary file is left"


def test_a_link_keeps_pointing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link, target = tmp_path / "link", tmp_path / "folder" / "target"
    target.write_text("before", encoding="utf-8")
    link.symlink_to(target)
    write_text(link, "after", follow_links=True)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "after"


def test_new_files_have_the_usual_rights(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.touch()
    write_text(ours, "")
    assert stat.S_IMODE(ours.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_devices_and_pipes_are_written_to(tmp_path: Path) -> None:
    before = Path(os.devnull).stat()
    write_text(os.devnull, "gone", follow_links=True)
    after = Path(os.devnull).stat()
    assert stat.S_ISCHR(after.st_mode) and after.st_ino == before.st_ino
    files(tmp_path)
    run = mebench_process(tmp_path, "score", "p.json", *SCORED, "-o", "/dev/stdout")
    assert run.status == FINE and "STRS" in run.out


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_full_disk(tmp_path: Path) -> None:
    files(tmp_path)
    run = mebench(tmp_path, "score", "p.json", *SCORED, "-o", FULL)
    assert run.status == USAGE and "[cannot-write]" in run.err
    assert stat.S_ISCHR(FULL.stat().st_mode)
    with FULL.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "mebench", "score", "p.json", *SCORED],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    output = done.stderr.decode()
    assert done.returncode == USAGE
    assert "[cannot-write]" in output and "Traceback" not in output and "Exception" not in output


def test_a_reader_that_stops_causes_no_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mebench", "explain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as speaker:
        assert speaker.stdout is not None and speaker.stderr is not None
        listener = subprocess.run(
            ["head", "-1"], stdin=speaker.stdout, capture_output=True, check=True
        )
        speaker.stdout.close()
        assert speaker.stderr.read() == b""
    assert len(listener.stdout.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_narrow_terminal_gets_escapes(tmp_path: Path, encoding: str) -> None:
    files(tmp_path)
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "mebench", "score", "p.csv", *SCORED]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (FINE, b"")
    assert "STRS" in done.stdout.decode(encoding)


def test_odd_file_names(tmp_path: Path) -> None:
    """A name that is not valid UTF-8 and contains an escape sequence for colors."""
    content = (files(tmp_path) / "p.csv").read_bytes()
    odd = os.fsencode(tmp_path) + b"/\xff\x1b[31m\xfe.csv"
    Path(os.fsdecode(odd)).write_bytes(content)
    name = Path(os.fsdecode(odd)).name
    for arguments in (
        ("score", name, *SCORED),
        ("score", name, "p.json", *SCORED),
        ("score", name, *SCORED, "--format", "json"),
        ("validate", name, *SCORED),
        ("convert", "predictions", name, *SCORED, "-o", "new.json"),
        ("merge", name),
    ):
        run = mebench(tmp_path, *arguments)
        assert run.status == (USAGE if arguments[0] == "merge" else FINE), run
        assert "\x1b" not in run.out + run.err
