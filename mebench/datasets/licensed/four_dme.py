"""4DME: micro-expressions with several emotions per clip, 60 frames per second.

The sheet has a column per emotion, and the column Emotion, which is the label here.
"""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.datasets.licensed.smic import OBTAIN
from mebench.spreadsheets.table import ColumnSpec
from mebench.spreadsheets.table_row import TableRow

WITH_NUMBER = r"(?!4DME).*[0-9].*"
"""The ids of the sheet are not known, but that they have a number."""


class FourDme(LicensedAdapter):
    """4DME (Li et al. 2022)."""

    id = "4dme"
    title = "4DME, micro-expressions"
    obtain = OBTAIN
    extent = Extent(fps=60)
    fps = 60
    has_samples = True
    sheets = (
        SheetSpec(
            "annotations",
            "the micro-expressions of 4DME",
            ("4DME_Labelling_Micro*",),
            (
                ColumnSpec("subject", ("sub_ID",)),
                ColumnSpec("filename", ("fold_name",)),
                annotation_rows.ONSET,
                annotation_rows.APEX,
                annotation_rows.OFFSET,
                ColumnSpec("emotion"),
            ),
        ),
    )
    layouts = (
        DiskLayout(
            subject=WITH_NUMBER,
            video=WITH_NUMBER,
            names=("4dme",),
            example="4DME/SUB_ID/FOLD_NAME/1.jpg",
        ),
    )
    repairs = (outside_apex_repair("none known"),)

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row of the sheet."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject")
        emotion = annotation_rows.emotion_label(row)
        return annotation_rows.build_annotation(row, subject, video, emotion=emotion)
