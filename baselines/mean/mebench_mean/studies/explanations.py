"""Explanations (Fig. 7): Grad-CAM maps over the face of one spotted expression per subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import UsageError
from mebench.runner import (
    Baseline,
    Expression,
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

    from numpy.typing import NDArray

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
        with Runner(config, explain_detections) as runner:
            expressions = {
                (video.dataset, video.subject, video.id): video.expressions
                for video in runner.run_data.videos
            }
            results = [result for result in runner.execute() if result and result.arrays]
        if not results:
            raise UsageError.of(
                "study-not-answered",
                "The baseline spotted no expression in these folds, so there is nothing to "
                "explain.",
                "Try another seed or other options.",
            )
        return _build_result(
            title,
            f"{config.baseline.name}: where it looked",
            [best_detection(result, expressions) for result in results],
        )


@dataclass(frozen=True)
class Detection:
    """A detected interval and its explanation.

    ``maps`` has the face and one map per network, each an array of shape (128, 128).
    """

    dataset: str
    subject: str
    video: str
    onset: int
    apex: int
    offset: int
    score: float
    emotion: str | None
    maps: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def explain_detections(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Predict the test videos of a fold, and explain every interval at its operating point.

    Which of them are hits is decided afterwards, where the annotations are.

    Returns
    -------
    FoldResult
        ``detections``: the fields of each :class:`Detection`; ``maps``: the names of its maps;
        arrays ``number/name``.
    """
    from mebench_mean.grad_cam import explain

    assert isinstance(baseline.options, MeanOptions)
    detections: list[list[Any]] = []
    arrays: dict[str, NDArray[Any]] = {}
    names: list[str] = []
    for video, interval in detected(baseline.predict(fold)):
        assert interval.apex is not None, "the apex is the peak of the curve"
        maps = explain(fold, baseline.options, video, interval.apex)
        names = list(maps)
        arrays |= {f"{len(detections)}/{name}": one for name, one in maps.items()}
        detections.append(
            [
                *(video.dataset, video.subject, video.id),
                *(interval.onset, interval.apex, interval.offset),
                *(interval.score, interval.emotion),
            ]
        )
    return FoldResult({"detections": detections, "maps": names}, arrays)


def detected(
    predictions: Iterable[VideoPrediction | SamplePrediction],
) -> Iterator[tuple[UnseenVideo, DetectedInterval]]:
    """Yield the intervals at or above the operating point of their video."""
    for prediction in predictions:
        assert isinstance(prediction, VideoPrediction)
        for interval in prediction.spotted:
            assert interval.score is not None and isinstance(prediction.score_threshold, float)
            if interval.score >= prediction.score_threshold:
                yield prediction.video, interval


def best_detection(
    result: FoldResult, expressions: Mapping[tuple[str, str, str], Sequence[Expression]]
) -> Detection:
    """Return the hit with the highest score, or else the best other interval; ties: the first."""
    detections = [Detection(*row) for row in result.data["detections"]]

    def rank(number: int) -> tuple[bool, float]:
        one = detections[number]
        return _is_hit(one, expressions[one.dataset, one.subject, one.video]), one.score

    best = max(range(len(detections)), key=rank)
    maps = {name: result.arrays[f"{best}/{name}"] for name in result.data["maps"]}
    return replace(detections[best], maps=maps)


def _is_hit(detection: Detection, expressions: Sequence[Expression]) -> bool:
    """Return whether the IoU with a micro-expression is at least 1/2."""
    for micro in expressions:
        common = min(detection.offset, micro.offset) - max(detection.onset, micro.onset) + 1
        union = detection.offset - detection.onset + 1 + len(micro) - common
        if micro.kind == "micro" and common > 0 and 2 * common >= union:
            return True
    return False


def _build_result(title: str, picture_title: str, detections: Sequence[Detection]) -> StudyResult:
    overlays: list[Overlay] = []
    grid = Grid(["subject", "video", "frames", "apex", "network", "where it looked most"], "lllrll")
    exact = Grid(
        ["subject", "video", "onset", "apex", "offset", "network", "row", "column"], "llrrrlrr"
    )
    for one in detections:
        maps = {name: array for name, array in one.maps.items() if name != "face"}
        label = f"{one.subject}/{one.video}, frame {one.apex}"
        label += f", {one.emotion}" if one.emotion else ""
        overlays.append(Overlay(label, one.maps["face"], maps))
        for name, heat_map in maps.items():
            row, column = np.unravel_index(np.nanargmax(heat_map), heat_map.shape)
            height, width = heat_map.shape
            location = f"row {row}, column {column} of {height} x {width}"
            frames = f"[{one.onset}, {one.offset}]"
            grid.rows.append([one.subject, one.video, frames, str(one.apex), name, location])
            cells = map(str, (one.onset, one.apex, one.offset))
            exact.rows.append([one.subject, one.video, *cells, name, str(row), str(column)])

    def draw(path: Path) -> None:
        draw_overlays(path, overlays[:MAX_OVERLAYS], title=picture_title)

    return StudyResult(title, grid, exact, draw)
