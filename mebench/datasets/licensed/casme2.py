"""CASME II: one micro-expression per clip, 200 frames per second."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.annotation_rows import (
    build_annotations,
    emotion_label,
    number_or_mark,
    required_table,
    required_text,
    subject_folder,
    with_first_files,
)
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    count_from_first_file,
    drop_marked_apex,
    outside_apex_repair,
)
from mebench.datasets.spreadsheets.table_row import TableRow
from mebench.diagnostics import Findings, Place

NO_APEX = "/"


class Casme2(LicensedAdapter):
    """CASME II (Yan et al. 2014)."""

    id = "casme2"
    title = "CASME II"
    licence = "by agreement with its authors, for research alone"
    obtain = "Ask the Institute of Psychology of the Chinese Academy of Sciences."
    extent = Extent(26, 255, 255, 200)
    protocol = "casme2-str@1"
    fps = 200
    has_samples = True
    sheets = ("CASME2-coding-*", "CASME2_coding*", "CASME2_label_Ver_2*", "CASME2*label*")
    layout = DiskLayout(
        bases=(
            "CASME2-RAW",
            "CASME2_RAW",
            "CASME2-RAW/CASME2-RAW",
            "CASME2_RAW_selected",
            "Cropped",
            "",
        ),
        subject=r"sub[0-9]+",
        video=r"EP[0-9]+[0-9a-z_]*",
        example="CASME2-RAW/sub01/EP02_01f/img1.jpg",
        clip_bases=("CASME2_RAW_selected", "Cropped"),
    )
    repairs = (
        Repair(
            "clip-numbers",
            "all samples of a copy of cut clips: CASME2_RAW_selected or Cropped",
            "Frames are numbered as in the video that the clip was cut from.",
            "The number of the clip's first file is subtracted.",
            "The files have the same numbers, and the standard counts from 0 within the video.",
            count_from_first_file,
        ),
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

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the coding sheet."""
        table = required_table(
            copy,
            self.sheets,
            "the coding sheet of CASME II",
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION),
            findings,
        )
        rows = build_annotations(table, _annotation)
        if not copy.is_cut:
            return rows
        findings.warning(
            "clips-cut",
            "The frames are those of clips, cut from onset to offset, not those of full videos.",
            "For spotting, get CASME2-RAW: a clip is one expression. Recognition is not affected.",
            Place(file=str(copy.base)),
        )
        return with_first_files(rows, copy)


def _annotation(row: TableRow) -> Annotation:
    video = required_text(row, "filename")
    return Annotation(
        row.place("filename"),
        video,
        subject_folder("sub", required_text(row, "subject"), 2),
        video,
        row.count("onset"),
        number_or_mark(row, "apex", (NO_APEX,)),
        row.count("offset"),
        emotion=emotion_label(row, "emotion"),
    )
