"""MEVIEW: micro-expressions in the wild, from poker games and interviews; video files.

It is in circulation in several layouts, so that the annotations are read from a CSV of a documented
form, which lies beside the videos.
"""

from __future__ import annotations

from pathlib import PurePath

from mebench.datasets.contract import Extent
from mebench.datasets.frames.file import VIDEO_SUFFIXES
from mebench.datasets.licensed import columns
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.copies import Copy
from mebench.datasets.licensed.layout import Layout
from mebench.datasets.licensed.reading import label_in, rows_of, table_of, word_in
from mebench.datasets.licensed.repairs import without_outside_apex
from mebench.datasets.sheets.row import TableRow
from mebench.diagnostics import Findings


class Meview(LicensedAdapter):
    """MEVIEW (Husák, Čech, Matas 2017)."""

    id = "meview"
    title = "MEVIEW"
    licence = "by agreement with its authors, for research alone"
    obtain = "Ask the Center for Machine Perception of the Czech Technical University in Prague."
    extent = Extent(14, 21, 21, 25)
    protocol = "meview-str@1"
    fps = 25
    sheets = ("meview.csv", "meview.xlsx", "MEVIEW*annotation*", "annotations.csv")
    layout = Layout(
        bases=("videos", "MEVIEW", ""),
        subject=None,
        video=r".+",
        files=True,
        example="videos/01.mp4",
    )
    repairs = (without_outside_apex("none known"),)

    def rows(self, copy: Copy, findings: Findings) -> list[Annotation]:
        """Return the rows of the annotations, whose frames count from 1."""
        table = table_of(
            copy,
            self.sheets,
            "the annotations of MEVIEW",
            (
                columns.SUBJECT,
                columns.FILENAME,
                columns.ONSET,
                columns.optional(columns.APEX),
                columns.OFFSET,
                columns.EMOTION,
            ),
            findings,
        )
        return rows_of(table, _annotation)


def _annotation(row: TableRow) -> Annotation:
    video = _without_suffix(word_in(row, "filename"))
    return Annotation(
        row.place("filename"),
        video,
        word_in(row, "subject"),
        video,
        row.count("onset"),
        row.count("apex"),
        row.count("offset"),
        emotion=label_in(row, "emotion"),
    )


def _without_suffix(name: str) -> str:
    """Return the name of a video file without what says its format."""
    path = PurePath(name)
    return path.stem if path.suffix.lower() in VIDEO_SUFFIXES else name
