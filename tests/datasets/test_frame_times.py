"""The times of frames in video files: variable rates, and rates that are not the stated ones."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from mebench.datasets.checking.frame_content_check import decode_all_frames
from mebench.datasets.frames.frame_times import FrameTimes
from mebench.datasets.frames.video_container import VIDEO_SUFFIXES
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import Diagnostic, Findings
from tests.cli.running import FINE, mebench
from tests.datasets.material import codes, video_file

LENGTH = 60
CONTAINERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")


def with_durations(content: bytes, runs: list[tuple[int, int]]) -> bytes:
    """Return boxes of an MP4 file in which frames have other durations: (frames, duration)."""
    boxes, position = b"", 0
    while position < len(content):
        length, name = (
            int.from_bytes(content[position : position + 4], "big"),
            content[position + 4 :],
        )
        body = content[position + 8 : position + length]
        if name.startswith(CONTAINERS):
            body = with_durations(body, runs)
        elif name.startswith(b"stts"):
            table = b"".join(number.to_bytes(4, "big") for run in runs for number in run)
            body = bytes(4) + len(runs).to_bytes(4, "big") + table
        boxes += (len(body) + 8).to_bytes(4, "big") + name[:4] + body
        position += length
    return boxes


def variable(path: Path, *runs: tuple[int, int]) -> Path:
    """Write an MP4 file at 25 frames per second, and change the durations of frames.

    A duration of 512 is 40 ms; the sum must stay, so that the length of the file is right.
    """
    video_file(path, LENGTH)
    assert sum(count for count, _ in runs) == LENGTH
    assert sum(count * duration for count, duration in runs) == LENGTH * 512
    content = path.read_bytes()
    assert content.index(b"mdat") < content.index(b"moov"), "frames before the table do not move"
    path.write_bytes(with_durations(content, list(runs)))
    return path


def video(path: Path, fps: float | None = None, n_frames: int | None = None) -> VideoFile:
    return VideoFile(path, dataset="d", subject="s", video="v", fps=fps, n_frames=n_frames)


def found(one: VideoFile) -> list[Diagnostic]:
    findings = Findings()
    one.inspect(findings)
    return findings.kept


def test_a_variable_rate_is_found_without_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = variable(tmp_path / "clip.mp4", (40, 512), (10, 256), (10, 768))
    monkeypatch.setattr(cv2.VideoCapture, "retrieve", None)
    one = video(path)
    [finding] = found(one)
    assert (finding.code, finding.severity) == ("frame-rate-variable", "warning")
    # The last frame has no distance.
    assert "19 of 59 distances" in finding.message
    assert "The median is 40.0 ms, the smallest 20.0 ms and the largest 60.0 ms." in finding.message
    assert "approximate" in finding.remedy
    assert "before it is annotated" in finding.remedy
    assert (one.n_frames, one.frame_times.frames) == (LENGTH, LENGTH)


def test_small_differences_are_no_variable_rate(tmp_path: Path) -> None:
    assert not found(video(variable(tmp_path / "clip.mp4", (20, 512), (20, 480), (20, 544))))
    assert codes(found(video(variable(tmp_path / "b.mp4", (20, 512), (20, 448), (20, 576))))) == [
        "frame-rate-variable"
    ]


@pytest.mark.parametrize("suffix", VIDEO_SUFFIXES)
@pytest.mark.parametrize("fps", [25.0, 29.97, 60.0, 200.0])
def test_constant_rates_are_constant_in_every_container(
    tmp_path: Path, suffix: str, fps: float
) -> None:
    """Some containers round times to milliseconds, and MPEG-2 has a table of rates."""
    if suffix in {".mpg", ".mpeg", ".vob", ".ts", ".mts", ".m2ts"} and fps == 200:
        pytest.skip("MPEG-2 has no such rate")
    one = video(video_file(tmp_path / f"clip{suffix}", LENGTH, fps=fps))
    assert found(one) == []
    assert one.n_frames == LENGTH
    if suffix != ".avi":
        assert one.frame_times.rate == pytest.approx(fps, rel=0.01)


def test_a_rate_that_is_not_the_stated_one(tmp_path: Path) -> None:
    path = video_file(tmp_path / "clip.mp4", LENGTH)
    assert not found(video(path, 25.1))
    [finding] = found(video(path, 30))
    assert (finding.code, finding.severity) == ("frame-rate-differs", "warning")
    assert (
        "data set states 30 frames per second, but the frames are shown at a mean rate of 25."
        in (finding.message)
    )
    assert "write fps = 25 into the truth or into dataset.toml" in finding.remedy


def test_a_header_that_states_another_rate(tmp_path: Path) -> None:
    path = video_file(tmp_path / "clip.ts", LENGTH, codec="MPG1")
    header = video(path).fps
    if header == 25:
        pytest.skip("the OpenCV that is installed here finds the right rate")
    [finding] = found(video(path))
    assert finding.code == "frame-rate-differs"
    assert f"The header of the file states {header:g} frames per second" in finding.message


def test_the_check_reports_it(tmp_path: Path) -> None:
    path = variable(tmp_path / "videos" / "s1" / "v1.mp4", (30, 256), (30, 768))
    (tmp_path / "truth.csv").write_text("subject,video,onset,offset\ns1,v1,3,9\n")
    (tmp_path / "dataset.toml").write_text("fps = 30\n")
    for options in ((), ("--deep",)):
        run = mebench(
            *(tmp_path, "datasets", "check", "generic", "--root", ".", *options),
            MEBENCH_CACHE=str(tmp_path / "cache"),
        )
        assert run.status == FINE
        assert run.codes("warning") == {"frame-rate-variable", "frame-rate-differs"}
        assert run.out.count("[frame-rate-variable]") == 1
        assert str(path.relative_to(tmp_path)) in run.out
        assert "s1/v1" in run.out


def packets(path: Path) -> list[bytes]:
    """Return the packets of a video file as OpenCV reads them."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_FORMAT, -1])
    read = []
    while capture.grab():
        read.append(capture.retrieve()[1].tobytes())
    capture.release()
    return read


def test_times_of_other_containers_are_confirmed_by_decoding(tmp_path: Path) -> None:
    path = video_file(tmp_path / "clip.webm", LENGTH)
    content, packet = path.read_bytes(), packets(path)[20]
    at = content.index(packet) - 3  # before a packet: its time, a byte of flags
    assert content[at : at + 2] == (800).to_bytes(2, "big")
    path.write_bytes(content[:at] + (815).to_bytes(2, "big") + content[at + 2 :])
    one = video(path)
    [finding] = found(one)
    assert finding.code == "frame-rate-variable"
    assert "the smallest 25.0 ms and the largest 55.0 ms" in finding.message
    assert one.n_frames == LENGTH


def test_packets_without_a_frame(tmp_path: Path) -> None:
    """The frame of a packet of VP8 is not shown if a bit in its first byte is 0."""
    path = video_file(tmp_path / "clip.webm", LENGTH)
    content, packet = path.read_bytes(), packets(path)[20]
    at = content.index(packet)
    assert content[at] & 16
    path.write_bytes(content[:at] + bytes([content[at] & ~16]) + content[at + 1 :])
    one = video(path)
    assert (found(one), one.n_frames, one.count()) == ([], LENGTH, LENGTH - 1)
    findings = Findings()
    decode_all_frames([one], findings, 1, lambda _: None)
    [finding] = findings.kept
    assert finding.code == "video-ends-early"
    assert f"contains {LENGTH - 1} frames, but it has {LENGTH} packets." in finding.message
    stated = video(path, n_frames=LENGTH - 1)  # the advice
    assert len(list(stated.frames())) == LENGTH - 1


def test_times_of_few_frames() -> None:
    for times in ((), (0.0,), (0.0, 0.0), (0.0, 40.0)):
        found = FrameTimes.of(times)
        assert (found.frames, found.irregular) == (len(times), 0)
        assert found.fits(25)
    assert FrameTimes.of((0.0,)).rate is None
    assert not FrameTimes.of((0.0, 40.0)).fits(30)
    # Rounded to milliseconds, the distances of 240 frames per second are 4 or 5.
    assert not FrameTimes.of(round(number * 1000 / 240) for number in range(500)).irregular
    assert FrameTimes.of((0, 2, 4, 8, 10)).irregular == 1
