"""What was found in a copy, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.datasets.contract import Dataset
from mebench.diagnostics import MebenchError
from mebench.records.truth import TruthManifest


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is in a copy.

    Attributes
    ----------
    folder : Path or None
        Where it lies; None where nothing is read from the user's disk.
    sheets : tuple of Path
        The files that its truth was read from.
    subjects, videos : int
        Of the truth.
    with_frames : int
        Videos whose frames are there.
    expressions : dict of str to int
        By kind; of a kind that no file names, under an empty name.
    samples : int
        Samples of recognition protocols.
    frames : int
        Frames of the videos that are there, as far as they can be counted.
    """

    folder: Path | None
    sheets: tuple[Path, ...]
    subjects: int
    videos: int
    with_frames: int
    expressions: dict[str, int]
    samples: int
    frames: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "folder": None if self.folder is None else str(self.folder),
            "sheets": [str(one) for one in self.sheets],
            "subjects": self.subjects,
            "videos": self.videos,
            "videos_with_frames": self.with_frames,
            "expressions": self.expressions,
            "samples": self.samples,
            "frames": self.frames,
        }


def inventory(dataset: Dataset, truth: TruthManifest, folder: Path | None) -> Inventory:
    """Count what is in a copy.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    folder : Path or None
        Where it was opened.
    """
    file = getattr(dataset, "truth_file", None)
    sheets = getattr(dataset, "sheets", None) or ([file] if file is not None else [])
    kinds = Counter(one.get("kind") or "" for row in truth.videos for one in row.intervals or [])
    return Inventory(
        folder,
        tuple(sheets),
        len({video.subject for video in truth.videos}),
        len(truth.videos),
        len(dataset.videos()),
        dict(sorted(kinds.items(), reverse=True)),
        len(truth.samples),
        sum(map(_length, dataset.videos())),
    )


def _length(video: Any) -> int:
    try:
        return int(video.n_frames)
    except MebenchError:
        return 0  # said where its files are looked at
