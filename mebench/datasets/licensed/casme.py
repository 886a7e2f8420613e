"""CASME, the first of the series: one micro-expression per clip, 60 frames per second.

Folders have the same names as those of CASME II; the names of clips differ.
"""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.casme2 import PADDED_CLIP, PLAIN_CLIP
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_base import is_cut
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import clip_numbers_repair, outside_apex_repair
from mebench.diagnostics import Findings
from mebench.spreadsheets.table import ColumnSpec
from mebench.spreadsheets.table_row import TableRow


class Casme(LicensedAdapter):
    """CASME (Yan et al. 2013)."""

    id = "casme"
    title = "CASME"
    obtain = CHINESE_ACADEMY
    extent = Extent(fps=60)
    fps = 60
    has_samples = True
    sheets = (
        SheetSpec(
            "annotations",
            "the coding sheet of CASME",
            ("CASME.*", "CASME-coding*", "CASME_coding*", "CASME_label*"),
            (
                annotation_rows.SUBJECT,
                annotation_rows.FILENAME,
                annotation_rows.ONSET,
                ColumnSpec("apex", ("ApexF1", "ApexFrame1")),
                annotation_rows.OFFSET,
                annotation_rows.EMOTION,
            ),
        ),
    )
    layouts = (
        DiskLayout(
            subject=r"sub[0-9]+",
            video=r"EP[0-9]+[-0-9a-z_]*",
            typical=PLAIN_CLIP,
            foreign=PADDED_CLIP,
            is_divided=True,
            example="CASME/sub01/EP01_5/1.jpg",
        ),
    )
    repairs = (
        clip_numbers_repair("all samples if most clips begin with another number than 0 or 1"),
        outside_apex_repair("none known"),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows, with the numbers of the clips' files if these keep those of a video."""
        rows = super().rows(copy, findings)
        is_numbered = is_cut(copy.videos.values())
        return copy.with_file_numbers(rows) if is_numbered else rows

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row; its apex is the first of two."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject")
        emotion = annotation_rows.emotion_label(row)
        subject = annotation_rows.subject_folder("sub", subject, 2)
        return annotation_rows.build_annotation(row, subject, video, emotion=emotion)
