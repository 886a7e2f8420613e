"""CAS(ME)³ part A: macro- and micro-expressions in long videos, 30 frames per second."""

from __future__ import annotations

from functools import partial

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.local_copy import DiskLayout, LocalCopy
from mebench.datasets.licensed.repairs import outside_apex_repair
from mebench.datasets.spreadsheets.table import TableRow
from mebench.diagnostics import Findings
from mebench.models.base import Kind

MACRO_SHEETS = ("cas(me)3_part_A_MaE_label*", "cas(me)^3_part_A_MaE_label*")


class Casme3(LicensedAdapter):
    """CAS(ME)³ part A (Li et al. 2022)."""

    id = "casme3"
    title = "CAS(ME)³, part A"
    obtain = CHINESE_ACADEMY
    extent = Extent(94, 463, 860, 30)
    protocol = "casme3-str@1"
    fps = 30
    long_videos = True
    sheets = ("cas(me)3_part_A_ME_label*", "cas(me)^3_part_A_ME_label*", "casme3_label*")
    sheet_title = "the sheet of micro-expressions of CAS(ME)³"
    columns = (*annotation_rows.INTERVAL, annotation_rows.EMOTION)
    layout = DiskLayout(
        bases=("part_A/data/part_A", "data/part_A", "part_A", "data", ""),
        subject=r"spNO\.?[0-9]+|[a-z]{2,3}",
        video=r"[a-z][0-9]+",
        frames=("color",),
        example="part_A/spNO.1/a1/color/1.jpg",
    )
    repairs = (outside_apex_repair("none known"),)

    def rows(self, copy: LocalCopy, findings: Findings) -> list[annotation_rows.Annotation]:
        """Return the rows of the sheets of micro-expressions and of macro-expressions."""
        micro = super().rows(copy, findings)
        title, columns = "the sheet of macro-expressions of CAS(ME)³", annotation_rows.INTERVAL
        table = annotation_rows.optional_table(copy, MACRO_SHEETS, title, columns, findings)
        if table is None:
            return micro
        build_macro = partial(self.annotation, kind="macro")
        return micro + annotation_rows.build_annotations(table, build_macro)

    def annotation(self, row: TableRow, kind: Kind = "micro") -> annotation_rows.Annotation:
        """Return the annotation in a row of a sheet of one kind."""
        subject = annotation_rows.required_text(row, "subject")
        video = annotation_rows.required_text(row, "filename")
        return annotation_rows.build_annotation(
            row,
            subject,
            video,
            name=f"{video}@{row.number}",
            kind=kind,
            emotion=annotation_rows.emotion_label(row) if kind == "micro" else None,
        )
