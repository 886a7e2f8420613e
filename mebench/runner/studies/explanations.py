"""Where a method looked [Fig. 7]: heat maps over the faces of spotted expressions."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.models.base import SubjectKey, VideoKey
from mebench.models.submission import Submission, is_spotted
from mebench.runner.contract import TaskKind
from mebench.runner.fold_runner import FoldRunner
from mebench.runner.run import Run
from mebench.runner.run_config import RunConfig
from mebench.runner.run_data import parse_fold_selection
from mebench.runner.studies.score_studies import Announce
from mebench.runner.studies.study_result import StudyResult
from mebench.tables.grid import Grid

if TYPE_CHECKING:
    from pathlib import Path

    from mebench.models.truth import TruthManifest
    from mebench.plots.heatmap_overlays import Overlay


MAX_OVERLAYS = 8
"""Rows of the picture."""


def study_explanations(request: RunConfig, title: str, tell: Announce) -> StudyResult:
    """Run the baseline, and ask it to explain the surest hit of each test subject.

    Raises
    ------
    UsageError
        ``study-not-answered`` if nothing was spotted; ``bad-folds``.
    """
    if not request.protocol.spots:
        raise UsageError.of(
            "study-not-answered",
            f"Under {request.protocol.id} intervals are given, and nothing is spotted.",
            "Take a protocol that spots: `mebench protocols` lists them.",
        )
    whole = replace(request, selection=None, folder=request.folder / "run")
    run = Run(whole)
    # A fold that there is not is to be known before the run, not after.
    asked = parse_fold_selection(request.selection or f"0-{len(run.folds) - 1}", len(run.folds))
    tell("the run")
    finished = run.execute()
    assert finished.report is not None
    submission = Submission.model_validate_json(run.folder.predictions.read_bytes())
    chosen = _most_confident(submission, run.run_data.truth)
    # Those of all folds, so that one plan holds for whichever of them are asked for.
    details = {
        number: [chosen[fold.subject]]
        for number, fold in enumerate(run.folds)
        if fold.subject in chosen
    }
    wanted = [number for number in asked if number in details]
    if not wanted:
        raise UsageError.of(
            "study-not-answered",
            "Nothing was spotted that could be explained.",
            "Try another seed or other options.",
        )
    tell("explanations")
    fold_runner = FoldRunner(
        replace(
            request,
            folder=request.folder / "explanations",
            selection=",".join(map(str, wanted)),
        ),
        TaskKind.EXPLANATIONS,
        details,
    )
    try:
        replies = fold_runner.execute()
    finally:
        fold_runner.close()
    emotions = {
        (video.subject, video.video, one["onset"], one["offset"]): one.get("emotion")
        for video in submission.videos
        for one in video.intervals
    }
    short = f"{request.baseline.name}: where it looked"
    return _build_result(title, short, [(one.head, one.body) for one in replies.done], emotions)


def _most_confident(submission: Submission, truth: TruthManifest) -> dict[SubjectKey, list[Any]]:
    """Return of each subject the expression with the highest score; a hit, if it has one.

    What lies below the operating point was not spotted.

    Returns
    -------
    dict of SubjectKey to list
        Subject, video, onset, apex and offset.
    """
    true = {
        VideoKey(video.dataset or truth.dataset or "", video.subject, video.video): [
            (one["onset"], one["offset"])
            for one in video.intervals or ()
            if one.get("kind") in (None, "micro")
        ]
        for video in truth.videos
    }
    best: dict[SubjectKey, tuple[tuple[bool, float], list[Any]]] = {}
    for video in submission.videos:
        key = VideoKey(video.dataset or truth.dataset or "", video.subject, video.video)
        for one in video.intervals:
            if one.get("kind") == "macro" or not is_spotted(one, video.score_threshold):
                continue
            ends = one["onset"], one["offset"]
            hit = any(_half_overlap(ends, other) for other in true.get(key, ()))
            rank = (hit, one.get("score") or 0.0)
            subject = SubjectKey(key.dataset, key.subject)
            if subject not in best or rank > best[subject][0]:
                best[subject] = (rank, [key.subject, key.video, ends[0], one.get("apex"), ends[1]])
    return {subject: row for subject, (_, row) in best.items()}


def _half_overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two closed intervals reach the IoU of the operating point, 1/2."""
    inter = min(one[1], other[1]) - max(one[0], other[0]) + 1
    union = (one[1] - one[0] + 1) + (other[1] - other[0] + 1) - inter
    return inter > 0 and 2 * inter >= union


def _build_result(
    title: str,
    short: str,
    replies: list[tuple[dict[str, Any], bytes]],
    emotions: Mapping[tuple[str, str, int, int], str | None],
) -> StudyResult:
    import numpy as np

    from mebench.plots.heatmap_overlays import Overlay, draw_overlays

    overlays: list[Overlay] = []
    grid = Grid(["subject", "video", "frames", "apex", "network", "where it looked most"], "lllrll")
    exact = Grid(
        ["subject", "video", "onset", "apex", "offset", "network", "row", "column"], "llrrrlrr"
    )
    for head, body in replies:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            for place, (_, subject, video, onset, apex, offset, names) in enumerate(
                head["explanations"]
            ):
                maps = {name: arrays[f"{place}.{number}"] for number, name in enumerate(names)}
                named = emotions.get((subject, video, onset, offset))
                called = f"{subject}/{video}, frame {apex}" + (f", {named}" if named else "")
                overlays.append(Overlay(called, arrays[f"{place}.face"], maps))
                for name, one in maps.items():
                    row, column = _peak_location(one)
                    frames = f"[{onset}, {offset}]"
                    where = f"row {row}, column {column} of {one.shape[0]} x {one.shape[1]}"
                    grid.rows.append([subject, video, frames, str(apex), name, where])
                    cells = map(str, (onset, apex, offset))
                    exact.rows.append([subject, video, *cells, name, str(row), str(column)])

    def draw(path: Path) -> None:
        draw_overlays(path, overlays[:MAX_OVERLAYS], title=short)

    return StudyResult(title, grid, exact, draw)


def _peak_location(values: Any) -> tuple[int, int]:
    import numpy as np

    place = int(np.nanargmax(values)) if np.isfinite(values).any() else 0
    return place // values.shape[1], place % values.shape[1]
