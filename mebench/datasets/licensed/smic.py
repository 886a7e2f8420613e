"""What the long recordings of SMIC have in common: SMIC-E by three cameras.

Sheets and files have the camera's own frame numbers, and the sheets state the first of each video.
"""

from __future__ import annotations

from typing import ClassVar

from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.annotation_rows import (
    build_annotations,
    required_table,
    required_text,
    subject_folder,
)
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import Repair, count_from_first_file
from mebench.datasets.spreadsheets.table_row import TableRow
from mebench.diagnostics import Findings

SUBJECT = r"s[0-9]+"
VIDEO = r"s[0-9]+_(ne|po|sur)_[0-9]+"
EMOTIONS = {"ne": "negative", "po": "positive", "su": "surprise"}

LICENCE = "by agreement with its authors, for research alone"
OBTAIN = "Ask the Center for Machine Vision and Signal Analysis of the University of Oulu."

CAMERA_NUMBERS = Repair(
    "camera-numbers",
    "all samples",
    "Frames are numbered by the camera, which started to count long before the video.",
    "FirstF, the number of the first file, is subtracted, so that the first frame is 0, not 1.",
    "The files have the same numbers, and the standard counts from 0 within the video.",
    count_from_first_file,
)


def emotion_of(label: str | None, video: str) -> str | None:
    """Return the emotion that a label in any spelling names, or else the name of the clip."""
    for text in (label or "", video.partition("_")[2]):
        emotion = EMOTIONS.get(text.strip().casefold()[:2])
        if emotion is not None:
            return emotion
    return None


def long_layout(camera: str) -> DiskLayout:
    """Return the folder layout of a camera's recordings: ``HS``, ``VIS`` or ``NIR``."""
    inside = f"SMIC-{camera}-E/{camera}"
    return DiskLayout(
        bases=(
            f"SMIC-E_raw image/{camera}_long/{inside}",
            f"{camera}_long/{inside}",
            inside,
            f"{camera}_long",
            camera,
            "",
        ),
        subject=SUBJECT,
        video=VIDEO,
        example=f"{inside}/s01/s01_ne_01/image000001.jpg",
    )


class SmicLong(LicensedAdapter):
    """A camera's long recordings of SMIC-E (Li et al. 2013)."""

    camera: ClassVar[str]
    licence = LICENCE
    obtain = OBTAIN
    repairs = (CAMERA_NUMBERS,)

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the annotation sheet; SMIC has no apexes."""
        table = required_table(
            copy,
            self.sheets,
            f"the annotation sheet of SMIC-{self.camera}-E",
            (
                annotation_rows.SUBJECT,
                annotation_rows.FILENAME,
                annotation_rows.FIRST,
                annotation_rows.ONSET,
                annotation_rows.OFFSET,
                annotation_rows.optional(annotation_rows.EMOTION),
            ),
            findings,
        )
        return build_annotations(table, _annotation)


def _annotation(row: TableRow) -> Annotation:
    video, first = required_text(row, "filename"), row.count("first")
    if not isinstance(first, int):
        row.refuse("first", "is not an integer", "Write the number of the first file.")
    emotion = emotion_of(row.text("emotion"), video)
    if emotion is None:
        row.refuse("emotion", "is not an emotion", "Write negative, positive or surprise.")
    return Annotation(
        row.place("filename"),
        video,
        subject_folder("s", required_text(row, "subject"), 2),
        video,
        row.count("onset"),
        None,
        row.count("offset"),
        emotion=emotion,
        first=first if isinstance(first, int) else None,
    )
