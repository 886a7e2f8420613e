"""MEVIEW: micro-expressions in the wild, from poker games and interviews; video files.

Copies have several layouts, so the annotations are read from a table in a documented format, which
is stored beside the videos.
"""

from __future__ import annotations

from pathlib import PurePath

from mebench.datasets.contract import Extent
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.annotation_rows import (
    build_annotations,
    emotion_label,
    required_table,
    required_text,
)
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.datasets.spreadsheets.table_row import TableRow
from mebench.diagnostics import Findings


class Meview(LicensedAdapter):
    """MEVIEW (Husák, Čech, Matas 2017)."""

    id = "meview"
    title = "MEVIEW"
    licence = "by agreement with its authors, for research alone"
    obtain = "Ask the Center for Machine Perception of the Czech Technical University in Prague."
    extent = Extent(14, 21, 21, 25)
    protocol = "meview-str@1"
    fps = 25
    sheets = ("meview.csv", "meview.xlsx", "MEVIEW*annotation*", "annotations.csv")
    layout = DiskLayout(
        bases=("videos", "MEVIEW", ""),
        subject=None,
        video=r".+",
        files=True,
        example="videos/01.mp4",
    )
    repairs = (outside_apex_repair("none known"),)

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the annotations, whose frames are counted from 1."""
        table = required_table(
            copy,
            self.sheets,
            "the annotations of MEVIEW",
            (
                annotation_rows.SUBJECT,
                annotation_rows.FILENAME,
                annotation_rows.ONSET,
                annotation_rows.optional(annotation_rows.APEX),
                annotation_rows.OFFSET,
                annotation_rows.EMOTION,
            ),
            findings,
        )
        return build_annotations(table, _annotation)


def _annotation(row: TableRow) -> Annotation:
    video = _without_suffix(required_text(row, "filename"))
    return Annotation(
        row.place("filename"),
        video,
        required_text(row, "subject"),
        video,
        row.count("onset"),
        row.count("apex"),
        row.count("offset"),
        emotion=emotion_label(row, "emotion"),
    )


def _without_suffix(name: str) -> str:
    """Return the name of a video file without its suffix."""
    path = PurePath(name)
    return path.stem if path.suffix.lower() in VIDEO_SUFFIXES else name
