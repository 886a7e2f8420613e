"""The operating point: which intervals F1 and analysis look at."""

from __future__ import annotations

import math

import numpy as np

from mebench.diagnostics import Findings
from mebench.records.base import KINDS
from mebench.records.sheets import BoolColumn, PredictionSheet
from mebench.records.submission import Threshold


def select(
    sheet: PredictionSheet, kinds: np.ndarray, override: Threshold | None, findings: Findings
) -> tuple[BoolColumn | None, str]:
    """Select the intervals at or above the operating point.

    Parameters
    ----------
    sheet : PredictionSheet
        The predictions, with the thresholds that the file states.
    kinds : int8
        The kind of each interval.
    override : float, dict or None
        Replaces the submission's threshold; a video's own still overrides it.
    findings : Findings
        Takes in ``threshold-without-scores``.

    Returns
    -------
    selected : bool or None
        None where there is no threshold.
    text : str
        For the signature: ``none``, the number, one a kind, or ``video``.
    """
    intervals = sheet.intervals
    common = override if override is not None else sheet.threshold
    own = [video.threshold for video in sheet.videos]
    has_own = any(one is not None for one in own)
    if common is None and not has_own:
        return None, "none"
    if intervals.score is None:
        if len(intervals):
            findings.error(
                "threshold-without-scores",
                "There is a score threshold, and the intervals have no scores.",
                "Give every interval a score, or drop the threshold.",
                sheet.places.header("/score_threshold"),
            )
        return None, "none"
    limits = np.array(
        [_of_kinds(common if one is None else one) for one in own], np.float64
    ).reshape(len(own), len(KINDS))
    selected: BoolColumn = intervals.score >= limits[intervals.video, kinds]
    return selected, "video" if has_own else _in_words(common)


def _of_kinds(threshold: Threshold | None) -> list[float]:
    if isinstance(threshold, dict):
        return [threshold.get(kind, -math.inf) for kind in KINDS]
    return [-math.inf if threshold is None else threshold] * len(KINDS)


def _in_words(threshold: Threshold | None) -> str:
    if isinstance(threshold, dict):
        return ",".join(f"{kind}={threshold[kind]!r}" for kind in KINDS if kind in threshold)
    return "none" if threshold is None else repr(float(threshold))
