"""Score predictions in order to draw them, with scores per frame if there are any."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.score_curves import VideoCurves, read_curves_of_videos
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.text_file import read_bytes
from mebench.util.regular_file import require_regular


@dataclass(frozen=True, slots=True)
class DrawnScore:
    """An evaluation to draw; ``curves`` are the scores per frame of its videos."""

    result: EvaluationResult
    curves: VideoCurves
    findings: Findings


def read_score(
    predictions: Path,
    truth: Path | None,
    protocol: str | None,
    options: ScoringOptions,
    curves: Path | None = None,
) -> DrawnScore:
    """Score a prediction file, or the predictions in the folder of a run with its curves."""
    findings = Findings()
    file = predictions
    if predictions.is_dir():
        file = predictions / "predictions.json"
        require_regular(file)
        own = predictions / "curves.npz"
        require_regular(own)
        curves = curves or (own if own.exists() else None)
    result = evaluate_predictions(file, truth, protocol, options, findings)
    found = {} if curves is None else read_curves_of_videos(curves, result.truth, findings)
    return DrawnScore(result, found, findings)


def is_report(path: Path) -> bool:
    """Return whether a file is a report of a score, and not predictions."""
    begin = read_bytes(path)[:4096]
    return begin.lstrip().startswith(b"{") and b'"mebench-report/' in begin
