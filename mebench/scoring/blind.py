"""A truth manifest without the answers, for organisers to hand out."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings
from mebench.formats.convert import to_truth_manifest
from mebench.formats.reading import read_truth
from mebench.records.truth import TruthManifest


def blind(path: str | Path) -> TruthManifest:
    """Take the answers out of a truth.

    Parameters
    ----------
    path : str or Path
        A truth in any known format.

    Returns
    -------
    TruthManifest
        Every subject and video with its length and frame rate; no expressions. Of recognition
        samples the given frames stay and the emotion goes.
    """
    findings = Findings()
    sheet = read_truth(path, findings)
    for row, video in enumerate(sheet.videos):
        if video.subject is None:
            findings.error(
                "subject-needed",
                "The file does not say whose the video is.",
                "Convert it first: `mebench convert truth FILE --protocol ID -o truth.json`.",
                sheet.places.video(row, "video"),
            )
    findings.raise_errors()
    record = to_truth_manifest(sheet, path)
    return record.model_copy(
        update={
            "blind": True,
            "comment": None,
            "videos": [
                video.model_copy(update={"intervals": None, "comment": None})
                for video in record.videos
            ],
            "samples": [
                sample.model_copy(update={"emotion": None, "comment": None})
                for sample in record.samples
            ],
        }
    )
