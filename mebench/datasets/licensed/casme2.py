"""CASME II: one micro-expression per clip, 200 frames per second."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.local_copy import DiskLayout, LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    clip_numbers_repair,
    drop_marked_apex,
    outside_apex_repair,
)
from mebench.datasets.spreadsheets.table import TableRow
from mebench.diagnostics import Findings, Place

NO_APEX = "/"
CUT_CLIPS = ("CASME2_RAW_selected", "Cropped")


class Casme2(LicensedAdapter):
    """CASME II (Yan et al. 2014)."""

    id = "casme2"
    title = "CASME II"
    obtain = CHINESE_ACADEMY
    extent = Extent(26, 255, 255, 200)
    protocol = "casme2-str@1"
    fps = 200
    has_samples = True
    sheets = ("CASME2-coding-*", "CASME2_coding*", "CASME2_label_Ver_2*", "CASME2*label*")
    sheet_title = "the coding sheet of CASME II"
    columns = (*annotation_rows.INTERVAL, annotation_rows.EMOTION)
    layout = DiskLayout(
        bases=("CASME2-RAW", "CASME2_RAW", "CASME2-RAW/CASME2-RAW", *CUT_CLIPS, ""),
        subject=r"sub[0-9]+",
        video=r"EP[0-9]+[0-9a-z_]*",
        example="CASME2-RAW/sub01/EP02_01f/img1.jpg",
        clip_bases=CUT_CLIPS,
    )
    repairs = (
        clip_numbers_repair("all samples of a copy of cut clips: CASME2_RAW_selected or Cropped"),
        Repair(
            "apex-marked",
            "one sample",
            "The apex is the mark `/`.",
            "The expression has no apex.",
            "The coders could not determine it.",
            drop_marked_apex(NO_APEX),
        ),
        outside_apex_repair("none in the release"),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[annotation_rows.Annotation]:
        """Return the rows of the coding sheet, for cut clips with the numbers of their files."""
        rows = super().rows(copy, findings)
        if not copy.is_cut:
            return rows
        findings.warning(
            "clips-cut",
            "The frames are those of clips, cut from onset to offset, not those of full videos.",
            "For spotting, get CASME2-RAW: a clip is one expression. Recognition is not affected.",
            Place(file=str(copy.base)),
        )
        return annotation_rows.with_first_files(rows, copy)

    def annotation(self, row: TableRow) -> annotation_rows.Annotation:
        """Return the annotation in a row of the coding sheet."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject")
        return annotation_rows.build_annotation(
            row,
            annotation_rows.subject_folder("sub", subject, 2),
            video,
            emotion=annotation_rows.emotion_label(row),
            apex_marks=(NO_APEX,),
        )
