"""CAS(ME)³ part C: micro-expressions in the recordings of a mock crime, one per subject.

The sheet numbers the expressions of a subject, and has no apexes.
"""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.spreadsheets.table import ColumnSpec
from mebench.spreadsheets.table_row import TableRow


class Casme3PartC(LicensedAdapter):
    """CAS(ME)³ part C (Li et al. 2022); the name of a recording is that of its subject."""

    id = "casme3-c"
    title = "CAS(ME)³, part C"
    obtain = CHINESE_ACADEMY
    extent = Extent(None, None, 165, 30)
    fps = 30
    long_videos = True
    has_samples = True
    verified = "the sheet verified against a real file, the folders not"
    sheets = (
        SheetSpec(
            "annotations",
            "the micro-expressions of CAS(ME)³, part C",
            ("CAS(ME)3_part_C_ME*", "CAS(ME)^3_part_C_ME*"),
            (
                annotation_rows.SUBJECT,
                ColumnSpec("count"),
                annotation_rows.ONSET,
                annotation_rows.OFFSET,
                annotation_rows.EMOTION,
            ),
        ),
    )
    layouts = (
        DiskLayout(
            subject=None,
            video=r"[0-9]+",
            frames=("color",),
            example="part_C/1/color/1.jpg",
        ),
    )

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row of the sheet."""
        subject = annotation_rows.required_text(row, "subject")
        name, emotion = f"{subject}-{row.text('count')}", annotation_rows.emotion_label(row)
        onset, offset = row.count("onset"), row.count("offset")
        place = row.place("subject")
        return Annotation(place, name, subject, subject, onset, None, offset, emotion=emotion)
