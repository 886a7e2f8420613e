"""Explanations (Fig. 7): Grad-CAM maps over the face of one spotted expression per subject.

The user can choose the expressions instead (``--sample``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import UsageError
from mebench.runner import (
    AnnotatedVideo,
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

    Where there are no hits, the interval with the highest score is explained. For a chosen
    expression it is the interval that overlaps it most, or else the nearest one of its video.
    """

    title = "Where the networks looked"
    shows_samples = True

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
            videos = runner.run_data.videos
            samples = [_find_sample(text, videos) for text in config.samples]
            if samples:
                subjects = {(video.dataset, video.subject) for video, _ in samples}
                runner.chosen = [
                    number
                    for number in runner.chosen
                    if subjects & set(runner.folds[number].test_subjects)
                ]
            results = [result for result in runner.execute() if result and result.arrays]
        if not results:
            raise UsageError.of(
                "study-not-answered",
                "The baseline spotted no expression in these folds, so there is nothing to "
                "explain.",
                "Try another seed or other options.",
            )
        expressions = {_key(video): video.expressions for video in videos}
        chosen = [nearest_detection(results, video, one) for video, one in samples]
        if not samples:
            chosen = [best_detection(result, expressions) for result in results]
        picture_title = f"{config.baseline.name}: where it looked"
        return _build_result(title, picture_title, chosen, expressions)


def _key(video: UnseenVideo) -> tuple[str, str, str]:
    return video.dataset, video.subject, video.id


def _find_sample(text: str, videos: Sequence[AnnotatedVideo]) -> tuple[AnnotatedVideo, Expression]:
    """Return the video and the micro-expression of ``SUBJECT/VIDEO@ONSET``; ``no-such-sample``."""
    name, _, onset = text.rpartition("@")
    found = [video for video in videos if f"{video.subject}/{video.id}" == name]
    for video in found:
        for one in video.expressions:
            if one.kind == "micro" and str(one.onset) == onset:
                return video, one
    onsets = ", ".join(
        f"{name}@{one.onset}" for video in found for one in video.expressions if one.kind == "micro"
    )
    raise UsageError.of(
        "no-such-sample",
        f"No micro-expression {text!r} is annotated; the form is SUBJECT/VIDEO@ONSET.",
        f"This video has {onsets or 'no micro-expressions'}."
        if found
        else "`mebench datasets show ID` lists the videos.",
    )


def nearest_detection(
    results: Sequence[FoldResult], video: UnseenVideo, expression: Expression
) -> Detection:
    """Return the detection that overlaps an expression most, or else the nearest of its video.

    Raises
    ------
    UsageError
        ``study-not-answered`` if nothing was detected in the video.
    """
    detections = [
        (result, number, one)
        for result in results
        for number, one in enumerate(_detections(result))
        if (one.dataset, one.subject, one.video) == _key(video)
    ]
    if not detections:
        raise UsageError.of(
            "study-not-answered",
            f"Nothing was spotted in {video.subject}/{video.id}, so there is nothing to explain.",
            "Choose another expression, another seed or other options.",
        )

    def closeness(item: tuple[FoldResult, int, Detection]) -> tuple[int, int]:
        common, _ = _overlap(item[2], expression)
        return common, -abs(item[2].onset - expression.onset)

    result, number, _ = max(detections, key=closeness)
    return _with_maps(result, number)


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
    detections = _detections(result)

    def rank(number: int) -> tuple[bool, float]:
        one = detections[number]
        return _is_hit(one, expressions[one.dataset, one.subject, one.video]), one.score

    return _with_maps(result, max(range(len(detections)), key=rank))


def _detections(result: FoldResult) -> list[Detection]:
    return [Detection(*row) for row in result.data["detections"]]


def _with_maps(result: FoldResult, number: int) -> Detection:
    maps = {name: result.arrays[f"{number}/{name}"] for name in result.data["maps"]}
    return replace(_detections(result)[number], maps=maps)


def _overlap(detection: Detection, micro: Expression) -> tuple[int, int]:
    """Return intersection and union in frames; the intersection of disjoint ones is below 1."""
    common = min(detection.offset, micro.offset) - max(detection.onset, micro.onset) + 1
    return common, detection.offset - detection.onset + 1 + len(micro) - common


def _is_hit(detection: Detection, expressions: Sequence[Expression]) -> bool:
    """Return whether the IoU with a micro-expression is at least 1/2."""
    overlaps = [_overlap(detection, one) for one in expressions if one.kind == "micro"]
    return any(common > 0 and 2 * common >= union for common, union in overlaps)


def _build_result(
    title: str,
    picture_title: str,
    detections: Sequence[Detection],
    expressions: Mapping[tuple[str, str, str], Sequence[Expression]],
) -> StudyResult:
    overlays: list[Overlay] = []
    grid = Grid(
        ["subject", "video", "frames", "apex", "hit", "network", "where it looked most"], "lllrlll"
    )
    exact = Grid(
        ["subject", "video", "onset", "apex", "offset", "hit", "network", "row", "column"],
        "llrrrllrr",
    )
    for one in detections:
        hit = "yes" if _is_hit(one, expressions[one.dataset, one.subject, one.video]) else "no"
        maps = {name: array for name, array in one.maps.items() if name != "face"}
        label = f"{one.subject}/{one.video}, frame {one.apex}"
        label += f", {one.emotion}" if one.emotion else ""
        overlays.append(Overlay(label, one.maps["face"], maps))
        for name, heat_map in maps.items():
            row, column = np.unravel_index(np.nanargmax(heat_map), heat_map.shape)
            height, width = heat_map.shape
            location = f"row {row}, column {column} of {height} x {width}"
            frames = f"[{one.onset}, {one.offset}]"
            grid.rows.append([one.subject, one.video, frames, str(one.apex), hit, name, location])
            cells = (*map(str, (one.onset, one.apex, one.offset)), hit)
            exact.rows.append([one.subject, one.video, *cells, name, str(row), str(column)])

    def draw(path: Path) -> None:
        draw_overlays(path, overlays[:MAX_OVERLAYS], title=picture_title)

    return StudyResult(title, grid, exact, draw)
