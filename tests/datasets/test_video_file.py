"""Video files: exact frame access, and lengths that are counted by decoding."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mebench.datasets.checking.frame_content_check import decode_all_frames
from mebench.datasets.frames.video_container import VIDEO_SUFFIXES, states_length
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import Findings, MebenchError
from tests.datasets.material import codes, number_in, video_file

LENGTH = 70


@pytest.fixture(scope="module", params=[*VIDEO_SUFFIXES, ".MP4"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return video_file(tmp_path_factory.mktemp("files") / f"clip01{request.param}", LENGTH)


def video(path: Path, n_frames: int | None = None) -> VideoFile:
    return VideoFile(path, dataset="d", subject="s", video="v", n_frames=n_frames)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))


def found(one: VideoFile, deep: bool = True) -> Findings:
    findings = Findings()
    try:
        one.inspect(findings)
    except MebenchError as error:
        findings.extend_from(error)
    else:
        if deep:
            decode_all_frames([one], findings, 1, lambda _: None)
    return findings


def test_frames_are_exact(path: Path) -> None:
    one = video(path)
    assert one.n_frames == one.count() == LENGTH
    assert one.fps == 25
    assert [number_in(image) for image in one.frames()] == list(range(LENGTH))
    assert [number_in(one.frame(number)) for number in (0, 13, 41, 69)] == [0, 13, 41, 69]
    assert [number_in(image) for image in one.frames(30, 33)] == [30, 31, 32]
    picked = [(number, number_in(image)) for number, image in one.frames_at([3, 12, 60])]
    assert picked == [(3, 3), (12, 12), (60, 60)]
    assert not found(one).kept


def test_length_is_compared(path: Path) -> None:
    first = found(video(path, LENGTH + 5), deep=False).kept
    assert [(finding.code, finding.severity) for finding in first] == [
        ("frame-count-differs", "warning")
    ]
    source = "header of the file states" if states_length(path.read_bytes()) else "packets of"
    assert f"{source} {LENGTH} frames, but the truth states {LENGTH + 5}" in first[0].message
    counted = found(video(path, LENGTH + 5)).kept
    assert [finding.severity for finding in counted] == ["warning", "error"]
    assert f"contains {LENGTH} frames, but the truth states {LENGTH + 5}" in counted[1].message
    with pytest.raises(MebenchError, match="video-ends-early"):
        list(video(path, LENGTH + 5).frames())
    assert len(list(video(path, LENGTH - 5).frames())) == LENGTH - 5


def test_a_wrong_length_in_the_header_is_detected(tmp_path: Path) -> None:
    path = video_file(tmp_path / "clip.avi", LENGTH)
    content = path.read_bytes()
    stated = LENGTH.to_bytes(4, "little")
    assert content[:400].count(stated) >= 1
    path.write_bytes(
        content[:400].replace(stated, (LENGTH + 9).to_bytes(4, "little")) + content[400:]
    )
    one = video(path)
    assert one.n_frames == LENGTH + 9
    assert not found(one, deep=False).kept
    kept = found(one).kept
    assert codes(kept) == ["video-ends-early"]
    assert f"n_frames to {LENGTH}" in kept[0].remedy


@pytest.mark.parametrize("content", [b"", b"no video at all" * 50])
def test_not_a_video(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip01.mp4"
    path.write_bytes(content)
    for ask in (lambda: video(path).n_frames, lambda: next(video(path, 3).frames())):
        with pytest.raises(MebenchError, match="video-unreadable"):
            ask()
    with pytest.raises(MebenchError, match="No such file"):
        video(tmp_path / "gone.mp4").count()


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_a_name_that_is_not_utf8_does_not_crash(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.avi")
    video_file(tmp_path / "clip.avi", 3).rename(path)
    with pytest.raises(MebenchError, match="UTF-8"):
        video(path).count()


@pytest.mark.parametrize("suffix", [".avi", ".mp4", ".mov"])
def test_truncation_is_detected_without_decoding(tmp_path: Path, suffix: str) -> None:
    path = video_file(tmp_path / f"clip{suffix}", LENGTH)
    assert not found(video(path, LENGTH), deep=False).kept
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    kept = found(video(path, LENGTH), deep=False).kept
    assert codes(kept) == ["video-unreadable"]
