"""MMEW: one micro-expression per clip, 90 frames per second; the clips are sorted by emotion."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.spreadsheets.table_row import TableRow

EMOTIONS = ("anger", "disgust", "fear", "happiness", "others", "sadness", "surprise")


class Mmew(LicensedAdapter):
    """MMEW (Ben et al. 2021)."""

    id = "mmew"
    title = "MMEW, micro-expressions"
    obtain = "Ask the authors at Shandong University."
    extent = Extent(None, 300, 300, 90)
    fps = 90
    has_samples = True
    sheets = (
        SheetSpec(
            "annotations",
            "the micro-expressions of MMEW",
            ("MMEW_Micro_Exp*",),
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION),
        ),
    )
    layouts = (
        DiskLayout(
            subject=None,
            inner=(EMOTIONS,),
            required=EMOTIONS,
            video=r"S[0-9]+-[0-9]+-[0-9]+",
            word="micro",
            other_words=("macro",),
            example="Micro_Expression/happiness/S01-07-001/1.jpg",
        ),
    )
    repairs = (outside_apex_repair("none known"),)

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row of the sheet."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject")
        emotion = annotation_rows.emotion_label(row)
        subject = annotation_rows.subject_folder("S", subject, 2)
        return annotation_rows.build_annotation(row, subject, video, emotion=emotion)
