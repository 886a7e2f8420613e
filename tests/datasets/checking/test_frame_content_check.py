"""`--deep`: every frame is decoded once, cached, and compared with the frame before it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mebench.datasets.checking import frame_content_check
from mebench.datasets.checking.frame_content_check import (
    DecodeResult,
    decode_all_frames,
    hash_cache_folder,
    read_hash_cache,
)
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.images import encode
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import Findings
from tests.datasets.licensed.running import CommandLine
from tests.datasets.material import (
    NumberedVideo,
    codes,
    frame_folder,
    generic_folder,
    picture,
    video_file,
)

DEEP = ("datasets", "check", "generic", "--root", "own", "--deep")
HASTY = """
import sys
from mebench.cli.main import main
from mebench.datasets.checking import frame_content_check
frame_content_check.STORED_EVERY = 0.2
sys.argv = ["mebench", *sys.argv[1:]]
main()
"""
"""The command, which stores what it has decoded more often than usual."""


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Gather the files that are decoded from now on."""
    done: list[Path] = []
    genuine = frame_content_check.of_file

    def counting(path: Path) -> frame_content_check.FrameHash:
        done.append(path)
        return genuine(path)

    monkeypatch.setattr(frame_content_check, "of_file", counting)
    return done


def folder_video(folder: Path, video: str = "v") -> FrameFolder:
    return FrameFolder(folder, dataset="d", subject="s", video=video)


def look(*videos: FrameFolder | VideoFile | NumberedVideo) -> tuple[DecodeResult, Findings]:
    findings = Findings()
    return decode_all_frames(videos, findings, 2, lambda _: None), findings


def test_frozen_frames_are_a_warning(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path / "f", range(12))
    for number in (4, 5, 9):
        (folder / f"img{number}.png").write_bytes((folder / f"img{number - 1}.png").read_bytes())
    # The same pixels in other bytes: BMP for PNG.
    (folder / "img11.png").unlink()
    (folder / "img11.bmp").write_bytes(encode(picture(10), ".bmp"))
    seen, findings = look(folder_video(folder))
    assert (seen.frames, seen.frozen, seen.duplicates) == (12, 4, [])
    assert codes(findings.kept) == ["frames-frozen"]
    assert "4 frames of 12 are identical" in findings.kept[0].message
    assert "in all pixels: 4 to 5, 9, 11." in findings.kept[0].message
    assert not findings.has_errors


def test_the_same_picture_further_off_is_no_frozen_frame(tmp_path: Path) -> None:
    folder = frame_folder(tmp_path / "f", [0, 1, 2, 4])
    for number in (2, 4):  # two away; and next in line, but with a number missing between
        (folder / f"img{number}.png").write_bytes((folder / "img0.png").read_bytes())
    assert not look(folder_video(folder))[1].kept


def test_a_doubled_video_is_an_error(tmp_path: Path) -> None:
    one = frame_folder(tmp_path / "a", range(6))
    other = frame_folder(tmp_path / "b", range(6), first=100, name="frame{}.bmp")
    third = frame_folder(tmp_path / "c", range(7))
    seen, findings = look(
        folder_video(one, "a"), folder_video(other, "b"), folder_video(third, "c")
    )
    assert codes(findings.kept) == ["video-doubled"]
    assert "identical to those of s/a." in findings.kept[0].message
    assert findings.kept[0].place.video == "b"
    assert [[video.id for video in group] for group in seen.duplicates] == [["a", "b"]]
    assert findings.has_errors


def test_a_second_look_decodes_what_is_new(tmp_path: Path, decoded: list[Path]) -> None:
    folder = frame_folder(tmp_path / "f", range(8))
    (folder / "img3.png").write_bytes(b"no image at all")
    first = look(folder_video(folder))
    assert len(decoded) == 8
    decoded.clear()
    second = look(folder_video(folder))
    assert (decoded, codes(second[1].kept)) == ([], codes(first[1].kept))
    (folder / "img5.png").write_bytes(encode(picture(99), ".png"))
    os.utime(folder / "img6.png", ns=(1, 1))
    look(folder_video(folder))
    assert sorted(path.name for path in decoded) == ["img5.png", "img6.png"]


@pytest.mark.parametrize("how", ["cut", "flipped", "empty", "text", "folder"])
def test_a_damaged_ledger_is_made_anew(tmp_path: Path, decoded: list[Path], how: str) -> None:
    folder = frame_folder(tmp_path / "f", range(8))
    (folder / "img5.png").write_bytes((folder / "img4.png").read_bytes())
    first = look(folder_video(folder))
    (cache_file,) = hash_cache_folder().iterdir()
    content = cache_file.read_bytes()
    if how == "folder":
        cache_file.unlink()
        cache_file.mkdir()
    else:
        flipped = content.replace(b'"img4.png"', b'"img7.png"')
        damaged = {"cut": content[:-9], "flipped": flipped, "empty": b"", "text": b"\xff\n{}"}
        cache_file.write_bytes(damaged[how])
    decoded.clear()
    again = look(folder_video(folder))
    assert len(decoded) == 8
    assert (again[0].frozen, codes(again[1].kept)) == (first[0].frozen, codes(first[1].kept))
    if how != "folder":
        assert cache_file.read_bytes() == content


def test_what_was_decoded_before_a_stop_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[Path]
) -> None:
    folder = frame_folder(tmp_path / "f", range(20))
    genuine = frame_content_check.of_file

    def stopping(path: Path) -> frame_content_check.FrameHash:
        if path.name == "img7.png":
            raise KeyboardInterrupt
        return genuine(path)

    with monkeypatch.context() as patched:
        patched.setattr(frame_content_check, "of_file", stopping)
        with pytest.raises(KeyboardInterrupt):
            look(folder_video(folder))
    decoded.clear()
    assert look(folder_video(folder))[0].frames == 20
    assert len(decoded) == 13


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_killed_check_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, decoded: list[Path]
) -> None:
    files = 600  # half a second or more of decoding
    folder = tmp_path / "own" / "frames" / "s1" / "v1"
    folder.mkdir(parents=True)
    source = tmp_path / "large.png"
    source.write_bytes(encode(picture(5, 480, 640), ".png"))
    for number in range(files):
        os.link(source, folder / f"img{number}.png")
    (tmp_path / "own" / "truth.csv").write_text("subject,video,onset,offset\ns1,v1,3,9\n")
    running = subprocess.Popen(
        [sys.executable, "-c", HASTY, *DEEP],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    patience = time.monotonic() + 60
    while not list(hash_cache_folder().glob("*.json")) and time.monotonic() < patience:
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    (cache_file,) = hash_cache_folder().glob("*.json")
    known = len(read_hash_cache(cache_file))
    assert known > 0
    seen, _ = look(folder_video(folder))
    assert seen.frames == files
    assert len(decoded) == files - known
    assert not list(hash_cache_folder().glob(".*")), "nothing half-written stays"


def test_video_files_are_counted_and_hashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = video_file(tmp_path / "a.avi", 20)
    twin = video_file(tmp_path / "b.avi", 20)

    def videos() -> list[VideoFile]:
        return [
            VideoFile(one, dataset="d", subject="s", video=one.stem, n_frames=22)
            for one in (path, twin)
        ]

    seen, findings = look(*videos())
    assert seen.frames == 40
    assert codes(findings.kept) == ["frame-count-differs"] * 2 + ["video-doubled"]
    monkeypatch.setattr(VideoFile, "all_frames", None)
    again, findings = look(*videos())
    assert (again.frames, len(findings.kept)) == (40, 3)


def test_videos_of_no_file_are_known_by_their_content(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(NumberedVideo("s", "v", 9))[0].frames == 9
    monkeypatch.setattr(frame_content_check, "of_image", None)
    assert look(NumberedVideo("s", "v", 9))[0].frames == 9
    with pytest.raises(TypeError):
        look(NumberedVideo("s", "v", 9, version=2))


def test_on_the_command_line(mebench: CommandLine, tmp_path: Path) -> None:
    generic_folder(tmp_path / "own")
    frames = tmp_path / "own" / "frames"
    (frames / "s1" / "v1" / "img8.png").write_bytes(
        (frames / "s1" / "v1" / "img7.png").read_bytes()
    )
    run = mebench(*DEEP)
    assert (run.status, run.codes("warning")) == (0, {"frames-frozen"})
    assert "decoded      67 frames, 1 frozen" in run.out
    assert "--deep" not in run.out
    content = (frames / "s2" / "v1" / "img9.png").read_bytes()
    (frames / "s2" / "v1" / "img9.png").write_bytes(content[: len(content) // 2])
    (frames / "s2" / "v1" / "img1.png").write_bytes(b"")
    (frames / "s1" / "v2" / "img5.png").write_bytes(encode(picture(3, 60, 70), ".png"))
    assert mebench(*DEEP[:-1]).codes() == {"frame-unreadable"}, "the empty one alone"
    document = json.loads(mebench(*DEEP, "--format", "json").out)
    found = [(one["code"], Path(one["file"]).name) for one in document["findings"]]
    assert sorted(found) == [
        ("frame-size-differs", "img5.png"),
        ("frame-unreadable", "img1.png"),
        ("frame-unreadable", "img9.png"),
        ("frames-frozen", "v1"),
    ]
    assert document["deep"] == {"frames": 65, "frozen": 1, "doubled": []}
