"""SAMM: micro-expressions cut out of longer videos, 200 frames per second.

Files and the FACS spreadsheet have the frame numbers of the video that a clip was cut from.
"""

from __future__ import annotations

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
    with_first_files,
)
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    count_from_first_file,
    drop_negative_apex,
    outside_apex_repair,
)
from mebench.datasets.spreadsheets.table_row import TableRow
from mebench.diagnostics import Findings

FACS_SHEETS = (
    "SAMM_Micro_FACS_Codes_v2.xlsx",
    "SAMM_Micro_FACS_Codes*",
    "SAMM_*_Micro_FACS_Codes*",
)
FACS_SHEET_TITLE = "the FACS sheet of SAMM"


def read_facs_emotions(copy: LocalCopy, findings: Findings) -> dict[str, str | None] | None:
    """Return the emotion of each micro-expression by its name; None if there is no FACS sheet.

    Parameters
    ----------
    copy : LocalCopy
        The copy on disk.
    findings : Findings
        Collects the problems of the sheet.
    """
    table = optional_table(
        copy,
        FACS_SHEETS,
        FACS_SHEET_TITLE,
        (annotation_rows.FILENAME, annotation_rows.EMOTION),
        findings,
    )
    if table is None:
        return None
    return {(row.text("filename") or "").casefold(): row.text("emotion") for row in table.rows}


class Samm(LicensedAdapter):
    """SAMM (Davison et al. 2018)."""

    id = "samm"
    title = "SAMM, micro-expressions"
    licence = "by agreement with its authors, for research alone"
    obtain = "Ask the authors at Manchester Metropolitan University."
    extent = Extent(29, 159, 159, 200)
    protocol = "megc2019-cde@1"
    fps = 200
    has_samples = True
    sheets = FACS_SHEETS
    layout = DiskLayout(
        bases=("SAMM", "SAMM/SAMM", ""),
        subject=r"[0-9]{3}",
        video=r"[0-9]{3}_[0-9]+_[0-9]+",
        example="SAMM/006/006_1_2/006_03562.jpg",
    )
    repairs = (
        Repair(
            "clip-numbers",
            "all samples whose frames are in the copy",
            "Frames are numbered as in the video that the clip was cut from.",
            "The number of the clip's first file is subtracted.",
            "The files have the same numbers, and the standard counts from 0 within the video.",
            count_from_first_file,
        ),
        Repair(
            "apex-unknown",
            "028_4_1 and 032_3_1",
            "The apex is -1.",
            "The expression has no apex.",
            "-1 stands for an apex that was not annotated.",
            drop_negative_apex,
        ),
        outside_apex_repair("none known"),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the FACS sheet."""
        table = required_table(
            copy,
            self.sheets,
            FACS_SHEET_TITLE,
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION),
            findings,
        )
        return with_first_files(build_annotations(table, _annotation), copy)


def _annotation(row: TableRow) -> Annotation:
    name = required_text(row, "filename")
    return Annotation(
        row.place("filename"),
        name,
        required_text(row, "subject").zfill(3),
        name,
        row.count("onset"),
        row.count("apex"),
        row.count("offset"),
        emotion=emotion_label(row, "emotion"),
    )
