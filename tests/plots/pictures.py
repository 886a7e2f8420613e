"""Usual and extreme data to draw, and functions to inspect a figure."""

from __future__ import annotations

import html
import math
import re
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mebench.plots.confusion_matrix import ConfusionMatrix, draw_confusions
from mebench.plots.critical_difference import PlottedSystem, draw_critical_differences
from mebench.plots.dose_response import DoseLevel, DosePanel, Response, draw_dose_response
from mebench.plots.durations import Durations, draw_durations
from mebench.plots.f1_by_iou import F1AtIou, draw_f1_by_iou
from mebench.plots.forest import Forest, ForestRow, draw_forest
from mebench.plots.power_curves import PowerLine, draw_power_lines
from mebench.plots.precision_recall import (
    PrecisionRecall,
    PrecisionRecallPicture,
    draw_precision_recall,
)
from mebench.plots.score_curves import Interval, ScoredVideo, Thumbnail, draw_curves
from mebench.plots.scored import Caption
from mebench.plots.timeline import STYLES, Bar, Timeline, draw_timeline, draw_timelines
from mebench.plots.variant_bars import VariantScores, draw_variants

Drawing = Callable[[Path], None]

NASTY = "被试 😀 $x_1$ \\frac \x07\n " + "long name " * 60
"""A very long text with missing glyphs, a formula and a control character."""

FACE = np.linspace(0, 255, 30 * 20).reshape(30, 20).astype(np.uint8)
NAN = np.full(7, np.nan)


def video(n_frames: int, thumbnails: int = 0) -> ScoredVideo:
    """Return a video with an expression every 100 frames, the first of them detected."""
    random = np.random.default_rng(1)
    curve = random.random(n_frames)
    truths = [Interval(at, at + 9, at + 4, None, "joy") for at in range(20, n_frames - 10, 100)]
    return ScoredVideo(
        title="s01/v1",
        n_frames=n_frames,
        predictions=[
            Interval(22, 30, 25, 0.75, "joy"),
            Interval(40, 50, 45, 0.25, "fear"),
        ],
        truths=truths,
        curves={"spotting": curve, "smoothed": np.where(curve < 0.1, np.nan, curve)},
        threshold=0.5,
        fps=30.0,
        thumbnails=[Thumbnail(at * 10, FACE, "apex") for at in range(thumbnails)],
    )


LONG_CAPTION = Caption(NASTY, "|".join(["mebench:1", "p:" + "x" * 300, *["part:1"] * 40]))
NO_ROW = ForestRow(NASTY, None, None, None, 0, "")


def timelines(count: int) -> list[Timeline]:
    """Return videos with every outcome, the last one without anything."""
    bars = [Bar(at * 9, at * 9 + 30, name, NASTY) for at, name in enumerate(STYLES)]
    far = [Bar(-50, 10**6, "hit", ""), *[Bar(5, 5, "missed")] * 9]
    videos = [
        Timeline(NASTY, 300, bars, far, [Bar(3, 9, "", "blink")], {"a": NAN, "b": NAN}, math.nan),
        Timeline("", 10**6, far, bars, (), {"a": np.array([1e308, np.inf, 0.0])}, -1e308, 1e9),
    ]
    return [*(videos * count)[: count - 1], Timeline("", 0, [], [])]


USUAL: dict[str, Drawing] = {
    "confusion": lambda path: draw_confusions(
        path,
        [
            ConfusionMatrix("Spotted", ["joy", "fear"], [[31, 1], [0, 57]]),
            ConfusionMatrix("All", ["joy", "fear"], [[3, 1, 2], [0, 0, 0]]),
        ],
    ),
    "curves": lambda path: draw_curves(path, video(240, 3)),
    "variants": lambda path: draw_variants(
        path,
        [
            VariantScores("Gaussian, σ = 1", {"F1": 0.123, "STRS": None}),
            VariantScores("simple", {"F1": 0.456, "STRS": 1.0}),
        ],
        title="Smoothing",
    ),
    "critical differences": lambda path: draw_critical_differences(
        path,
        [
            PlottedSystem("first", 0.4, 0.3, 0.5),
            PlottedSystem("second", 0.35, None, None),
            PlottedSystem("third", 0.2, 0.1, 0.3, is_open=True),
        ],
        [(0, 1), (2, 1)],
        metric="STRS",
        note="A note",
        caption=Caption("A protocol", "mebench:1|p:toy@1"),
    ),
    "dose and response": lambda path: draw_dose_response(
        path,
        [
            DosePanel(
                "Sensor noise",
                "gray levels",
                [
                    DoseLevel("0", {"F1": Response(0.75, 0.5, 1.0), "AP": Response(0.0, 0.0, 0.4)}),
                    DoseLevel("1.5", {"F1": Response(0.625, 0.5, 0.8)}, is_standard=True),
                    DoseLevel("12", {"F1": Response(0.25, None, None, differs=True)}),
                ],
            )
        ],
        ["F1", "AP"],
        Caption("A method", "mebench:1|p:toy@1"),
    ),
    "power": lambda path: draw_power_lines(
        path,
        [
            PowerLine("F1", [(0.0, 0.05), (0.1, 0.6), (0.2, 1.0)], 0.15, [(10, 0.2), (20, 0.15)]),
            PowerLine("UF1", [(0.0, 0.05), (0.3, 0.5)], None, []),
        ],
        20,
        title="A protocol",
        note="seed 0",
    ),
}

EXTREME: dict[str, Drawing] = {
    "dose and response without values": lambda path: draw_dose_response(
        path,
        [DosePanel(NASTY, NASTY, [DoseLevel(NASTY, {}, is_standard=True)] * 9)] * 5,
        [NASTY, "F1", "AP", "STRS", "UF1", "UAR"],
        LONG_CAPTION,
    ),
    "dose and response of one level": lambda path: draw_dose_response(
        path,
        [DosePanel("", "", [DoseLevel("1", {"F1": Response(1.0, 1.0, 1.0)})])],
        ["F1"],
        LONG_CAPTION,
    ),
    "confusion of one class": lambda path: draw_confusions(
        path, [ConfusionMatrix(NASTY, [NASTY], [[0]])]
    ),
    "confusion of twelve": lambda path: draw_confusions(
        path,
        [
            ConfusionMatrix(NASTY, [NASTY] * 12, [[10**9] * 13] * 12),
            ConfusionMatrix(NASTY, [NASTY], [[0]]),
        ],
    ),
    "curves, 60 frames": lambda path: draw_curves(path, video(60)),
    "curves, 12,000 frames": lambda path: draw_curves(path, video(12_000, 9)),
    "curves, nothing": lambda path: draw_curves(path, ScoredVideo("", 0, [])),
    "curves, NaN": lambda path: draw_curves(
        path, ScoredVideo(NASTY, 7, [], [], {NASTY: NAN, "a": NAN * np.inf}, math.nan, 1e-9)
    ),
    "curves, far": lambda path: draw_curves(
        path,
        ScoredVideo(
            NASTY,
            1,
            [Interval(0, 0, None, 1e308, NASTY), Interval(0, 0, 0, -math.inf)],
            [Interval(-5, 900, 3, None, "")] * 9,
            {"a": np.array([1e308]), "b": np.array([np.inf], np.float16)},
            -1e308,
            1e9,
            [Thumbnail(10**6, FACE[:, :1], NASTY)],
        ),
    ),
    "critical differences, nothing": lambda path: draw_critical_differences(
        path, [], [], metric=""
    ),
    "critical differences, many": lambda path: draw_critical_differences(
        path,
        [PlottedSystem(NASTY, math.nan if at == 3 else 1 - at / 50, 0.0, 1.0) for at in range(20)],
        [(at, at + step) for at in range(18) for step in (1, 2)],
        metric=NASTY,
        note=NASTY,
        caption=LONG_CAPTION,
    ),
    "power, nothing": lambda path: draw_power_lines(path, [], 0),
    "power, extreme": lambda path: draw_power_lines(
        path,
        [PowerLine(NASTY, [(0.0, 0.0)], 1.0, [(2, 1.0), (1_000_000, 1e-6)])] * 5,
        2,
        title=NASTY,
        note=NASTY,
    ),
    "timeline": lambda path: draw_timeline(path, timelines(2)[0], LONG_CAPTION),
    "timelines": lambda path: draw_timelines(path, timelines(4), LONG_CAPTION),
    "pr, nothing": lambda path: draw_precision_recall(
        path,
        PrecisionRecallPicture(
            LONG_CAPTION, [PrecisionRecall(50, np.empty(0), np.empty(0), 0.0)], None, "AP"
        ),
    ),
    "F1, undefined": lambda path: draw_f1_by_iou(
        path, [F1AtIou(50, 0.0, None, None)], LONG_CAPTION
    ),
    "forest, many": lambda path: draw_forest(
        path, Forest(LONG_CAPTION, NASTY, "TP", [NO_ROW] * 700, NO_ROW)
    ),
    "forest, one": lambda path: draw_forest(
        path, Forest(LONG_CAPTION, NASTY, "TP", [ForestRow(NASTY, 1.0, 0.2, 1.0, 1, "1")], NO_ROW)
    ),
    "durations": lambda path: draw_durations(
        path,
        [
            Durations("micro", np.array([1, 10**6]), np.array([], np.int64)),
            Durations("macro", np.array([], np.int64), np.array([], np.int64)),
        ],
        LONG_CAPTION,
    ),
    "variants, nothing": lambda path: draw_variants(path, []),
    "variants, no metric": lambda path: draw_variants(path, [VariantScores("", {})]),
    "variants, many": lambda path: draw_variants(
        path,
        [VariantScores(NASTY, {NASTY + str(at): math.nan for at in range(9)})] * 8,
        title=NASTY,
    ),
}

SAME_TEXTS = {
    *("confusion of one class", "curves, 60 frames", "curves, 12,000 frames", "curves, nothing"),
    *("curves, NaN", "critical differences, nothing", "power, nothing", "timeline"),
    *("forest, one", "variants, nothing", "variants, no metric"),
}
"""Extremes with no other kind of text than another extreme of the same figure."""


def size_of(png: bytes) -> tuple[int, int]:
    """Return the width and height of a PNG."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def texts_of(svg: bytes) -> list[str]:
    """Return the texts of an SVG."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg.decode(), re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]*>", " ", text)).strip() for text in texts]
