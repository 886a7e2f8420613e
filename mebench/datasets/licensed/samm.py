"""SAMM: micro-expressions cut out of longer videos, 200 frames per second.

Files and the FACS spreadsheet have the frame numbers of the video that a clip was cut from.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import MANCHESTER, LicensedAdapter
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    clip_numbers_repair,
    drop_marked_apex,
    outside_apex_repair,
)
from mebench.diagnostics import Findings
from mebench.spreadsheets.table import read_sheet
from mebench.spreadsheets.table_row import TableRow

FACS_NAMES = (
    "SAMM_Micro_FACS_Codes_v2.xlsx",
    "SAMM_Micro_FACS_Codes*",
    "SAMM_*_Micro_FACS_Codes*",
)
FACS_TITLE = "the FACS codes of SAMM"
FACS_OF_LONG_VIDEOS = SheetSpec(
    "facs", FACS_TITLE, FACS_NAMES, (annotation_rows.FILENAME, annotation_rows.EMOTION)
)


def read_facs_emotions(path: Path, findings: Findings) -> dict[str, str | None]:
    """Return the emotion of each micro-expression by its name."""
    table = read_sheet(path, FACS_OF_LONG_VIDEOS.columns, findings)
    return {(row.text("filename") or "").casefold(): row.text("emotion") for row in table.rows}


class Samm(LicensedAdapter):
    """SAMM (Davison et al. 2018)."""

    id = "samm"
    title = "SAMM, micro-expressions"
    obtain = MANCHESTER
    extent = Extent(29, 159, 159, 200)
    protocol = "megc2019-cde@1"
    fps = 200
    has_samples = True
    verified = "the sheet verified against a real file"
    sheets = (
        SheetSpec(
            "annotations",
            FACS_TITLE,
            FACS_NAMES,
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION, annotation_rows.OBJECTIVE),
        ),
    )
    layouts = (
        DiskLayout(
            subject=r"[0-9]{3}",
            video=r"[0-9]{3}_[0-9]+_[0-9]+",
            example="SAMM/006/006_1_2/006_05562.jpg",
        ),
    )
    repairs = (
        clip_numbers_repair("all samples whose frames are in the copy"),
        Repair(
            "apex-unknown",
            "028_4_1 and 032_3_1 in some copies of the sheet",
            "The apex is -1.",
            "The expression has no apex.",
            "-1 stands for an apex that was not annotated.",
            drop_marked_apex(-1),
        ),
        outside_apex_repair("028_4_1 and 032_3_1"),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[annotation_rows.Annotation]:
        """Return the rows of the FACS sheet, with the numbers of the clips' files."""
        return copy.clip_rows(super().rows(copy, findings), findings)

    def annotation(self, row: TableRow) -> annotation_rows.Annotation:
        """Return the annotation in a row of the FACS sheet."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject").zfill(3)
        emotion = annotation_rows.emotion_label(row)
        made = annotation_rows.build_annotation(row, subject, video, emotion=emotion)
        return replace(made, objective_class=annotation_rows.objective_class(row))
