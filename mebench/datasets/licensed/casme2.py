"""CASME II: one micro-expression per clip, 200 frames per second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_base import is_cut
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    clip_numbers_repair,
    drop_marked_apex,
    outside_apex_repair,
)
from mebench.diagnostics import Findings, Place
from mebench.spreadsheets.table import read_sheet
from mebench.spreadsheets.table_row import TableRow

NO_APEX = "/"

PADDED_CLIP = r"EP[0-9]+_0.*"
"""Most names of clips: EP02_01f. Those of CASME, in folders of the same names, have no zero."""

PLAIN_CLIP = r"EP[0-9]+_[1-9]([^0-9].*)?"
"""Most names of CASME's clips, and two of CASME II: EP01_5."""

RELABELED = frozenset({("sub24", "EP07_01"), ("sub24", "EP07_04f"), ("sub24", "EP10_03")})

OLD_CUTS = {
    ("sub07", "EP06_01"): (56, 91),
    ("sub12", "EP09_02"): (161, 206),
    ("sub12", "EP09_06"): (66, 106),
    ("sub16", "EP01_08"): (73, 96),
    ("sub20", "EP16_01"): (71, 106),
}
"""Onset and offset of these clips in the sheet before 2014, after which copies were cut."""


def label_of_2014(row: Annotation) -> Annotation | None:
    """Return a row that the sheet of 2019 changed to surprise with its label of 2014."""
    changed = (row.subject, row.video) in RELABELED and row.emotion == "surprise"
    return replace(row, emotion="sadness") if changed else None


def frames_of_old_cut(row: Annotation) -> Annotation | None:
    """Return a row with the frames of the older sheet if its clip was cut after it."""
    frames = OLD_CUTS.get((row.subject, row.video))
    if frames is None or frames != (row.first, row.last) or frames == (row.onset, row.offset):
        return None
    onset, offset = frames
    is_inside = isinstance(row.apex, int) and onset <= row.apex <= offset
    return replace(row, onset=onset, offset=offset, apex=row.apex if is_inside else None)


OBJECTIVE_CLASSES = SheetSpec(
    "objective",
    "the objective classes of CASME II",
    ("CASME2-ObjectiveClasses*", "CASME2_ObjectiveClasses*"),
    (
        annotation_rows.SUBJECT,
        annotation_rows.FILENAME,
        replace(annotation_rows.OBJECTIVE, required=True),
    ),
)


def read_objective_classes(path: Path, findings: Findings) -> dict[tuple[str, str], str | None]:
    """Return the objective class of each clip, by subject and video."""
    table = read_sheet(path, OBJECTIVE_CLASSES.columns, findings)
    return {
        (
            annotation_rows.subject_folder("sub", row.text("subject") or "", 2),
            (row.text("filename") or "").casefold(),
        ): annotation_rows.objective_class(row)
        for row in table.rows
    }


class Casme2(LicensedAdapter):
    """CASME II (Yan et al. 2014)."""

    id = "casme2"
    title = "CASME II"
    obtain = CHINESE_ACADEMY
    extent = Extent(26, 255, 255, 200)
    protocol = "casme2-str@1"
    fps = 200
    has_samples = True
    verified = "the sheet of 2014 verified against a real file"
    sheets = (
        SheetSpec(
            "annotations",
            "the coding sheet of CASME II",
            ("CASME2-coding*", "CASME2_coding*", "CASME2_label*", "CASME2-label*"),
            (*annotation_rows.INTERVAL, annotation_rows.EMOTION, annotation_rows.OBJECTIVE),
        ),
        OBJECTIVE_CLASSES,
    )
    layouts = (
        DiskLayout(
            subject=r"sub[0-9]+",
            video=r"EP[0-9]+[0-9a-z_]*",
            typical=PADDED_CLIP,
            foreign=PLAIN_CLIP,
            example="CASME2-RAW/sub01/EP02_01f/img1.jpg",
            counts_from_one=True,
        ),
    )
    unlabeled = frozenset({("sub09", "EP02_02f"), ("sub24", "EP02_07")})
    repairs = (
        Repair(
            "labels-of-2019",
            "sub24/EP07_01, EP07_04f and EP10_03, in the sheet of 2019",
            "The emotion is surprise.",
            "It is sadness, as in the sheet of 2014.",
            "All protocols in use and published numbers follow the sheet of 2014.",
            label_of_2014,
        ),
        Repair(
            "old-cuts",
            "sub07/EP06_01, sub12/EP09_02 and EP09_06, sub16/EP01_08, sub20/EP16_01 in cut clips",
            "The clip was cut by a sheet before 2014, which has other frames for it.",
            "Onset and offset are the first and the last file; an apex outside them is removed.",
            "The frames of the later sheet are not in the clip.",
            frames_of_old_cut,
        ),
        clip_numbers_repair("all samples of a copy of cut clips"),
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
        """Return the rows of the coding sheet, for cut clips with the numbers of their files.

        Their objective classes are those of the separate sheet, if the copy has it.
        """
        rows = super().rows(copy, findings)
        classes = copy.read_sheet(OBJECTIVE_CLASSES, read_objective_classes, findings) or {}
        rows = [
            replace(
                row,
                objective_class=classes.get((row.subject, row.video.casefold()))
                or row.objective_class,
            )
            for row in rows
        ]
        if copy.base is None or not is_cut(copy.videos.values()):
            return rows
        findings.warning(
            "clips-cut",
            "The frames are those of clips, cut from onset to offset, not those of full videos.",
            "For spotting, get CASME2-RAW: a clip is one expression. Recognition is not affected.",
            Place(file=str(copy.base)),
        )
        return copy.clip_rows(rows, findings)

    def annotation(self, row: TableRow) -> Annotation:
        """Return the annotation in a row of the coding sheet."""
        video = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject")
        made = annotation_rows.build_annotation(
            row,
            annotation_rows.subject_folder("sub", subject, 2),
            video,
            emotion=annotation_rows.emotion_label(row),
            apex_marks=(NO_APEX,),
        )
        return replace(made, objective_class=annotation_rows.objective_class(row))
