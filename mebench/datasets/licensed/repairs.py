"""What is wrong in the rows of a sheet, each thing by its name, and what is done about it.

A repair is data: which samples, what is wrong, what is done, and why. Nothing is mended that is not
listed, and what was mended is counted in the truth manifest. Any of them can be switched off: its
rows stay as they are then, and those that are no intervals are left out aloud.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from mebench.datasets.contract import AppliedRepair, RepairDescription
from mebench.datasets.licensed.annotation import Annotation, Number, is_number

RowRepair = Callable[[Annotation], Annotation | None]
"""From a row to what it should be; None where nothing is wrong with it."""


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
    rows: Iterable[Annotation], repairs: Sequence[Repair], off: Collection[str]
) -> tuple[list[Annotation], list[AppliedRepair]]:
    """Mend the rows of a sheet, by one repair after the other.

    Parameters
    ----------
    rows : iterable of Annotation
        As the sheet has them.
    repairs : sequence of Repair
        The data set's.
    off : collection of str
        Ids of those that are not to be done.

    Returns
    -------
    rows : list of Annotation
        Mended; after a repair that is switched off, nothing more is done to a row.
    applied : list of AppliedRepair
        Those that found something to do.
    """
    found, applied = list(rows), []
    for repair in repairs:
        samples = []
        for place, row in enumerate(found):
            better = None if row.disabled_repair else repair.apply(row)
            if better is not None:
                samples.append(str(row))
                found[place] = (
                    replace(row, disabled_repair=repair.id) if repair.id in off else better
                )
        if samples:
            applied.append(AppliedRepair(repair, tuple(samples), repair.id in off))
    return found, applied


def drop_marked_apex(mark: str) -> RowRepair:
    """Return what leaves out an apex that is a mark and no number."""
    return lambda row: replace(row, apex=None) if row.apex == mark else None


def drop_negative_apex(row: Annotation) -> Annotation | None:
    """Leave out an apex of -1."""
    return replace(row, apex=None) if row.apex == -1 else None


def drop_outside_apex(row: Annotation) -> Annotation | None:
    """Leave out an apex that does not lie between onset and offset."""
    onset, apex, offset = row.onset, row.apex, row.offset
    if not (is_number(onset) and is_number(apex) and is_number(offset)):
        return None
    return None if onset <= apex <= offset else replace(row, apex=None)  # type: ignore[operator]


def apex_as_offset(row: Annotation) -> Annotation | None:
    """Take the apex for an offset of 0."""
    return replace(row, offset=row.apex) if row.offset == 0 and is_number(row.apex) else None


def first_frame_as_onset(row: Annotation) -> Annotation | None:
    """Take the first frame for an onset of 0, in a sheet that counts from 1."""
    return replace(row, onset=row.counted_from) if row.onset == 0 else None


def round_interval(row: Annotation) -> Annotation | None:
    """Round an onset or offset that is a fraction of a frame, a half upwards."""
    if not isinstance(row.onset, Fraction) and not isinstance(row.offset, Fraction):
        return None
    return replace(row, onset=_rounded(row.onset), offset=_rounded(row.offset))


def round_apex(row: Annotation) -> Annotation | None:
    """Round an apex that is a fraction of a frame, a half upwards."""
    return replace(row, apex=_rounded(row.apex)) if isinstance(row.apex, Fraction) else None


def count_from_first_file(row: Annotation) -> Annotation | None:
    """Count from the number of the video's first file."""
    return None if row.first is None else replace(row, counted_from=row.first)


def _rounded(value: Number | str | None) -> Number | str | None:
    return floor(value + Fraction(1, 2)) if isinstance(value, Fraction) else value


def outside_apex_repair(
    samples: str, wrong: str = "The apex lies outside its expression."
) -> Repair:
    """Return the repair of apexes that cannot be any, which every data set has.

    Parameters
    ----------
    samples : str
        Which samples of its release are known to need it.
    wrong : str
        What is wrong with those.
    """
    return Repair(
        "apex-outside",
        samples,
        wrong,
        "The expression has no apex.",
        "An apex is the frame of the strongest expression, so that it cannot lie outside.",
        drop_outside_apex,
    )
