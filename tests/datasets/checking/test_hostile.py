"""Folders as no one would make them: every oddity is a finding, and none a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine
from tests.datasets.material import frame_folder, generic_folder

CHECK = ("datasets", "check", "generic", "--root", "own", "--format", "json")
linux_names = pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")


def video(folder: Path) -> Path:
    return folder / "own" / "frames" / "s1" / "v1"


def checked(mebench: CommandLine, *more: str) -> list[dict[str, Any]]:
    run = mebench(*CHECK, *more)
    document = json.loads(run.out)
    assert document["exit_status"] == run.status
    page = mebench(*CHECK[:-2], *more)
    assert page.status == run.status
    kept: list[dict[str, Any]] = document["findings"]
    return kept


@pytest.fixture
def own(tmp_path: Path) -> Path:
    generic_folder(tmp_path / "own")
    return video(tmp_path)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda path: path.symlink_to(path), "points to itself"),
        (lambda path: path.symlink_to("gone.png"), "target of the link does not exist"),
        (lambda path: path.mkdir(), "it is a folder"),
        (lambda path: path.symlink_to(".."), "it is a folder"),
        (lambda path: os.mkfifo(path), "it is not a regular file"),
        (lambda path: path.write_bytes(b""), "the file is empty"),
    ],
)
@pytest.mark.parametrize("number", [1, 7, 30])
def test_what_stands_in_a_frame_s_place(
    mebench: CommandLine,
    own: Path,
    number: int,
    how: Callable[[Path], None],
    said: str,
) -> None:
    path = own / f"img{number}.png"
    path.unlink()
    how(path)
    for deep in ((), ("--deep",)):
        (finding,) = checked(mebench, *deep)
        assert finding["code"] == "frame-unreadable"
        assert finding["message"].startswith(f"Frame {number - 1} cannot be read: ")
        assert said in finding["message"]
        assert (finding["file"], finding["video"]) == (f"own/frames/s1/v1/img{number}.png", "v1")


def test_a_link_to_the_folder_above(mebench: CommandLine, own: Path) -> None:
    (own / "again").symlink_to("..")
    (own.parent / "loop").symlink_to("loop")
    assert not [one for one in checked(mebench, "--deep") if one["severity"] == "error"]


def test_a_folder_replaced_by_a_file(mebench: CommandLine, own: Path) -> None:
    for path in own.iterdir():
        path.unlink()
    own.rmdir()
    own.write_text("moved to the other disk")
    assert [one["code"] for one in checked(mebench)] == ["video-without-frames"]


def test_a_licensed_folder_replaced_by_a_file(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "own")
    made.video.rename(tmp_path / "elsewhere")
    (made.base / "sub01" / "EP02_01f").write_text("x")
    run = mebench(
        "datasets", "check", "casme2", "--root", "own", "--protocol", made.protocol(tmp_path)
    )
    assert run.codes() == {"video-without-frames"}


def test_a_folder_of_no_frames(mebench: CommandLine, own: Path) -> None:
    for path in own.iterdir():
        path.unlink()
    for deep in ((), ("--deep",)):
        assert [one["code"] for one in checked(mebench, *deep)] == ["frames-none"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything"
)
def test_a_folder_that_may_not_be_read(mebench: CommandLine, own: Path) -> None:
    own.chmod(0)
    try:
        assert [one["code"] for one in checked(mebench)] == ["video-unreadable"]
    finally:
        own.chmod(0o755)


def test_a_folder_that_the_system_refuses(
    mebench: CommandLine, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What :func:`test_a_folder_that_may_not_be_read` shows, for those who may read everything."""
    genuine = os.scandir

    def refusing(path: Any = ".") -> Any:
        if str(path).endswith("s1/v1"):
            raise PermissionError(13, "Permission denied", str(path))
        return genuine(path)

    monkeypatch.setattr(os, "scandir", refusing)
    (finding,) = checked(mebench)
    assert (finding["code"], finding["video"]) == ("video-unreadable", "v1")
    assert "Permission denied" in finding["message"]


@linux_names
@pytest.mark.parametrize("deep", [(), ("--deep",)])
def test_names_that_are_no_utf8(mebench: CommandLine, own: Path, deep: tuple[str, ...]) -> None:
    (own / "img7.png").rename(own / os.fsdecode(b"\xff\xfeimg7.png"))
    assert not checked(mebench, *deep), "the number is what counts"
    (own / os.fsdecode(b"\xff\xfeimg7.png")).write_bytes(b"")
    (finding,) = checked(mebench, *deep)
    assert finding["file"].endswith("\udcff\udcfeimg7.png")
    page = mebench(*CHECK[:-2])
    assert "\\udcff\\udcfeimg7.png" in page.out
    (own.parent / os.fsdecode(b"v\xff")).mkdir()
    assert {one["code"] for one in checked(mebench, *deep)} >= {"frames-without-truth"}


@linux_names
@pytest.mark.parametrize("name", ["casme2", "casme-sq", "sammlv"])
def test_licensed_folders_that_are_no_utf8(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "own")
    found = made.video
    found.rename(found.with_name(found.name + os.fsdecode(b"\xff")))
    run = mebench("datasets", "check", name, "--root", "own")
    assert run.status == 1
    assert "folder-unexpected" in run.codes() or "video-without-frames" in run.codes()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("img99999999999999999999999999.png", "frames-scattered"),
        ("img" + "9" * 200 + ".png", "frames-scattered"),
        ("img0.png", "frame-before-first"),
        ("IMG_0031.PNG", None),
        ("sub01\\EP02\\img31.png", None),
        ("img31.png:Zone.Identifier", None),
        ("Thumbs.db", None),
        ("CON", None),
        ("img7 (2).png", "frame-numbers-collide"),
        ("img٣.png", "frame-unnumbered"),
    ],
)
def test_names(mebench: CommandLine, own: Path, name: str, code: str | None) -> None:
    (own / name).write_bytes((own / "img30.png").read_bytes()[:-1] + b"\x82")
    if name.startswith("img7"):
        frame_folder(own, [2], name="{}.png")
    found = {one["code"] for one in checked(mebench)}
    if name.startswith("img7"):
        assert found == {code}
    else:
        assert found == ({code} if code else set())
