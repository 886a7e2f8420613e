"""Links, pipes, sockets, devices and folders are refused by their kind, and none is waited for."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from mebench.diagnostics import UsageError
from mebench.util.atomic_write import write_bytes
from mebench.util.regular_file import (
    IrregularFileError,
    check_folder,
    check_regular,
    read_regular,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")


def link(path: Path) -> None:
    target = path.with_name("target")
    target.write_bytes(b"of somebody")
    path.symlink_to(target)


def broken_link(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def link_to_device(path: Path) -> None:
    path.symlink_to(os.devnull)


def listener(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(path))


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "link": (link, "a symbolic link"),
    "broken link": (broken_link, "a symbolic link"),
    "link to itself": (lambda path: path.symlink_to(path), "a symbolic link"),
    "link to a device": (link_to_device, "a symbolic link"),
    "pipe": (os.mkfifo, "a named pipe"),
    "socket": (listener, "a socket"),
    "folder": (Path.mkdir, "a folder"),
}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_an_irregular_file_is_neither_read_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make, name = KINDS[kind]
    path = tmp_path / "board.md"
    make(path)
    before = path.lstat()
    for act in (read_regular, check_regular):
        with pytest.raises(IrregularFileError) as caught:
            act(path)
        assert caught.value.strerror == f"it is {name}, not a regular file"
    with pytest.raises(UsageError) as refused:
        write_bytes(path, b"new")
    [diagnostic] = refused.value.diagnostics
    assert diagnostic.code == "irregular-file" and name in diagnostic.message
    after = path.lstat()
    assert (after.st_mode, after.st_ino) == (before.st_mode, before.st_ino)
    target = tmp_path / "target"
    assert not target.exists() or target.read_bytes() == b"of somebody"
    assert not list(tmp_path.glob(".mebench-*"))


def test_devices_are_refused() -> None:
    with pytest.raises(IrregularFileError, match="a device"):
        read_regular(Path(os.devnull))
    with pytest.raises(UsageError, match="irregular-file"):
        write_bytes(os.devnull, b"x")


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert not check_regular(path)
    with pytest.raises(FileNotFoundError):
        read_regular(path)
    path.write_bytes(b"content")
    assert check_regular(path)
    assert read_regular(path) == b"content"
    other = tmp_path / "link"
    other.symlink_to(path)
    assert read_regular(other, follow_links=True) == b"content"


def test_a_hard_link_does_not_change_the_other_name(tmp_path: Path) -> None:
    path, victim = tmp_path / "board.md", tmp_path / "victim"
    victim.write_bytes(b"of somebody")
    path.hardlink_to(victim)
    write_bytes(path, b"new")
    assert (path.read_bytes(), victim.read_bytes()) == (b"new", b"of somebody")


def test_folders_may_be_no_links(tmp_path: Path) -> None:
    folder, other, file = tmp_path / "folder", tmp_path / "link", tmp_path / "file"
    assert not check_folder(folder)
    folder.mkdir()
    other.symlink_to(folder)
    file.touch()
    assert check_folder(folder)
    for path, kind in ((other, "a symbolic link"), (file, "a file")):
        with pytest.raises(IrregularFileError, match=f"it is {kind}, not a folder"):
            check_folder(path)
