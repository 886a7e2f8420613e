"""How long ``mebench datasets check`` looks at a large copy: seconds, and frames a second.

A copy of CASME II's layout is made in a temporary folder, its frames hard links to a few small
files, and checked by processes of their own. ``--deep`` decodes all of them as well, twice: the
second time from the ledgers. The goal is under 10 s for 300,000 frames without ``--deep``.

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
"""So many names a file gets: file systems allow some 65,000."""

SHEET = "Subject,Filename,OnsetFrame,ApexFrame,OffsetFrame,Estimated Emotion\n"


def make_copy(folder: Path, videos: int, frames: int) -> int:
    """Write a copy of so many frames; return how many there are."""
    each = frames // videos
    pictures = np.random.default_rng(0).integers(0, 255, (each, 6, 8, 3), np.uint8)
    contents = [encode(np.repeat(np.repeat(one, 8, 0), 8, 1), ".jpg") for one in pictures]
    sources: list[Path] = []
    rows = [SHEET]
    for video in range(videos):
        subject, name = f"sub{video % 26 + 1:02d}", f"EP{video:02d}_01"
        place = folder / "CASME2-RAW" / subject / name
        place.mkdir(parents=True)
        if video * each % LINKS < each:  # a new set of files
            sources = [folder / f"{video}-{number}.source" for number in range(each)]
            for source, content in zip(sources, contents, strict=True):
                source.write_bytes(content)
        for number, source in enumerate(sources):
            os.link(source, place / f"img{number + 1}.jpg")
        rows.append(f"{video % 26 + 1},{name},2,{each // 2},{each - 1},happiness\n")
    (folder / "CASME2-coding-made.csv").write_text("".join(rows))
    return videos * each


def seconds(folder: Path, *more: str) -> float:
    """Time one check, as a user runs it."""
    command = [sys.executable, "-m", "mebench", "datasets", "check", "casme2", "--root", "copy"]
    begin = time.perf_counter()
    done = subprocess.run(
        [*command, *more],
        cwd=folder,
        env=os.environ | {"MEBENCH_CACHE": str(folder / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    taken = time.perf_counter() - begin
    if done.returncode == 2 or "not checked to the end" in done.stdout:
        raise SystemExit(done.stdout + done.stderr)
    return taken


def main() -> int:
    """Make the copy, time the check; 1 if the goal is missed."""
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
        taken = [seconds(folder) for _ in range(3)]
        for one in taken:
            print(f"check         {one:6.1f} s   {frames / one:9,.0f} frames a second", flush=True)
        for title in ("--deep", "--deep again") if arguments.deep else ():
            one = seconds(folder, "--deep")
            print(f"{title:<12}  {one:6.1f} s   {frames / one:9,.0f} frames a second", flush=True)
    met = max(taken) <= GOAL_SECONDS
    print(f"goal: {GOAL_SECONDS:g} s for 300,000 frames: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
