"""Known errors in the rows of a spreadsheet, and their repairs, by name.

A repair states the affected samples, the error, the correction and the reason. No other value is
changed, and the truth manifest counts the repaired rows. The user can disable each repair: then its
rows stay unchanged, and a warning reports those that are not valid intervals and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from mebench.datasets.contract import AppliedRepair, RepairDescription
from mebench.datasets.licensed.annotation_rows import Annotation, Number
from mebench.datasets.licensed.disk_layout import FoundVideo

RowRepair = Callable[[Annotation], Annotation | None]
"""Returns the repaired row, or None if the row does not have the error."""


def repair_no_row(row: Annotation) -> None:
    """Repair no row: the error is on disk."""


@dataclass(frozen=True, slots=True)
class Repair(RepairDescription):
    """A known error of a data set, with the function that repairs a row.

    ``misfiled`` are videos that the release has in the wrong folder: subject, and a regular
    expression for the video.
    """

    apply: RowRepair = repair_no_row
    misfiled: tuple[tuple[str, str], ...] = ()


def apply_repairs(
    rows: Iterable[Annotation], repairs: Sequence[Repair], disabled: Collection[str]
) -> tuple[list[Annotation], list[AppliedRepair]]:
    """Return the rows after all repairs, in order, and the repairs that were needed."""
    repaired_rows, applied = list(rows), []
    for repair in repairs:
        samples, off = [], repair.id in disabled
        for index, row in enumerate(repaired_rows):
            repaired = None if row.disabled_repair else repair.apply(row)
            if repaired is not None:
                samples.append(str(row))
                repaired_rows[index] = replace(row, disabled_repair=repair.id) if off else repaired
        if samples:
            applied.append(AppliedRepair(repair, tuple(samples), off))
    return repaired_rows, applied


def misfiled_videos(repairs: Sequence[Repair], disabled: Collection[str]) -> list[tuple[str, str]]:
    """Return the subjects and patterns of videos in wrong folders, which are not read."""
    return [pair for repair in repairs if repair.id not in disabled for pair in repair.misfiled]


def folder_repairs(
    repairs: Sequence[Repair], misfiled: Sequence[FoundVideo]
) -> list[AppliedRepair]:
    """Return the repairs of folders that a copy needed."""
    samples = tuple(video.spelled for video in misfiled)
    return [AppliedRepair(one, samples, False) for one in repairs if one.misfiled and samples]


def corrected(corrections: Mapping[tuple[str, str, int], Mapping[str, int | None]]) -> RowRepair:
    """Return a repair with new frames for the rows of a subject, video and onset.

    A row is repaired only where it has the value of the release.
    """

    def apply(row: Annotation) -> Annotation | None:
        onset = row.onset if isinstance(row.onset, int) else -1
        change = corrections.get((row.subject.casefold(), row.video.casefold(), onset))
        changed = None if change is None else replace(row, **change)  # type: ignore[arg-type]
        return None if changed == row else changed

    return apply


def drop_marked_apex(mark: str | int) -> RowRepair:
    """Return a repair that removes an apex that is a mark in place of a number, such as -1."""
    return lambda row: replace(row, apex=None) if row.apex == mark else None


def drop_outside_apex(row: Annotation) -> Annotation | None:
    """Remove an apex that is not between onset and offset."""
    onset, apex, offset = row.onset, row.apex, row.offset
    if isinstance(onset, str) or isinstance(apex, str) or isinstance(offset, str):
        return None
    if onset is None or apex is None or offset is None or onset <= apex <= offset:
        return None
    return replace(row, apex=None)


def apex_as_offset(row: Annotation) -> Annotation | None:
    """Replace an offset of 0 by the apex."""
    has_apex = isinstance(row.apex, int | Fraction)
    return replace(row, offset=row.apex) if row.offset == 0 and has_apex else None


def first_frame_as_onset(row: Annotation) -> Annotation | None:
    """Replace an onset of 0 by the first frame, in a spreadsheet that counts from 1."""
    return replace(row, onset=row.counted_from) if row.onset == 0 else None


def round_interval(row: Annotation) -> Annotation | None:
    """Round an onset or offset that is a fraction, half up."""
    if not isinstance(row.onset, Fraction) and not isinstance(row.offset, Fraction):
        return None
    return replace(row, onset=_rounded(row.onset), offset=_rounded(row.offset))


def round_apex(row: Annotation) -> Annotation | None:
    """Round an apex that is a fraction, half up."""
    return replace(row, apex=_rounded(row.apex)) if isinstance(row.apex, Fraction) else None


def count_from_first_file(row: Annotation) -> Annotation | None:
    """Count from the number of the video's first file."""
    return None if row.first is None else replace(row, counted_from=row.first)


def _rounded(value: Number | str | None) -> Number | str | None:
    return floor(value + Fraction(1, 2)) if isinstance(value, Fraction) else value


def clip_numbers_repair(samples: str) -> Repair:
    """Return the repair of clips whose files have the numbers of the video they were cut from."""
    return Repair(
        "clip-numbers",
        samples,
        "Frames are numbered as in the video that the clip was cut from.",
        "The number of the clip's first file is subtracted.",
        "The files have the same numbers, and the standard counts from 0 within the video.",
        count_from_first_file,
    )


def outside_apex_repair(samples: str, wrong: str = "The apex is outside its expression.") -> Repair:
    """Return the repair of apexes outside their expression, with the samples known to need it."""
    return Repair(
        "apex-outside",
        samples,
        wrong,
        "The expression has no apex.",
        "The apex is the frame of the strongest expression, so it cannot be outside.",
        drop_outside_apex,
    )
