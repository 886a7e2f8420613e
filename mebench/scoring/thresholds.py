"""The operating point: which intervals F1 and analysis look at."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mebench.diagnostics import Findings
from mebench.records.base import KINDS, Kind
from mebench.records.sheets import BoolColumn, PredictionTable
from mebench.records.submission import Threshold


def select_operating_point(
    sheet: PredictionTable,
    kinds: np.ndarray,
    targets: Sequence[Kind],
    in_scope: BoolColumn,
    override: Threshold | None,
    findings: Findings,
) -> tuple[BoolColumn | None, str]:
    """Select the intervals at or above the operating point.

    Parameters
    ----------
    sheet : PredictionTable
        The predictions, with the thresholds that the file states.
    kinds : int8
        The kind of each interval.
    targets : sequence of kind
        The kinds that are spotted; what a threshold says of another is no part of the number.
    in_scope : bool
        The videos that are scored; a threshold of another video's own is none either.
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
    common = _normalize_threshold(override if override is not None else sheet.threshold, targets)
    common = None if common == {} else common
    own = [
        _normalize_threshold(video.threshold, targets) if scored else None
        for video, scored in zip(sheet.videos, in_scope.tolist(), strict=True)
    ]
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
        [_threshold_per_kind(common if one is None else one) for one in own], np.float64
    ).reshape(len(own), len(KINDS))
    selected: BoolColumn = intervals.score >= limits[intervals.video, kinds]
    return selected, "video" if has_own else _threshold_text(common)


def _normalize_threshold(threshold: Threshold | None, targets: Sequence[Kind]) -> Threshold | None:
    """Return a threshold in one spelling: floats, no minus zero, the target kinds alone."""
    if isinstance(threshold, dict):
        return {kind: threshold[kind] + 0.0 for kind in KINDS if kind in {*targets} & {*threshold}}
    return None if threshold is None else threshold + 0.0


def _threshold_per_kind(threshold: Threshold | None) -> list[float]:
    if isinstance(threshold, dict):
        return [threshold.get(kind, -math.inf) for kind in KINDS]
    return [-math.inf if threshold is None else threshold] * len(KINDS)


def _threshold_text(threshold: Threshold | None) -> str:
    if isinstance(threshold, dict):
        return ",".join(f"{kind}={number!r}" for kind, number in threshold.items())
    return "none" if threshold is None else repr(threshold)
