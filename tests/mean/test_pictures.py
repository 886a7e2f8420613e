"""The pictures of the studies: reproducible bytes, the right size, numbers as text."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mebench_mean.studies.pictures import Overlay, draw_costs, draw_learning, draw_overlays
from tests.plots.pictures import NASTY, size_of, texts_of

BEGINS = {"png": b"\x89PNG", "pdf": b"%PDF-", "svg": b"<?xml"}
FACE = np.linspace(0, 255, 128 * 128).reshape(128, 128).astype(np.uint8)
MAP = np.where(FACE > 200, np.nan, FACE / 200).astype(np.float32)

USUAL: dict[str, Callable[[Path], None]] = {
    "learning": lambda path: draw_learning(
        path,
        {
            "with transfer": {1: [1.0, 0.5, 1.1, 0.4], 2: [0.5, 0.7, 0.9, 0.5]},
            "without transfer": {1: [1.2, 0.4, 1.3, 0.2], 2: [0.8, 0.5, math.nan, 0.3]},
        },
        title="Learning",
    ),
    "overlays": lambda path: draw_overlays(
        path,
        [
            Overlay("s01/v1", FACE, {"spotting": MAP, "recognition": MAP.T}),
            Overlay("s01/v2", FACE, {"spotting": MAP.T, "recognition": MAP}),
        ],
        title="Where it looked",
    ),
    "cost": lambda path: draw_costs(
        path,
        {
            "training": {"spotting": 61.5, "recognition": 20.0},
            "inference": {"flow": 7.25, "networks": 0.0},
        },
        title="Cost",
    ),
}
WRITTEN = {
    "learning": {"with transfer", "training", "test", "Accuracy", "Loss", "Epoch", "Learning"},
    "overlays": {"face", "spotting", "recognition", "s01/v1", "s01/v2", "0.5"},
    "cost": {"training", "inference", "81.5 s", "7.25 s", "flow", "spotting", "Seconds", "Cost"},
}
EXTREME: dict[str, Callable[[Path], None]] = {
    "learning, one epoch": lambda path: draw_learning(
        path, {"alone": {1: [1.0, 0.0, math.inf, 1.0]}}, title=NASTY
    ),
    "learning, many epochs": lambda path: draw_learning(
        path, {"alone": {number: [1e9, 0.5, 1 / number, 0.5] for number in range(1, 900)}}
    ),
    "overlays, one map": lambda path: draw_overlays(
        path, [Overlay(NASTY, FACE, {"spotting": MAP})], title=NASTY
    ),
    "overlays, many": lambda path: draw_overlays(
        path, [Overlay(NASTY, FACE, {"spotting": MAP, "recognition": MAP * np.nan})] * 8
    ),
    "cost, zero": lambda path: draw_costs(path, {"training": {"spotting": 0.0}}),
    "cost, years": lambda path: draw_costs(
        path, {"training": {"spotting": 1e8, "recognition": 1e9}, "inference": {}}, title=NASTY
    ),
}


@pytest.mark.parametrize("kind", USUAL)
def test_the_same_bytes_again(tmp_path: Path, kind: str) -> None:
    for ending, begin in BEGINS.items():
        first, second = (tmp_path / f"{name}.{ending}" for name in ("one", "two"))
        USUAL[kind](first)
        assert first.read_bytes().startswith(begin)
        if ending == "svg" or kind == "overlays":  # `tests/plots` draws twice in each format
            USUAL[kind](second)
            assert first.read_bytes() == second.read_bytes()
    check_size(tmp_path / "one.png", kind)
    # Text can be searched.
    assert set(texts_of((tmp_path / "one.svg").read_bytes())) >= WRITTEN[kind]


@pytest.mark.parametrize("kind", EXTREME)
def test_extremes_are_drawn_without_a_warning(tmp_path: Path, kind: str) -> None:
    """None that a layout is too small, either."""
    EXTREME[kind](tmp_path / "one.png")
    check_size(tmp_path / "one.png", kind)


def check_size(path: Path, kind: str) -> None:
    """Check that a picture is as wide as a column or a page."""
    width, height = size_of(path.read_bytes())
    assert width == (680 if kind.startswith("overlays") else 1400)
    assert 0 < height < 4000


@pytest.mark.parametrize(
    ("seconds", "unit", "total"),
    [(0.5, "Seconds", "0.5 s"), (700.0, "Minutes", "11.7 min"), (5e7, "Hours", "13,889 h")],
)
def test_units(tmp_path: Path, seconds: float, unit: str, total: str) -> None:
    draw_costs(tmp_path / "one.svg", {"training": {"spotting": seconds}})
    assert set(texts_of((tmp_path / "one.svg").read_bytes())) >= {unit, total}
