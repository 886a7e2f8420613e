"""Known errors in the rows of a spreadsheet, and their repairs, by name.

A repair states the affected samples, the error, the correction and the reason. No other value is
changed, and the truth manifest counts the repaired rows. The user can disable each repair: then its
rows stay unchanged, and a warning reports those that are not valid intervals and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from mebench.datasets.contract import AppliedRepair, RepairDescription
from mebench.datasets.licensed.annotation import Annotation, Number, is_number

RowRepair = Callable[[Annotation], Annotation | None]
"""Returns the repaired row, or None if the row does not have the error."""


@dataclass(frozen=True, slots=True)
class Repair(RepairDescription):
    """A known error in the annotations of a data set, with the function that repairs a row.

    Attributes
    ----------
    apply : callable
        Return the repaired row, or None if the row does not have the error.
    """

    apply: RowRepair


def apply_repairs(
    rows: Iterable[Annotation], repairs: Sequence[Repair], disabled: Collection[str]
) -> tuple[list[Annotation], list[AppliedRepair]]:
    """Apply all repairs to the rows of a spreadsheet, one repair after the other.

    Parameters
    ----------
    rows : iterable of Annotation
        The rows of the spreadsheet.
    repairs : sequence of Repair
        The repairs of the data set.
    disabled : collection of str
        Ids of the repairs that the user disabled.

    Returns
    -------
    rows : list of Annotation
        The repaired rows; a row that needs a disabled repair is not changed any further.
    applied : list of AppliedRepair
        The repairs that apply to at least one row.
    """
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


def drop_marked_apex(mark: str) -> RowRepair:
    """Return a repair that removes an apex that is a mark in place of a number."""
    return lambda row: replace(row, apex=None) if row.apex == mark else None


def drop_negative_apex(row: Annotation) -> Annotation | None:
    """Remove an apex of -1."""
    return replace(row, apex=None) if row.apex == -1 else None


def drop_outside_apex(row: Annotation) -> Annotation | None:
    """Remove an apex that is not between onset and offset."""
    onset, apex, offset = row.onset, row.apex, row.offset
    if not (is_number(onset) and is_number(apex) and is_number(offset)):
        return None
    return None if onset <= apex <= offset else replace(row, apex=None)  # type: ignore[operator]


def apex_as_offset(row: Annotation) -> Annotation | None:
    """Replace an offset of 0 by the apex."""
    return replace(row, offset=row.apex) if row.offset == 0 and is_number(row.apex) else None


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


def outside_apex_repair(samples: str, wrong: str = "The apex is outside its expression.") -> Repair:
    """Return the repair of apexes outside their expression, which most data sets need.

    Parameters
    ----------
    samples : str
        The samples of the release that are known to need it.
    wrong : str
        The error in these samples.
    """
    return Repair(
        "apex-outside",
        samples,
        wrong,
        "The expression has no apex.",
        "The apex is the frame of the strongest expression, so it cannot be outside.",
        drop_outside_apex,
    )
