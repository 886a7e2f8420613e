"""Draw the pictures of a score of an invented system: ``python docs/pictures/scores.py``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

import mebench
from mebench.util.resources import shipped_truth_path

FOLDER = Path(__file__).parent
SIX = [f"--video=s0{subject}/v{video}" for subject in (2, 3, 6) for video in (1, 2)]
PICTURES: dict[str, tuple[str, ...]] = {
    "score-timelines.png": (
        "timeline",
        *(f"--video=s0{n}/v{v}" for n in (2, 3, 6) for v in (1, 2)),
    ),
    "score-timeline.png": ("timeline", "--video=s07/v1"),
    "score-pr.png": ("pr",),
    "score-f1-iou.png": ("f1-iou",),
    "score-forest.png": ("forest",),
    "score-diagnosis.png": ("diagnosis",),
    "score-durations.png": ("durations",),
}


def write_example(folder: Path, seed: int = 12) -> None:
    """Write predictions.json and curves.npz: noise, bumps at most expressions and some blinks."""
    path = shipped_truth_path("synthetic")
    assert path is not None
    random = np.random.default_rng(seed)
    curves, videos = {}, []
    for video in json.loads(path.read_text())["videos"]:
        rows = video["intervals"]
        blinks = [{**row, "apex": (row["onset"] + row["offset"]) // 2} for row in video["events"]]
        heights = [
            *((row, random.uniform(0.15, 1.0)) for row in rows if row["kind"] == "micro"),
            *((row, random.uniform(0.0, 0.5)) for row in rows if row["kind"] == "macro"),
            *((row, random.uniform(0.2, 0.6)) for row in blinks if random.random() < 0.25),
        ]
        curve = _curve(video["n_frames"], heights, random)
        ids = {"subject": video["subject"], "video": video["video"]}
        curves[(*ids.values(), "spotting")] = curve
        videos.append(ids | {"intervals": _intervals(curve, rows, random)})
    document = {
        "format": "mebench-submission/1",
        "protocol": "synthetic-str@1",
        "system": {"name": "example"},
        "score_threshold": 0.55,
        "videos": videos,
    }
    (folder / "predictions.json").write_text(json.dumps(document))
    mebench.write_curves(folder / "curves.npz", curves)


def _curve(length: int, heights: list[Any], random: np.random.Generator) -> Any:
    frames = np.arange(length)
    curve = np.convolve(random.normal(0, 0.06, length + 6), np.ones(7) / 2, "valid") / 2 + 0.2
    for row, height in heights:
        middle = row["apex"] + random.normal(0, 1.5)
        width = (row["offset"] - row["onset"] + 1) / random.uniform(2, 4)
        curve += height * np.exp(-0.5 * ((frames - middle) / width) ** 2)
    return curve


def _intervals(curve: Any, rows: list[Any], random: np.random.Generator) -> list[dict[str, Any]]:
    """Return an interval around each peak, the highest peak first, without repetitions."""
    is_peak = (curve[1:-1] > curve[:-2]) & (curve[1:-1] >= curve[2:])
    peaks = np.flatnonzero(is_peak) + 1
    intervals: list[dict[str, Any]] = []
    for peak in sorted(peaks[curve[peaks] > 0.4].tolist(), key=lambda frame: -curve[frame]):
        level = 0.5 * curve[peak] + 0.1
        begin = end = peak
        while begin > 0 and curve[begin - 1] > level:
            begin -= 1
        while end < len(curve) - 1 and curve[end + 1] > level:
            end += 1
        if end - begin < 4 or any(row["onset"] <= peak <= row["offset"] for row in intervals):
            continue
        near = [row for row in rows if row["onset"] - 5 <= peak <= row["offset"] + 5]
        right = near and random.random() < 0.75
        intervals.append(
            {
                "onset": begin,
                "apex": peak,
                "offset": end,
                "score": round(float(curve[peak]), 4),
                "emotion": near[0]["emotion"] if right else "negative",
            }
        )
    return intervals


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        write_example(Path(folder))
        for name, (command, *more) in PICTURES.items():
            line = ["-m", "mebench", "plot", command, folder, "-o", FOLDER / name, *more]
            subprocess.run([sys.executable, *map(str, line)], check=True)
    demo = Path(mebench.__file__).parent / "demo"
    files = ["predictions.json", "--truth", "truth.json", "--protocol", "protocol.toml"]
    shown = ["--video", "p1/clip1", "-o", str(FOLDER / "tutorial-timeline.png")]
    plot = [sys.executable, "-m", "mebench", "plot", "timeline"]
    subprocess.run([*plot, *files, *shown], cwd=demo, check=True)
