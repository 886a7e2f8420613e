"""SAMM: micro-expressions cut out of longer videos, 200 frames a second.

Files keep the numbers of the video that a clip was cut from, and the sheet speaks of those.
"""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import columns
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.copies import Copy
from mebench.datasets.licensed.cutting import first_files
from mebench.datasets.licensed.layout import Layout
from mebench.datasets.licensed.reading import label_in, rows_of, table_of, word_in
from mebench.datasets.licensed.repairs import (
    Repair,
    camera_numbers,
    negative_apex,
    without_outside_apex,
)
from mebench.datasets.licensed.samm_emotions import FACS_SHEETS, WHAT
from mebench.datasets.sheets.row import TableRow
from mebench.diagnostics import Findings


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
    layout = Layout(
        bases=("SAMM", "SAMM/SAMM", ""),
        subject=r"[0-9]{3}",
        video=r"[0-9]{3}_[0-9]+_[0-9]+",
        example="SAMM/006/006_1_2/006_03562.jpg",
    )
    repairs = (
        Repair(
            "clip-numbers",
            "all samples whose frames are there",
            "Frames are numbers of the longer video that a clip was cut from.",
            "The number of the clip's first file is subtracted.",
            "The files bear the same numbers, and the standard counts from 0 within the video.",
            camera_numbers,
        ),
        Repair(
            "apex-unknown",
            "028_4_1 and 032_3_1",
            "The apex is -1.",
            "The expression has no apex.",
            "-1 stands for an apex that was not annotated.",
            negative_apex,
        ),
        without_outside_apex("none known"),
    )

    def rows(self, copy: Copy, findings: Findings) -> list[Annotation]:
        """Return the rows of the FACS sheet."""
        table = table_of(
            copy,
            self.sheets,
            WHAT,
            (
                *columns.INTERVAL,
                columns.EMOTION,
            ),
            findings,
        )
        return first_files(rows_of(table, _annotation), copy)


def _annotation(row: TableRow) -> Annotation:
    name = word_in(row, "filename")
    return Annotation(
        row.place("filename"),
        name,
        word_in(row, "subject").zfill(3),
        name,
        row.count("onset"),
        row.count("apex"),
        row.count("offset"),
        emotion=label_in(row, "emotion"),
    )
