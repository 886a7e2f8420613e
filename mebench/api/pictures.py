"""Pictures of a report: ``report.plot.forest()`` in a notebook, ``report.plot.forest(path)``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import UsageError

if TYPE_CHECKING:
    from mebench.evaluation.build_report import EvaluationResult
    from mebench.evaluation.score_curves import VideoCurves
    from mebench.models.report import Report

PathLike = str | Path


class Picture:
    """A picture that a notebook displays.

    Attributes
    ----------
    png : bytes
        The content of a PNG file.
    """

    def __init__(self, png: bytes) -> None:
        self.png = png

    def _repr_png_(self) -> bytes:
        return self.png

    def __repr__(self) -> str:
        """Return the size of the file."""
        return f"<mebench picture, PNG of {len(self.png):,} bytes>"


def draw(drawing: Callable[[str], None], path: PathLike | None) -> Picture | None:
    """Draw to a file whose suffix selects the format; without a path, return the picture."""
    from mebench.plots.figure import picture_format

    if path is not None:
        picture_format(Path(path))
        drawing(os.path.realpath(path))
        return None
    with tempfile.TemporaryDirectory(prefix="mebench-") as folder:
        file = Path(folder) / "picture.png"
        drawing(str(file))
        return Picture(file.read_bytes())


class ReportPictures:
    """The pictures of a score.

    Each method draws to ``path`` (.png, .pdf or .svg), or returns a :class:`Picture` without one.
    They raise :class:`mebench.MebenchError` if the score has nothing to draw, and if the report
    was read from a file, which has no predictions.
    """

    def __init__(
        self, report: Report, result: EvaluationResult | None, curves: VideoCurves | None
    ) -> None:
        self._report, self._scored, self._curves = report, result, curves or {}

    @property
    def _result(self) -> EvaluationResult:
        if self._scored is None:
            raise UsageError.of(
                "predictions-needed",
                "This report has no predictions to draw: it was read from a file, or copied.",
                "Draw the report that `mebench.score` returned.",
            )
        return self._scored

    def timeline(self, path: PathLike | None = None, video: str | None = None) -> Picture | None:
        """Draw truth and predictions over time, colored by outcome; ``video`` is SUBJECT/VIDEO."""
        from mebench.plots.scored import caption_of
        from mebench.plots.timeline import draw_timeline, draw_timelines, fitting_videos
        from mebench.plots.timelines_of_result import timelines

        videos = timelines(self._result, self._curves, [video] if video is not None else [])
        if len(videos) == 1:
            [(name, only)] = videos.items()
            caption = caption_of(self._result, name)
            return draw(lambda file: draw_timeline(file, only, caption), path)
        fitting = fitting_videos(list(videos.values()))
        caption = caption_of(self._result)
        return draw(lambda file: draw_timelines(file, fitting, caption), path)

    def precision_recall(self, path: PathLike | None = None) -> Picture | None:
        """Draw precision against recall at the ten IoU thresholds, with the AP of each."""
        from mebench.plots.precision_recall import draw_precision_recall, precision_recall
        from mebench.plots.scored import caption_of

        curves = precision_recall(self._result, caption_of(self._result))
        return draw(lambda file: draw_precision_recall(file, curves), path)

    def f1_by_iou(self, path: PathLike | None = None) -> Picture | None:
        """Draw F1, precision and recall against the IoU threshold of a hit."""
        from mebench.plots.f1_by_iou import draw_f1_by_iou, f1_by_iou
        from mebench.plots.scored import caption_of

        rows, caption = f1_by_iou(self._result), caption_of(self._result)
        return draw(lambda file: draw_f1_by_iou(file, rows, caption), path)

    def confusion(self, path: PathLike | None = None) -> Picture | None:
        """Draw the confusion matrix; also of a report that was read from a file."""
        from mebench.plots.confusion_matrix import confusions_from_report, draw_confusions
        from mebench.plots.scored import Caption, caption_of

        matrices = confusions_from_report(self._report)
        caption = Caption(self._report.protocol, self._report.signature)
        if self._scored is not None:
            caption = caption_of(self._scored)
        return draw(lambda file: draw_confusions(file, matrices, caption), path)

    def forest(self, path: PathLike | None = None, metric: str | None = None) -> Picture | None:
        """Draw a metric of each subject, and of all subjects with its confidence interval."""
        from mebench.plots.forest import draw_forest, forest
        from mebench.plots.scored import caption_of

        rows = forest(self._result, caption_of(self._result), metric)
        return draw(lambda file: draw_forest(file, rows), path)

    def durations(self, path: PathLike | None = None) -> Picture | None:
        """Draw how long true and predicted expressions are."""
        from mebench.plots.durations import draw_durations, durations
        from mebench.plots.scored import caption_of

        rows, caption = durations(self._result), caption_of(self._result)
        return draw(lambda file: draw_durations(file, rows, caption), path)

    def diagnosis(self, path: PathLike | None = None) -> Picture | None:
        """Draw the errors by cause, and what correcting each cause alone would gain."""
        from mebench.diagnosis.diagnose import diagnose_result
        from mebench.diagnostics import Findings
        from mebench.plots.diagnosis_bars import draw_diagnosis
        from mebench.plots.scored import caption_of

        diagnosis, caption = diagnose_result(self._result, Findings()), caption_of(self._result)
        return draw(lambda file: draw_diagnosis(file, diagnosis, caption), path)
