"""CAS(ME)³ part A: macro- and micro-expressions in long videos, 30 frames per second.

The micro-expressions with their emotions are in one sheet, all expressions and the eye blinks in
another. The clips of single micro-expressions, a release of its own, can be read as well.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    clip_numbers_repair,
    corrected,
    first_frame_as_onset,
    outside_apex_repair,
)
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import Kind
from mebench.spreadsheets.table import find_table, read_sheet
from mebench.spreadsheets.table_row import TableRow
from mebench.spreadsheets.workbook_file import read_workbook

VERSIONS = (("_v2", "it is the newer version"), ("_v1", "it is the newer version"))

MACRO = SheetSpec(
    "macro",
    "the macro-expressions of CAS(ME)³",
    ("cas(me)3_part_A_MaE_label*", "cas(me)^3_part_A_MaE_label*"),
    (*annotation_rows.INTERVAL, annotation_rows.optional(annotation_rows.EMOTION)),
    VERSIONS,
)
COMBINED = SheetSpec(
    "combined",
    "all expressions and the eye blinks of CAS(ME)³",
    ("CAS(ME)3_part_A_v*", "CAS(ME)^3_part_A_v*"),
    (*annotation_rows.INTERVAL, annotation_rows.TYPE),
    VERSIONS,
)
BLINKS = (
    annotation_rows.SUBJECT,
    annotation_rows.FILENAME,
    annotation_rows.ONSET,
    annotation_rows.OFFSET,
)

OFFICIAL_CORRECTIONS = {
    ("spno.216", "d", 3647): {"onset": 2647},
    ("spno.40", "e", 1812): {"offset": 1845},
    ("spno.40", "e", 2327): {"offset": 2403},
    ("spno.149", "d", 112): {"apex": 160},
    ("spno.216", "e", 0): {"onset": 1, "apex": 1},
}
"""From the combined sheet, and the last from the authors' list of exceptions."""


class Casme3(LicensedAdapter):
    """CAS(ME)³ part A (Li et al. 2022)."""

    id = "casme3"
    title = "CAS(ME)³, part A"
    obtain = CHINESE_ACADEMY
    extent = Extent(None, None, 860, 30)
    protocol = "casme3-str@1"
    fps = 30
    long_videos = True
    has_samples = True
    verified = "the sheets verified against real files (v2), the folders not"
    sheets = (
        SheetSpec(
            "annotations",
            "the micro-expressions of CAS(ME)³",
            ("cas(me)3_part_A_ME_label*", "cas(me)^3_part_A_ME_label*", "casme3_label*"),
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION),
            VERSIONS,
        ),
        MACRO,
        COMBINED,
    )
    layouts = (
        DiskLayout(
            subject=r"spNO\.?[0-9]+",
            video=r"[a-m]",
            frames=("color",),
            word="color",
            other_words=("depth",),
            example="part_A/data/part_A/spNO.1/a/color/1.jpg",
        ),
        DiskLayout(
            subject=None,
            video=r"spNO\.?[0-9]+_[a-m]_[0-9]+",
            frames=("color",),
            is_clip_release=True,
            word="frame",
            other_words=("depth", "video"),
            example="Part_A_ME_clip/frame/spNO.1_a_355/355.jpg",
        ),
    )
    repairs = (
        Repair(
            "official-corrections",
            "spNO.40/e@1812 and @2327, spNO.149/d@112, spNO.216/d@3647 and spNO.216/e@0",
            "The sheet of micro-expressions has frames that its authors have corrected.",
            "The frames are those of the combined sheet and of the authors' list of exceptions.",
            "Without them the rows are no valid intervals.",
            corrected(OFFICIAL_CORRECTIONS),
        ),
        Repair(
            "onset-unknown",
            "the macro-expression spNO.215/l@0",
            "The onset is 0.",
            "The first frame is used as the onset.",
            "The files are numbered from 1.",
            first_frame_as_onset,
        ),
        clip_numbers_repair("all samples of the release of clips"),
        outside_apex_repair("none known"),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the micro- and the macro-expressions of all sheets; keep the eye blinks."""
        micro = copy.read_sheet(self.sheets[0], self.read, findings, self._repaired)
        if copy.layout.is_clip_release:
            return self._clips(copy, micro, findings)
        combined = copy.read_sheet(COMBINED, self._read_combined, findings)
        read_macro = partial(self._read_kind, kind="macro")
        macro = copy.read_sheet(MACRO, read_macro, findings, self._repaired)
        everything = [] if combined is None else combined
        if micro is None and combined is None:
            copy.finder.report_missing(self.sheets[0], findings)
            raise MebenchError(findings.kept, findings.omitted)
        if micro is None:
            message = "Without the sheet of micro-expressions, they have no emotions."
            remedy = f"Copy it there; its name is {self.sheets[0].names[0]}. Spotting needs none."
            findings.warning("emotions-missing", message, remedy, Place(file=str(copy.root)))
            micro = [row for row in everything if row.kind == "micro"]
        if macro is None:
            macro = [row for row in everything if row.kind == "macro"]
        for path in copy.sheets:
            copy.events += read_blinks(path)
        return [*micro, *macro]

    def _read_combined(self, path: Path, findings: Findings) -> list[Annotation]:
        return self._read_kind(path, findings, kind=None)

    def _read_kind(self, path: Path, findings: Findings, kind: Kind | None) -> list[Annotation]:
        """Return the rows of a sheet of one kind, or of the combined sheet."""
        columns = (MACRO if kind else COMBINED).columns
        table = read_sheet(path, columns, findings)
        return annotation_rows.build_annotations(table, partial(self.annotation, kind=kind))

    def annotation(self, row: TableRow, kind: Kind | None = "micro") -> Annotation:
        """Return the annotation in a row; its kind is in the row if it is None."""
        subject = annotation_rows.required_text(row, "subject")
        video = annotation_rows.required_text(row, "filename")
        emotion = None
        if kind is not None:
            emotion = annotation_rows.emotion_label(row, required=kind == "micro")
        return annotation_rows.build_annotation(
            row,
            subject,
            video,
            name=f"{video}@{row.number}",
            kind=kind or annotation_rows.expression_kind(row),
            emotion=emotion,
        )

    def _clips(
        self, copy: LocalCopy, micro: list[Annotation] | None, findings: Findings
    ) -> list[Annotation]:
        """Return the rows under the names of their clips, which are SUBJECT_VIDEO_ONSET."""
        if micro is None:
            copy.finder.report_missing(self.sheets[0], findings)
            raise MebenchError(findings.kept, findings.omitted)
        findings.warning(
            "clips-cut",
            "The frames are those of clips, cut from onset to offset, not those of full videos.",
            "For spotting, get the long videos of part A: a clip is one expression.",
            Place(file=str(copy.base)),
        )
        named = [replace(row, video=f"{row.subject}_{row.video}_{row.onset}") for row in micro]
        return copy.clip_rows(named, findings)


def read_blinks(path: Path) -> list[Annotation]:
    """Return the eye blinks of a sheet, if it has a tab of them; without invalid rows."""
    workbook = read_workbook(path, Findings())
    tabs = tuple(tab for tab in workbook.tabs if "blink" in tab.name.casefold())
    table = find_table(replace(workbook, tabs=tabs), BLINKS, Findings()) if tabs else None
    if table is None:
        return []
    return annotation_rows.build_annotations(table, _blink)


def _blink(row: TableRow) -> Annotation:
    subject = annotation_rows.required_text(row, "subject")
    video = annotation_rows.required_text(row, "filename")
    frames = (row.count("onset"), None, row.count("offset"))
    return Annotation(row.place("filename"), video, subject, video, *frames, emotion="eye blink")
