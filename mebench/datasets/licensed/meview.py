"""MEVIEW: micro-expressions in the wild, from poker games and interviews; video files.

Copies have several layouts, so the annotations are read from a table in a documented format, which
is stored beside the videos. It counts frames from 1.
"""

from __future__ import annotations

from pathlib import PurePath

from mebench.datasets.contract import Extent
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.spreadsheets.table_row import TableRow


class Meview(LicensedAdapter):
    """MEVIEW (Husák, Čech, Matas 2017)."""

    id = "meview"
    title = "MEVIEW"
    obtain = "Ask the Center for Machine Perception of the Czech Technical University in Prague."
    extent = Extent(14, 21, 21, 25)
    protocol = "meview-str@1"
    fps = 25
    sheets = (
        SheetSpec(
            "annotations",
            "the annotations of MEVIEW",
            ("meview.csv", "meview.xlsx", "MEVIEW*annotation*", "annotations.csv"),
            (
                annotation_rows.SUBJECT,
                annotation_rows.FILENAME,
                annotation_rows.ONSET,
                annotation_rows.optional(annotation_rows.APEX),
                annotation_rows.OFFSET,
                annotation_rows.EMOTION,
            ),
            advice="MEVIEW is delivered without a sheet: write meview.csv beside the videos, with "
            "the header subject,video,onset,apex,offset,emotion and one line per expression, such "
            "as 1,01.mp4,12,15,20,happiness; frames count from 1, and the apex may be empty.",
        ),
    )
    layouts = (
        DiskLayout(
            subject=None,
            video=r".+",
            files=True,
            names=("videos", "meview", "cuts", "me-cuts"),
            example="videos/01.mp4",
        ),
    )
    repairs = (outside_apex_repair("none known"),)

    def annotation(self, row: TableRow) -> annotation_rows.Annotation:
        """Return the annotation in a row, which may name the video with the suffix of its file."""
        video = annotation_rows.required_text(row, "filename")
        path = PurePath(video)
        if path.suffix.lower() in VIDEO_SUFFIXES:
            video = path.stem
        subject = annotation_rows.required_text(row, "subject")
        emotion = annotation_rows.emotion_label(row)
        return annotation_rows.build_annotation(row, subject, video, emotion=emotion)
