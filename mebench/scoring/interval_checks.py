"""What is wrong with an interval whatever the protocol: order, apex, frames outside the video."""

from __future__ import annotations

import numpy as np

from mebench.diagnostics import Findings
from mebench.records.sheets import NO_FRAME, AnnotationTable, BoolColumn, IntegerColumn, TruthTable
from mebench.wording import pluralize

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
