"""Checks of intervals: order of frames, frames outside the video, and the score threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mebench.diagnostics import Findings
from mebench.models.annotation_table import (
    NO_FRAME,
    AnnotationTable,
    BoolColumn,
    IntegerColumn,
    PredictionTable,
    TruthTable,
)
from mebench.models.base import KINDS, Kind
from mebench.models.submission import Threshold
from mebench.util.text import pluralize

UNKNOWN_LENGTH = -1


def check_frame_order(sheet: AnnotationTable, findings: Findings) -> BoolColumn:
    """Report offsets before onsets and apexes outside; return the rows that are sound."""
    rows = sheet.intervals
    reversed_rows = rows.offset < rows.onset
    findings.add_rows(
        np.flatnonzero(reversed_rows).tolist(),
        lambda row: (
            f"The interval {sheet.describe(row)} ends before it begins.",
            "Swap onset and offset, or mend the one that is wrong.",
            sheet.places.interval(row, "offset"),
        ),
        "offset-before-onset",
    )
    has_apex = rows.apex != NO_FRAME
    astray = has_apex & ~reversed_rows & ((rows.apex < rows.onset) | (rows.apex > rows.offset))
    findings.add_rows(
        np.flatnonzero(astray).tolist(),
        lambda row: (
            f"The apex {rows.apex[row]} lies outside its interval {sheet.describe(row)}.",
            "An apex lies inside its interval, or is left out.",
            sheet.places.interval(row, "apex"),
        ),
        "apex-outside",
    )
    sound: BoolColumn = ~reversed_rows & ~astray
    return sound


def intervals_outside_video(
    sheet: AnnotationTable, lengths: IntegerColumn
) -> tuple[BoolColumn, BoolColumn]:
    """Tell which intervals reach outside their video, and which lie wholly outside.

    Parameters
    ----------
    sheet : AnnotationTable
        The rows.
    lengths : int64
        Frames in the video of each interval, or ``UNKNOWN_LENGTH``.

    Returns
    -------
    partly, wholly : bool
        ``partly`` does not include ``wholly``.
    """
    rows = sheet.intervals
    known = lengths != UNKNOWN_LENGTH
    wholly = (rows.offset < 0) | (known & (rows.onset >= lengths))
    partly = ((rows.onset < 0) | (known & (rows.offset >= lengths))) & ~wholly
    return partly, wholly


def check_frames(
    sheet: AnnotationTable, lengths: IntegerColumn, findings: Findings, *, keep: bool, clip: bool
) -> tuple[BoolColumn, int]:
    """Report intervals outside their video, or clip them.

    Parameters
    ----------
    sheet : AnnotationTable
        The rows; changed if ``clip``.
    lengths : int64
        Frames in the video of each interval, or ``UNKNOWN_LENGTH``.
    findings : Findings
        Takes in errors, or the one warning that says how many were kept.
    keep : bool
        Whether frames outside are kept and flagged, as for foreign files.
    clip : bool
        Whether to clip to the video.

    Returns
    -------
    sound : bool
        The rows that can be scored.
    clipped : int
        How many were clipped.
    """
    rows = sheet.intervals
    partly, wholly = intervals_outside_video(sheet, lengths)

    remedy = (
        "Mend its frames, or clip it with `mebench convert truth ... --clip`."
        if isinstance(sheet, TruthTable)
        else "Mend its frames, or pass --clip to clip it."
    )

    def bounds(row: int) -> str:
        last = int(lengths[row]) - 1
        return f"are 0 to {last}" if last >= 0 else "begin at 0"

    findings.add_rows(
        np.flatnonzero(wholly).tolist(),
        lambda row: (
            f"The interval {sheet.describe(row)} lies wholly outside its video, whose frames "
            f"{bounds(row)}.",
            "Remove it, or mend its frames.",
            sheet.places.interval(row, "onset"),
        ),
        "interval-outside-video",
    )
    some = np.flatnonzero(partly)
    if clip and len(some):
        rows.onset[some] = np.maximum(rows.onset[some], 0)
        last = np.where(lengths == UNKNOWN_LENGTH, rows.offset, lengths - 1)
        rows.offset[some] = np.minimum(rows.offset, last)[some]
        apexed = some[rows.apex[some] != NO_FRAME]
        rows.apex[apexed] = np.clip(rows.apex[apexed], rows.onset[apexed], rows.offset[apexed])
        findings.warning(
            "frames-clipped",
            f"{pluralize(len(some), 'interval')} reached outside the video and got clipped to it.",
            "",
            sheet.places.interval(int(some[0]), "onset"),
        )
    elif keep and len(some):
        findings.warning(
            "frames-kept",
            f"{pluralize(len(some), 'interval')} reached outside the video, the first being "
            f"{sheet.describe(int(some[0]))}. Scored as in the file, since published "
            "numbers were computed so.",
            "--clip clips them.",
            sheet.places.interval(int(some[0]), "onset"),
        )
    else:
        findings.add_rows(
            some.tolist(),
            lambda row: (
                f"The interval {sheet.describe(row)} reaches outside its video, whose frames "
                f"{bounds(row)}.",
                remedy,
                sheet.places.interval(row, "onset" if rows.onset[row] < 0 else "offset"),
            ),
            "frame-outside-video",
        )
        return ~wholly & ~partly, 0
    return ~wholly, len(some) if clip else 0


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
