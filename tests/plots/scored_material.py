"""A small score with every outcome, to draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import mebench
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write

TRUTHS: dict[str, list[Any]] = {
    "1/a": [interval(10, 19), interval(40, 49, "positive"), interval(70, 79)],
    "1/b": [interval(20, 29), interval(60, 69, kind="macro")],
    "2/a": [interval(30, 39, "surprise"), interval(80, 89)],
    "3/a": [interval(50, 59)],
}

PREDICTED: dict[str, list[Any]] = {
    "1/a": [
        interval(10, 19, score=0.9),  # hit
        interval(11, 19, score=0.8),  # duplicate
        interval(44, 53, "positive", score=0.7),  # localization: IoU 6/14
        interval(70, 79, score=0.2),  # below the threshold
        interval(90, 95, score=0.6),  # background
    ],
    "1/b": [interval(60, 69, score=0.7), interval(20, 27, "positive", score=0.95)],
    "2/a": [interval(30, 38, "surprise", score=0.85)],
    "3/a": [],
}

SCORED = ("--truth", "t.json", "--protocol", "toy.toml")


def write_material(folder: Path) -> Path:
    """Write toy.toml, t.json, p.json and curves.npz."""
    write(folder, "toy.toml", TOY_TOML)
    write(folder, "t.json", truth(TRUTHS))
    write(folder, "p.json", submission(PREDICTED, score_threshold=0.5))
    names = [tuple(name.split("/")) for name in TRUTHS]
    curve = np.linspace(0, 1, 100)
    curve[:3] = np.nan
    mebench.write_curves(folder / "curves.npz", dict.fromkeys(names[:3], curve))
    return folder
