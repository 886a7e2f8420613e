"""A truth manifest without the answers, for organisers to hand out."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings
from mebench.formats.convert import truth_record
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
    record = truth_record(read_truth(path, findings), path)
    findings.raise_errors()
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
