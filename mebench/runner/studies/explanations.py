"""Explanations [Fig. 7]: heat maps over the faces of spotted expressions."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.models.base import SubjectKey, VideoKey
from mebench.models.submission import Submission, is_spotted
from mebench.runner.contract import TaskKind
from mebench.runner.run_baseline import Run
from mebench.runner.run_config import RunConfig
from mebench.runner.run_data import parse_fold_selection
from mebench.runner.run_folder import FoldResult
from mebench.runner.run_folds import FoldRunner
from mebench.runner.studies.study_result import Announce, StudyResult
from mebench.tables.grid import Grid

if TYPE_CHECKING:
    from pathlib import Path

    from mebench.models.truth import TruthManifest
    from mebench.plots.heatmap_overlays import Overlay


MAX_OVERLAYS = 8
"""The largest number of rows of the picture."""


def study_explanations(config: RunConfig, title: str, announce: Announce) -> StudyResult:
    """Run the baseline, and let it explain one spotted expression per test subject.

    This is the hit with the highest score; where there are no hits, the interval with the highest
    score.

    Raises
    ------
    UsageError
        ``study-not-answered`` if nothing was spotted; ``bad-folds``.
    """
    if not config.protocol.spots:
        raise UsageError.of(
            "study-not-answered",
            f"Under {config.protocol.id} the intervals are given; the study needs spotted ones.",
            "Choose a protocol for spotting: `mebench protocols` lists all protocols.",
        )
    run = Run(replace(config, selection=None, folder=config.folder / "run"))
    # Parsed here, so that a wrong selection is reported before the run.
    selected = parse_fold_selection(config.selection or f"0-{len(run.folds) - 1}", len(run.folds))
    announce("the run")
    run_result = run.execute()
    assert run_result.report is not None
    submission = Submission.model_validate_json(run.folder.predictions.read_bytes())
    chosen = _most_confident(submission, run.run_data.truth)
    # For all folds, so that the plan does not depend on the selection.
    details = {
        number: [chosen[fold.subject]]
        for number, fold in enumerate(run.folds)
        if fold.subject in chosen
    }
    with_interval = [number for number in selected if number in details]
    if not with_interval:
        raise UsageError.of(
            "study-not-answered",
            "The baseline spotted no expression in these folds, so there is nothing to explain.",
            "Try another seed or other options.",
        )
    announce("explanations")
    explain_config = replace(
        config,
        folder=config.folder / "explanations",
        selection=",".join(map(str, with_interval)),
    )
    with closing(FoldRunner(explain_config, TaskKind.EXPLANATIONS, details)) as fold_runner:
        results = fold_runner.execute().done
    emotions = {
        (video.subject, video.video, interval["onset"], interval["offset"]): interval.get("emotion")
        for video in submission.videos
        for interval in video.intervals
    }
    return _build_result(title, f"{config.baseline.name}: where it looked", results, emotions)


def _most_confident(submission: Submission, truth: TruthManifest) -> dict[SubjectKey, list[Any]]:
    """Return the hit with the highest score of each subject, or else its best other interval.

    Intervals below the operating point are ignored.

    Returns
    -------
    dict of SubjectKey to list
        Subject, video, onset, apex and offset.
    """
    annotated = {
        VideoKey(video.dataset or truth.dataset or "", video.subject, video.video): [
            (interval["onset"], interval["offset"])
            for interval in video.intervals or ()
            if interval.get("kind") in (None, "micro")
        ]
        for video in truth.videos
    }
    best: dict[SubjectKey, tuple[tuple[bool, float], list[Any]]] = {}
    for video in submission.videos:
        key = VideoKey(video.dataset or truth.dataset or "", video.subject, video.video)
        for interval in video.intervals:
            if interval.get("kind") == "macro" or not is_spotted(interval, video.score_threshold):
                continue
            onset, offset = interval["onset"], interval["offset"]
            is_hit = any(_half_overlap((onset, offset), ends) for ends in annotated.get(key, ()))
            rank = (is_hit, interval.get("score") or 0.0)
            subject = SubjectKey(key.dataset, key.subject)
            if subject not in best or rank > best[subject][0]:
                row = [key.subject, key.video, onset, interval.get("apex"), offset]
                best[subject] = (rank, row)
    return {subject: row for subject, (_, row) in best.items()}


def _half_overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Return whether the IoU of two closed intervals is at least 1/2."""
    intersection = min(first[1], second[1]) - max(first[0], second[0]) + 1
    union = (first[1] - first[0] + 1) + (second[1] - second[0] + 1) - intersection
    return intersection > 0 and 2 * intersection >= union


def _build_result(
    title: str,
    picture_title: str,
    results: Sequence[FoldResult],
    emotions: Mapping[tuple[str, str, int, int], str | None],
) -> StudyResult:
    import numpy as np

    from mebench.plots.heatmap_overlays import Overlay, draw_overlays

    overlays: list[Overlay] = []
    grid = Grid(["subject", "video", "frames", "apex", "network", "where it looked most"], "lllrll")
    exact = Grid(
        ["subject", "video", "onset", "apex", "offset", "network", "row", "column"], "llrrrlrr"
    )
    for result in results:
        with np.load(io.BytesIO(result.body), allow_pickle=False) as arrays:
            for index, (_, subject, video, onset, apex, offset, names) in enumerate(
                result.head["explanations"]
            ):
                maps = {name: arrays[f"{index}.{number}"] for number, name in enumerate(names)}
                emotion = emotions.get((subject, video, onset, offset))
                label = f"{subject}/{video}, frame {apex}" + (f", {emotion}" if emotion else "")
                overlays.append(Overlay(label, arrays[f"{index}.face"], maps))
                for name, heat_map in maps.items():
                    row, column = _peak_location(heat_map)
                    frames = f"[{onset}, {offset}]"
                    height, width = heat_map.shape
                    location = f"row {row}, column {column} of {height} x {width}"
                    grid.rows.append([subject, video, frames, str(apex), name, location])
                    cells = map(str, (onset, apex, offset))
                    exact.rows.append([subject, video, *cells, name, str(row), str(column)])

    def draw(path: Path) -> None:
        draw_overlays(path, overlays[:MAX_OVERLAYS], title=picture_title)

    return StudyResult(title, grid, exact, draw)


def _peak_location(heat_map: Any) -> tuple[int, int]:
    """Return the row and the column of the largest value."""
    import numpy as np

    index = int(np.nanargmax(heat_map)) if np.isfinite(heat_map).any() else 0
    row, column = divmod(index, int(heat_map.shape[1]))
    return row, column
