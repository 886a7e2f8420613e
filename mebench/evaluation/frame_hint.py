"""A hint for predictions whose frames are off: by one, by half a window, or by the frame rate.

These are the commonest mistakes in prediction files. The hint names the mistake without which there
would be strikingly more hits. Nothing is ever changed: the score is that of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import SpottingTruth
from mebench.matching.iou import Pairs, Spans, half_overlapping_pairs
from mebench.matching.match_intervals import match_intervals
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import AnnotationTable, TruthTable
from mebench.models.base import KINDS

RATES = (Fraction(2), Fraction(4), Fraction(20, 3), Fraction(7), Fraction(8))
"""Ratios of frame rates: 7 and 8 where frames are dropped, 20/3 between 200 and 30 per second."""

MORE_HITS = 10
"""A mistake must cost at least this number of hits."""

CANDIDATE_LIMIT = 1_000_000
"""With more pairs of a true and a predicted interval of one video, mistakes are not searched."""

ROLLS = 3
"""How often the predictions are moved to other videos, to count the hits by chance."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of all predicted frames: multiply by ``factor``, then add ``shift``."""

    shift: int = 0
    factor: Fraction = Fraction(1)

    def apply(self, spans: Spans) -> Spans:
        """Return the changed intervals; an interval ends where its last frame ends."""
        numerator, denominator = self.factor.as_integer_ratio()
        onset = spans.onset * numerator // denominator
        offset = ((spans.offset + 1) * numerator - 1) // denominator
        return replace(spans, onset=onset + self.shift, offset=offset + self.shift)

    def __str__(self) -> str:
        """Return the change as a phrase."""
        if self.shift:
            return f"all frames {'lowered' if self.shift < 0 else 'raised'} by {abs(self.shift)}"
        if self.factor > 1:
            return f"all frames multiplied by {self.factor}"
        return f"all frames divided by {1 / self.factor}"


def hint_at_wrong_frames(
    truth: SpottingTruth,
    predictions: Expressions,
    table: AnnotationTable,
    findings: Findings,
    overlapping: Pairs | None = None,
) -> None:
    """Warn if one correction of all predicted frames would raise the hits strikingly.

    There must be at least twice as many hits, at least ten more, and more than three standard
    deviations more. They are compared with the hits of the file, and with those of the corrected
    intervals in other videos: chance gives the same number there. An error of one frame hardly
    changes the hits, so that predictions equal to a truth are compared too. ``overlapping`` are the
    half-overlapping pairs of all predictions, if known.
    """
    truths, predicted = truth.truths.spans, predictions.spans
    if predictions.selected is not None:
        predicted, overlapping = predicted.take(predictions.selected), None
    most = min(len(truths), len(predicted))
    if most < MORE_HITS or _candidates(truths, predicted) > CANDIDATE_LIMIT:
        return
    pairs = half_overlapping_pairs(truths, predicted) if overlapping is None else overlapping
    place, tables = Place(file=table.file), (table, truth.table)
    found = _best_correction(truths, predicted, most, _hits(pairs))
    if found is not None:
        now, then = (
            len(match_intervals(truths, spans)[0]) for spans in (predicted, found.apply(predicted))
        )
        _warn(found, f"there would be {then} hits instead of {now}", tables, place, findings)
        return
    shift, now, then = _equal_after_shift(pairs, truths, predicted)
    if _is_striking(then, now):
        effect = f"{then} predictions would be equal to a true expression instead of {now}"
        _warn(Correction(shift), effect, tables, place, findings)


def _is_striking(more: int, fewer: int) -> bool:
    difference = more - fewer
    return difference >= max(fewer, MORE_HITS) and difference**2 >= 10 * (more + fewer)


def _best_correction(truths: Spans, predicted: Spans, most: int, hits: int) -> Correction | None:
    """Return the correction with the most hits that are striking; ``most`` is the upper limit."""
    best, most_hits = None, 0
    if _is_striking(most, hits):
        for correction in _corrections(predicted):
            corrected = correction.apply(predicted)
            more = _hits(half_overlapping_pairs(truths, corrected))
            if (
                more > most_hits
                and _is_striking(more, hits)
                and all(_is_striking(more, chance) for chance in _chance(truths, corrected))
            ):
                best, most_hits = correction, more
    return best


def _hits(pairs: Pairs) -> int:
    """Return the number of hits, or slightly more where intervals compete for the same one."""
    return min(len(set(rows.tolist())) for rows in (pairs.truth, pairs.prediction))


def _candidates(truths: Spans, predicted: Spans) -> int:
    groups = 1 + int(max(truths.group.max(), predicted.group.max()))
    of_truth = np.bincount(truths.group, minlength=groups)
    return int((of_truth * np.bincount(predicted.group, minlength=groups)).sum())


def _corrections(predicted: Spans) -> Iterator[Correction]:
    half = int(np.median(predicted.offset - predicted.onset + 1)) // 2
    yield from (Correction(shift) for shift in dict.fromkeys((-1, 1, -half, half)) if shift)
    for rate in RATES:
        yield Correction(factor=rate)
        yield Correction(factor=1 / rate)


def _chance(truths: Spans, predicted: Spans) -> Iterator[int]:
    """Yield the hits of the same intervals in other videos; a single video is mirrored instead."""
    videos = np.unique(np.append(truths.group, predicted.group) // len(KINDS))
    video, kind = np.divmod(predicted.group, len(KINDS))
    index = np.searchsorted(videos, video)
    elsewhere = [
        replace(predicted, group=videos[(index + roll) % len(videos)] * len(KINDS) + kind)
        for roll in range(1, min(len(videos), ROLLS + 1))
    ]
    if not elsewhere:
        last = max(truths.offset.max(), predicted.offset.max())
        onset, offset = last - predicted.offset, last - predicted.onset
        elsewhere = [replace(predicted, onset=onset, offset=offset)]
    for moved in elsewhere:
        yield _hits(half_overlapping_pairs(truths, moved))


def _equal_after_shift(pairs: Pairs, truths: Spans, predicted: Spans) -> tuple[int, int, int]:
    """Return the better shift by one, and the predictions equal to a truth without and with it.

    Those with another shift count too: among overlapping predictions all shifts make some equal.
    """
    shift = truths.onset[pairs.truth] - predicted.onset[pairs.prediction]
    same = shift == truths.offset[pairs.truth] - predicted.offset[pairs.prediction]
    equal = {by: int((same & (shift == by)).sum()) for by in (-2, -1, 0, 1, 2)}
    better = max((-1, 1), key=equal.__getitem__)
    then = equal.pop(better)
    return better, max(equal.values()), then


def _warn(
    correction: Correction,
    effect: str,
    tables: tuple[AnnotationTable, TruthTable],
    place: Place,
    findings: Findings,
) -> None:
    message = f"With {correction}, {effect}. Nothing was changed."
    if correction.factor != 1:
        findings.warning(
            "frame-rate-mismatch",
            message,
            "Check that predictions and truth count the frames of the same video, with the same "
            "frame rate; if the predictions do not, convert their frames before writing.",
            place,
        )
    else:
        remedy = _remedy_of_one(correction.shift, *tables)
        if abs(correction.shift) > 1:
            remedy = (
                "The shift is half the median length of a prediction. Check that onset and offset "
                "are the first and the last frame of a window, and not counted from its center."
            )
        findings.warning("frames-shifted", message, remedy, place)


def _remedy_of_one(shift: int, table: AnnotationTable, truth: TruthTable) -> str:
    """Return the option that shifts all frames by one, if the formats of the files have one."""
    first = {-1: 0, 1: 1}[shift] if abs(shift) == 1 else None
    if table.foreign and table.first_frame == first:
        option = f"--first-frame {1 - first}"
        return f"If the predictions count frames from {1 - first}, pass {option}."
    if truth.foreign and first is not None and truth.first_frame == 1 - first:
        option = f"--truth-first-frame {first}"
        return f"If the truth counts frames from {first}, pass {option}."
    return "Check that the predictions count the frames from 0, as mebench's own formats do."
