"""Times and fractional frames as frames: to the nearest frame, halves up."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from mebench.diagnostics import Findings
from mebench.formats.fractional_frames import exact_number, round_half_up
from mebench.models.annotation_table import AnnotationTable, FloatColumn, IntegerColumn
from mebench.models.base import FRAME_LIMIT
from mebench.util.text import pluralize

FEWEST = 5
"""With fewer intervals, that no time has more decimals may be chance."""

_UNSURE = 1e-6
"""So close to a half, a product of floats is computed again as a fraction."""


def nearest_frames(numbers: FloatColumn, rates: Sequence[Fraction]) -> IntegerColumn:
    """Return the nearest frame of each time, or of each fractional frame (with a rate of 1).

    Floats stand for the shortest decimals that give them, so that a half is exactly a half. What
    is out of the range of frames becomes ``FRAME_LIMIT``.
    """
    products = numbers * np.array([float(rate) for rate in rates])
    products = np.where(np.abs(products) < FRAME_LIMIT, products, FRAME_LIMIT)
    frames = np.floor(products + 0.5).astype(np.int64)
    unsure = (np.abs(products - np.floor(products) - 0.5) < _UNSURE) & (products < FRAME_LIMIT)
    for row in np.flatnonzero(unsure).tolist():
        number = exact_number(float(numbers[row]))
        assert number is not None
        frames[row] = round_half_up(number * rates[row])
    return frames


def set_frames(
    table: AnnotationTable,
    start: FloatColumn,
    end: FloatColumn,
    rates: Sequence[Fraction],
    findings: Findings,
) -> None:
    """Set the onsets and offsets of a table; note that they were rounded, if they were."""
    rate = np.array([float(rate) for rate in rates])
    frames = [nearest_frames(numbers, rates) for numbers in (start, end)]
    too_large = (np.abs(frames) >= FRAME_LIMIT).any(axis=0)
    findings.add_rows(
        np.flatnonzero(too_large).tolist(),
        lambda row: (
            "The start or the end of the interval is too large.",
            f"Use frame numbers below {FRAME_LIMIT}.",
            table.places.interval(row, "onset"),
        ),
        "frame-too-large",
    )
    onset, offset = (np.where(too_large, 0, column - table.first_frame) for column in frames)
    table.intervals.onset, table.intervals.offset = onset, offset
    distance = np.abs([start * rate - frames[0], end * rate - frames[1]]).max(axis=0, initial=0)
    rounded = (distance > _UNSURE) & ~too_large
    table.rounded = bool(rounded.any())
    if table.rounded:
        of_rate = sorted({f"{float(rate):g}" for rate in rates})
        at_rate = "" if table.times is None else f", at {', '.join(of_rate[:5])} frames per second"
        findings.note(
            "frames-rounded",
            f"{pluralize(int(rounded.sum()), 'interval')} rounded to the nearest frames, halves "
            f"up{at_rate}.",
            "",
            table.places.header(),
        )


def set_frames_of_times(
    table: AnnotationTable, rates: Sequence[Fraction | None], findings: Findings
) -> None:
    """Set the frames of a table in seconds; ``rates`` are the frames per second of its videos.

    Without the rate of a video with intervals it is an error. Nothing happens to a table that has
    frames, or got them before.
    """
    times = table.times
    if times is None:
        return
    of_interval = [rates[video] for video in table.intervals.video.tolist()]
    known = [rate for rate in of_interval if rate is not None]
    if len(known) < len(of_interval):
        row = of_interval.index(None)
        findings.error(
            "frame-rate-needed",
            "The file has times in seconds, and the frame rate of the video is not known.",
            "Pass --fps NUMBER, or a truth whose videos have `fps`.",
            table.places.interval(row),
        )
        return
    set_frames(table, times.start, times.end, known, findings)
    if len(known) >= FEWEST:
        _warn_if_coarse(table, times.decimals, max(known), findings)
    table.times = None


def _warn_if_coarse(
    table: AnnotationTable, decimals: int, rate: Fraction, findings: Findings
) -> None:
    step = Fraction(1, 10**decimals)
    if step * rate > 1:
        findings.warning(
            "times-coarse",
            f"The times are rounded to {float(step):g} s, which is {float(step * rate):g} frames "
            f"at {float(rate):g} frames per second: onsets and offsets can be off by half of it.",
            "Write the times with more decimals.",
            table.places.header(),
        )


def decimals_of(columns: Sequence[FloatColumn], most: int = 6) -> int:
    """Return how many decimals the most exact number has, at most ``most``."""
    found = 0
    for number in (number for column in columns for number in column.tolist()):
        text = repr(number)
        found = max(found, most if "e-" in text else len(text.rpartition(".")[2].rstrip("0")))
        if found >= most:
            return most
    return found
