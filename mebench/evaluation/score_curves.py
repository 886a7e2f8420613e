"""Check scores per frame against the truth: ids, lengths, finite numbers. They change no score."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import OUT_OF_SCOPE, GroundTruth, SpottingTruth
from mebench.evaluation.interval_checks import UNKNOWN_LENGTH
from mebench.formats.score_curves_file import MAIN_CURVE, read_score_curves
from mebench.models.annotation_table import FloatColumn
from mebench.protocols.id_index import LookupProblem
from mebench.protocols.id_matching import quote_name

VideoCurves = dict[int, dict[str, FloatColumn]]
"""The curves of each video in scope, by their name; a video without curves is missing."""


def highest_score(curves: dict[str, FloatColumn], onset: int, offset: int) -> float | None:
    """Return the highest score of an interval in a video's main curve, or in its only one."""
    name = MAIN_CURVE if MAIN_CURVE in curves else max(curves, default="")
    values = curves.get(name, np.empty(0))[max(onset, 0) : offset + 1]
    known = values[~np.isnan(values)]
    return float(known.max()) if len(known) else None


def read_curves_of_videos(path: str | Path, truth: GroundTruth, findings: Findings) -> VideoCurves:
    """Read the curves of a file, and raise all their problems; those out of scope are ignored."""
    found: VideoCurves = {}
    protocol = truth.protocol
    place = Place(file=str(path))
    if not isinstance(truth, SpottingTruth):
        findings.error(
            "wrong-task",
            f"{protocol.id} scores labels of samples, which have no scores per frame.",
            "Leave out --curves, or use a spotting protocol.",
            place,
        )
        findings.raise_errors()
        return found
    curves = read_score_curves(path, findings, composite=protocol.is_composite)
    seen: set[tuple[int, str]] = set()
    for curve in curves:
        row = truth.id_index.find(curve.dataset, curve.subject, curve.video)
        if isinstance(row, LookupProblem):
            findings.error(row.code, row.message, row.remedy, curve.place)
            continue
        described = (
            f"The curve {quote_name(curve.name)} of {quote_name(truth.id_index.names[row].name)}"
        )
        length = int(truth.lengths[row])
        if (row, curve.name) in seen:
            findings.error(
                "curve-repeated",
                f"{described} is in the file more than once.",
                "Name different curves of a video differently, and give each curve once.",
                curve.place,
            )
        seen.add((row, curve.name))
        if length not in (UNKNOWN_LENGTH, len(curve.values)):
            findings.error(
                "curve-length",
                f"{described} has {len(curve.values)} frames; the truth states {length}.",
                "Write one score per frame of the video; NaN where there is none.",
                curve.place,
            )
        infinite = np.flatnonzero(np.isinf(curve.values))
        if len(infinite):
            findings.error(
                "curve-not-finite",
                f"{described} is infinite at frame {infinite[0]}.",
                "Write finite numbers; NaN where there is no score.",
                curve.place,
            )
        if truth.scope[row] != OUT_OF_SCOPE:
            found.setdefault(int(truth.scope[row]), {})[curve.name] = curve.values
    findings.raise_errors()
    findings.note(
        "curves-checked",
        f"Scores per frame were read for {len(found)} of the {len(truth.names)} scored videos; "
        "they change no score.",
        "",
        place,
    )
    return found
