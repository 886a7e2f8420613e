"""Scores per frame in a file beside the predictions: an ``.npz`` file, or a CSV file.

==========  ======================================================================
file        content
==========  ======================================================================
``.npz``    one array of floats per curve, named ``subject/video/curve``; a single
            curve needs no name: ``subject/video``
CSV         columns subject, video, frame, score, optional dataset and curve; one
            row per frame
==========  ======================================================================

In protocols of several data sets, the name of an array begins with the data set. In the ids of a
name, a slash is written as ``%2F`` and a percent sign as ``%25``. Frames are counted from 0. NaN,
or an empty cell, is a frame without a score. ``curves.npz`` of a run has this format.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.table_reader import (
    LinePlaces,
    TextTable,
    parse_frames,
    parse_scores,
    read_text_table,
)
from mebench.formats.text_file import read_bytes, to_text
from mebench.models.annotation_table import NO_FRAME, FloatColumn
from mebench.models.base import FRAME_LIMIT
from mebench.util.array_store import as_npz, escape_id, from_npz, unescape_id
from mebench.util.atomic_write import write_bytes
from mebench.util.text import restore_formula

if TYPE_CHECKING:
    from array import array

UNNAMED = "score"
"""The name of a curve for which the file states none."""

REQUIRED, OPTIONAL = ("subject", "video", "frame", "score"), ("dataset", "curve")
"""The columns of a CSV file."""

Floats = NDArray[np.floating[Any]]

MAIN_CURVE = "smoothed"
"""The curve in which peaks are detected, if a baseline stores several."""


class FileCurve(NamedTuple):
    """A curve of a file: its ids as in the file, its name, one value per frame, and its place."""

    dataset: str | None
    subject: str
    video: str
    name: str
    values: FloatColumn
    place: Place


def read_score_curves(path: str | Path, findings: Findings, *, composite: bool) -> list[FileCurve]:
    """Read the curves of a file; ``composite`` is whether the protocol has several data sets.

    Curves with problems are left out. The error is ``curves-unreadable`` if nothing can be read.
    """
    content = read_bytes(path)
    if content.startswith(b"PK"):
        return _read_npz(content, str(path), findings, composite)
    return _read_csv(read_text_table(to_text(content, str(path)), findings), findings)


def read_curve_arrays(content: bytes, file: str) -> dict[str, Floats]:
    """Return the arrays of an ``.npz`` file by their name, or raise ``curves-unreadable``."""
    try:
        arrays = from_npz(content)
        for name, member in arrays.items():
            values = np.asarray(member)  # other members of the archive are bytes
            if values.ndim != 1 or values.dtype.kind != "f":
                raise ValueError(f"{name[:60]!r} does not have one float per frame")
            if len(values) > FRAME_LIMIT:
                raise ValueError(f"{name[:60]!r} is longer than any video")
    except ValueError as error:
        raise curves_unreadable(str(error), file) from None
    return arrays


def curves_unreadable(reason: str, file: str) -> MebenchError:
    """Return the error for a file of curves that cannot be read."""
    return MebenchError.of(
        "curves-unreadable",
        f"The curves cannot be read: {' '.join(reason.split())[:120].rstrip('.')}.",
        "Write the file again with `mebench.write_curves`, or leave it out to draw only the "
        "intervals.",
        Place(file=file),
    )


def _read_npz(content: bytes, file: str, findings: Findings, composite: bool) -> list[FileCurve]:
    curves = []
    place = Place(file=file)
    for name, values in read_curve_arrays(content, file).items():
        ids = [unescape_id(part) for part in name.split("/")]
        given = len(ids) - composite
        if given not in (2, 3) or not all(ids):
            findings.error(
                "curve-name",
                f"The array {name[:80]!r} does not name a curve.",
                "Name each array dataset/subject/video/curve; write a slash in an id as %2F."
                if composite
                else "Name each array subject/video/curve; write a slash in an id as %2F.",
                place,
            )
            continue
        dataset = ids.pop(0) if composite else None
        subject, video, curve = [*ids, UNNAMED][:3]
        curves.append(FileCurve(dataset, subject, video, curve, values.astype(float), place))
    return curves


def _read_csv(table: TextTable, findings: Findings) -> list[FileCurve]:
    """Return the curves of a table, in the order of the file."""
    columns = {name: table.header.index(name) for name in table.header}
    missing = [name for name in REQUIRED if name not in columns]
    places = LinePlaces(table.source, columns, table.delimiter)
    if missing:
        raise MebenchError.of(
            "csv-missing-column",
            f"A CSV file of curves requires the columns {', '.join(REQUIRED)}; "
            f"{', '.join(missing)} is missing.",
            "Write one row per frame, or an .npz file with `mebench.write_curves`.",
            places.header(),
        )
    lines = table.lines
    place = partial(_place_of, places, lines)
    for name in table.header:
        if name not in (*REQUIRED, *OPTIONAL):
            message = f"The unknown column {name[:40]!r} is ignored."
            findings.warning("csv-column-ignored", message, "", places.header())
    frames = parse_frames(
        *(table.columns[columns["frame"]], "frame", 0, findings, partial(place, "frame")),
        remedy="Count the frames of a video with integers, from 0 on.",
    )
    scores = parse_scores(
        *(table.columns[columns["score"]], findings, partial(place, "score")),
        remedy="Write a finite number such as 0.5; leave the cell empty if there is no score.",
    )
    if scores is None:
        scores = np.full(len(frames), np.nan)
    ids = [
        table.columns[columns[name]] if name in columns else [""] * len(lines)
        for name in ("dataset", "subject", "video", "curve")
    ]
    numbers: dict[tuple[str, ...], int] = {}
    group = np.array([numbers.setdefault(key, len(numbers)) for key in zip(*ids, strict=True)])
    order = np.lexsort((frames, group)) if len(group) else np.empty(0, np.int64)
    starts = np.searchsorted(group[order], np.arange(len(numbers) + 1)) if numbers else [0]
    curves = []
    for (dataset, subject, video, curve), number in numbers.items():
        rows = order[starts[number] : starts[number + 1]]
        row = _wrong_frame(frames[rows])
        if row is None:
            first = place("video", int(rows[0]))
            name = restore_formula(curve) or UNNAMED
            curves.append(
                FileCurve(
                    restore_formula(dataset) or None,
                    restore_formula(subject),
                    restore_formula(video),
                    name,
                    scores[rows],
                    first,
                )
            )
            continue
        found, line = int(frames[rows[row]]), int(rows[row])
        said = "no frame" if found == NO_FRAME else f"frame {found}"
        findings.error(
            "curve-frames",
            f"The curve of {subject}/{video} has {said} where frame {row} is expected.",
            "Write one row per frame, from frame 0 on, without gaps or repetitions.",
            place("frame", line),
        )
    return curves


def _place_of(places: LinePlaces, lines: array[int], field: str, row: int) -> Place:
    return places.cell(lines[row], field)


def _wrong_frame(frames: NDArray[np.int64]) -> int | None:
    """Return the first position whose frame is not its number; None if there is none."""
    wrong = np.flatnonzero(frames != np.arange(len(frames)))
    return int(wrong[0]) if len(wrong) else None


def write_curves(path: str | Path, curves: Mapping[tuple[str, ...], Any]) -> None:
    """Write scores per frame to an ``.npz`` file for ``--curves``.

    Parameters
    ----------
    path : path
        The file, whose name ends in ``.npz``.
    curves : mapping from ids to one float per frame
        The ids are ``(subject, video)``, or ``(dataset, subject, video)`` for protocols of several
        data sets; the name of the curve can follow. NaN is a frame without a score.

    Raises
    ------
    UsageError
        ``wrong-argument`` or ``cannot-write``.
    """
    arrays = {}
    for ids, given in curves.items():
        values = np.asarray(given, np.float64) if np.ndim(given) == 1 else None
        valid = isinstance(ids, tuple) and 2 <= len(ids) <= 4
        if values is None or not valid or not all(isinstance(part, str) and part for part in ids):
            raise UsageError.of(
                "wrong-argument",
                f"The curve {ids!r:.80} is not a tuple of ids with one float per frame.",
                'Pass {("s01", "v1"): scores}, or (dataset, subject, video, curve).',
            )
        arrays["/".join(map(escape_id, ids))] = values
    write_bytes(path, as_npz(arrays, compressed=True))
