"""Explanations (Fig. 7): Grad-CAM maps over the face of one spotted expression per subject."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import UsageError
from mebench.runner import (
    AnnotatedVideo,
    Baseline,
    Fold,
    FoldResult,
    RunConfig,
    Runner,
    SamplePrediction,
    Study,
    StudyResult,
    UnseenVideo,
    VideoPrediction,
)
from mebench.tables import Grid
from mebench_mean.options import MeanOptions
from mebench_mean.studies.pictures import Overlay, draw_overlays

if TYPE_CHECKING:
    from pathlib import Path

    from mebench.runner import DetectedInterval


MAX_OVERLAYS = 8
"""The largest number of rows of the picture."""


class ExplanationStudy(Study):
    """Explain the hit with the highest score of each test subject.

    Where there are no hits, the interval with the highest score is explained.
    """

    title = "Where the networks looked, on each subject's highest-scoring hit"

    def make(self, config: RunConfig, title: str, announce: Callable[[str], None]) -> StudyResult:
        """Predict each fold, and explain one of its intervals."""
        if not config.protocol.spots:
            raise UsageError.of(
                "study-not-answered",
                f"Under {config.protocol.id} the intervals are given; the study needs spotted "
                "ones.",
                "Choose a protocol for spotting: `mebench protocols` lists all protocols.",
            )
        with Runner(config, explain_best) as runner:
            # The annotations of the test videos decide which intervals are hits.
            runner.folds = [
                replace(
                    fold,
                    test=tuple(
                        video
                        for video in runner.run_data.videos
                        if (video.dataset, video.subject) == subject
                    ),
                )
                for fold, subject in zip(runner.folds, runner.run_data.subjects, strict=True)
            ]
            results = [result for result in runner.execute() if result and result.arrays]
        if not results:
            raise UsageError.of(
                "study-not-answered",
                "The baseline spotted no expression in these folds, so there is nothing to "
                "explain.",
                "Try another seed or other options.",
            )
        return _build_result(title, f"{config.baseline.name}: where it looked", results)


def explain_best(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Explain one interval of a fold whose test videos are annotated.

    Returns
    -------
    FoldResult
        The video, the frames and the emotion of the interval, the names of the networks, and the
        arrays of :func:`~mebench_mean.grad_cam.explain`; nothing if nothing was spotted.
    """
    from mebench_mean.grad_cam import explain

    assert isinstance(baseline.options, MeanOptions)
    best = most_confident(baseline.predict(fold))
    if best is None:
        return FoldResult({})
    video, interval = best
    assert interval.apex is not None, "the apex is the peak of the curve"
    arrays = explain(fold, baseline.options, video, interval.apex)
    data = {
        "subject": video.subject,
        "video": video.id,
        "frames": [interval.onset, interval.apex, interval.offset],
        "emotion": interval.emotion,
        "networks": [name for name in arrays if name != "face"],
    }
    return FoldResult(data, arrays)


def most_confident(
    predictions: Iterable[VideoPrediction | SamplePrediction],
) -> tuple[UnseenVideo, DetectedInterval] | None:
    """Return the hit with the highest score, or else the best other interval.

    Intervals below the operating point are ignored.
    """
    best, highest = None, (False, -math.inf)
    for prediction in predictions:
        assert isinstance(prediction, VideoPrediction)
        video, threshold = prediction.video, prediction.score_threshold
        assert isinstance(video, AnnotatedVideo)
        for interval in prediction.spotted:
            assert interval.score is not None and isinstance(threshold, float)
            rank = (_is_hit(interval, video), interval.score)
            if interval.score >= threshold and rank > highest:
                best, highest = (video, interval), rank
    return best


def _is_hit(interval: DetectedInterval, video: AnnotatedVideo) -> bool:
    """Return whether the IoU with a micro-expression is at least 1/2."""
    for micro in video.expressions:
        common = min(interval.offset, micro.offset) - max(interval.onset, micro.onset) + 1
        union = interval.offset - interval.onset + 1 + len(micro) - common
        if micro.kind == "micro" and common > 0 and 2 * common >= union:
            return True
    return False


def _build_result(title: str, picture_title: str, results: Sequence[FoldResult]) -> StudyResult:
    overlays: list[Overlay] = []
    grid = Grid(["subject", "video", "frames", "apex", "network", "where it looked most"], "lllrll")
    exact = Grid(
        ["subject", "video", "onset", "apex", "offset", "network", "row", "column"], "llrrrlrr"
    )
    for result in results:
        subject, video = result.data["subject"], result.data["video"]
        onset, apex, offset = result.data["frames"]
        emotion = result.data["emotion"]
        maps = {name: result.arrays[name] for name in result.data["networks"]}
        label = f"{subject}/{video}, frame {apex}" + (f", {emotion}" if emotion else "")
        overlays.append(Overlay(label, result.arrays["face"], maps))
        for name, heat_map in maps.items():
            row, column = np.unravel_index(np.nanargmax(heat_map), heat_map.shape)
            height, width = heat_map.shape
            location = f"row {row}, column {column} of {height} x {width}"
            grid.rows.append([subject, video, f"[{onset}, {offset}]", str(apex), name, location])
            cells = map(str, (onset, apex, offset))
            exact.rows.append([subject, video, *cells, name, str(row), str(column)])

    def draw(path: Path) -> None:
        draw_overlays(path, overlays[:MAX_OVERLAYS], title=picture_title)

    return StudyResult(title, grid, exact, draw)
