"""CAS(ME)³ part A: macro- and micro-expressions in long videos, 30 frames per second."""

from __future__ import annotations

from functools import partial

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.annotation_rows import (
    build_annotations,
    emotion_label,
    optional_table,
    required_table,
    required_text,
)
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.datasets.spreadsheets.table_row import TableRow
from mebench.diagnostics import Findings
from mebench.models.base import Kind

MICRO_SHEETS = ("cas(me)3_part_A_ME_label*", "cas(me)^3_part_A_ME_label*", "casme3_label*")
MACRO_SHEETS = ("cas(me)3_part_A_MaE_label*", "cas(me)^3_part_A_MaE_label*")


class Casme3(LicensedAdapter):
    """CAS(ME)³ part A (Li et al. 2022)."""

    id = "casme3"
    title = "CAS(ME)³, part A"
    licence = "by agreement with its authors, for research alone"
    obtain = "Ask the Institute of Psychology of the Chinese Academy of Sciences."
    extent = Extent(94, 463, 860, 30)
    protocol = "casme3-str@1"
    fps = 30
    long_videos = True
    sheets = MICRO_SHEETS
    layout = DiskLayout(
        bases=("part_A/data/part_A", "data/part_A", "part_A", "data", ""),
        subject=r"spNO\.?[0-9]+|[a-z]{2,3}",
        video=r"[a-z][0-9]+",
        frames=("color",),
        example="part_A/spNO.1/a1/color/1.jpg",
    )
    repairs = (outside_apex_repair("none known"),)

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the sheets of micro-expressions and of macro-expressions."""
        micro = required_table(
            copy,
            MICRO_SHEETS,
            "the sheet of micro-expressions of CAS(ME)³",
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION),
            findings,
        )
        macro = optional_table(
            copy,
            MACRO_SHEETS,
            "the sheet of macro-expressions of CAS(ME)³",
            annotation_rows.INTERVAL,
            findings,
        )
        rows = build_annotations(micro, partial(_annotation, kind="micro"))
        return rows + (
            build_annotations(macro, partial(_annotation, kind="macro")) if macro else []
        )


def _annotation(row: TableRow, kind: Kind) -> Annotation:
    subject, video = required_text(row, "subject"), required_text(row, "filename")
    return Annotation(
        row.place("filename"),
        f"{video}@{row.number}",
        subject,
        video,
        row.count("onset"),
        row.count("apex"),
        row.count("offset"),
        kind=kind,
        emotion=emotion_label(row, "emotion") if kind == "micro" else None,
    )
