"""Speed of ``mebench datasets check`` on a large copy of a data set: seconds, frames per second.

The script makes a copy with the layout of CASME II in a temporary folder, with hard links to a few
small files as frames, and checks it in separate processes. ``--deep`` also decodes all frames,
twice: the second check uses the results of the first. The goal is under 10 s for 300,000 frames
without ``--deep``.

Run: ``python -m benchmarks.checking [--frames 300000] [--videos 255] [--deep]``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mebench.datasets.frames.images import encode

GOAL_SECONDS = 10.0
LINKS = 20_000
"""Hard links per file; file systems allow about 65,000."""

SHEET = "Subject,Filename,OnsetFrame,ApexFrame,OffsetFrame,Estimated Emotion\n"


def make_copy(folder: Path, videos: int, frames: int) -> int:
    """Write a copy with about this number of frames; return the exact number."""
    frames_per_video = frames // videos
    images = np.random.default_rng(0).integers(0, 255, (frames_per_video, 6, 8, 3), np.uint8)
    contents = [encode(np.repeat(np.repeat(image, 8, 0), 8, 1), ".jpg") for image in images]
    sources: list[Path] = []
    rows = [SHEET]
    for video in range(videos):
        subject, name = f"sub{video % 26 + 1:02d}", f"EP{video:02d}_01"
        video_folder = folder / "CASME2-RAW" / subject / name
        video_folder.mkdir(parents=True)
        if video * frames_per_video % LINKS < frames_per_video:  # a new set of files
            sources = [folder / f"{video}-{number}.source" for number in range(frames_per_video)]
            for source, content in zip(sources, contents, strict=True):
                source.write_bytes(content)
        for number, source in enumerate(sources):
            os.link(source, video_folder / f"img{number + 1}.jpg")
        apex, offset = frames_per_video // 2, frames_per_video - 1
        rows.append(f"{video % 26 + 1},{name},2,{apex},{offset},happiness\n")
    (folder / "CASME2-coding-made.csv").write_text("".join(rows))
    return videos * frames_per_video


def seconds(folder: Path, *options: str) -> float:
    """Time one check by the command."""
    command = [sys.executable, "-m", "mebench", "datasets", "check", "casme2", "--root", "copy"]
    begin = time.perf_counter()
    completed = subprocess.run(
        [*command, *options],
        cwd=folder,
        env=os.environ | {"MEBENCH_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    taken = time.perf_counter() - begin
    if completed.returncode == 2 or "not checked to the end" in completed.stdout:
        raise SystemExit(completed.stdout + completed.stderr)
    return taken


def print_speed(title: str, frames: int, seconds: float) -> None:
    """Print a line of the result."""
    print(f"{title:<12}  {seconds:6.1f} s   {frames / seconds:9,.0f} frames per second", flush=True)


def main() -> int:
    """Make the copy and time the check; return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300_000)
    parser.add_argument("--videos", type=int, default=255)
    parser.add_argument("--deep", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        frames = make_copy(folder / "copy", arguments.videos, arguments.frames)
        print(f"{frames:,} frames made in {time.perf_counter() - begin:.1f} s", flush=True)
        times = [seconds(folder) for _ in range(3)]
        for time_taken in times:
            print_speed("check", frames, time_taken)
        for title in ("--deep", "--deep again") if arguments.deep else ():
            print_speed(title, frames, seconds(folder, "--deep"))
    met = max(times) <= GOAL_SECONDS
    print(f"goal: {GOAL_SECONDS:g} s for 300,000 frames: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
