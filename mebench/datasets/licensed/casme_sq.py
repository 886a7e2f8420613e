"""CAS(ME)²: macro- and micro-expressions in long videos, 30 frames per second.

The spreadsheet has no header. It counts subjects from 1 and names videos by a word: `anger1_1` is
the first expression of `anger1`. Its second and third tab map both to the names of the folders;
if only the first tab was saved, the maps of the release are used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import CHINESE_ACADEMY, LicensedAdapter
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.repairs import Repair, apex_as_offset, outside_apex_repair
from mebench.diagnostics import Findings, MebenchError
from mebench.spreadsheets.table import ColumnSpec, positional_table, report_ignored_rows
from mebench.spreadsheets.table_row import TableRow
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import Workbook

SUBJECTS = (15, 16, 19, 20, 21, 22, 23, 24, 25, 26, 27, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 40)
"""The numbers of the folders of subjects 1, 2, … of the sheet: tab 2 of the release."""

CODES = {
    "disgust1": "0101",
    "disgust2": "0102",
    "anger1": "0401",
    "anger2": "0402",
    "happy1": "0502",
    "happy2": "0503",
    "happy3": "0505",
    "happy4": "0507",
    "happy5": "0508",
}
"""From the word in the sheet to the number in the folder's name: tab 3 of the release."""


@dataclass(frozen=True, slots=True)
class FolderNames:
    """From names in the sheet to those of folders: ``1`` to ``s15``, ``disgust1`` to ``0101``."""

    subjects: dict[str, str] = field(
        default_factory=lambda: {str(row): f"s{folder}" for row, folder in enumerate(SUBJECTS, 1)}
    )
    codes: dict[str, str] = field(default_factory=lambda: dict(CODES))

    def subject(self, text: str) -> str:
        """Return the folder of a subject in the sheet, which may be named like the folder."""
        return self.subjects.get(text, text)

    def video(self, subject: str, name: str) -> str:
        """Return the start of the folder name of a video: ``15_0401`` for ``anger1_1``."""
        word = name.rpartition("_")[0] or name
        code = self.codes.get(word.casefold(), word)
        return f"{subject.removeprefix('s')}_{code}"


def read_folder_names(workbook: Workbook) -> FolderNames:
    """Return the maps in the further tabs of a workbook.

    A subject is in a row such as 15, s15, 1, and a code in one such as 0101, disgust1, where a
    number lacks the leading zero.
    """
    folders = FolderNames()
    for row in (row for tab in workbook.tabs[1:] for row in tab.rows):
        cells = ["" if cell is None else str(cell).strip() for cell in row.cells]
        number, name, *further = [*cells, "", ""]
        if name == f"s{number}":
            if further[0].isdecimal():
                folders.subjects[further[0]] = name
        elif number.isdecimal() and name[:1].isalpha():
            folders.codes[name.casefold()] = number.zfill(4)
    return folders


class CasmeSq(LicensedAdapter):
    """CAS(ME)² (Qu et al. 2018)."""

    id = "casme-sq"
    title = "CAS(ME)²"
    obtain = CHINESE_ACADEMY
    extent = Extent(22, 97, 357, 30)
    protocol = "casme-sq-str@1"
    fps = 30
    long_videos = True
    sheets = (
        SheetSpec(
            "annotations",
            "the annotations of CAS(ME)²",
            (
                "CAS(ME)^2code_final*",
                "CAS(ME)2code_final*",
                "code_final*",
                "CASME_sq_gt*",
                "CASME2_code_final*",
            ),
            (
                ColumnSpec("subject", ("Subject",)),
                ColumnSpec("filename", ("Filename", "Code", "Video")),
                ColumnSpec("onset", ("Onset", "OnsetFrame")),
                ColumnSpec("apex", ("Apex", "ApexFrame")),
                ColumnSpec("offset", ("Offset", "OffsetFrame")),
                ColumnSpec("units", ("AU", "ActionUnits", "AUs"), required=False),
                ColumnSpec("emotion", ("Emotion", "EstimatedEmotion", "EmotionType")),
                ColumnSpec("type", ("Type", "ExpressionType")),
                ColumnSpec("report", ("SelfReport", "Report", "EmotionSelfReport"), required=False),
            ),
        ),
    )
    verified = "the sheet verified against a real file, the folders not"
    layouts = (
        DiskLayout(
            subject=r"s[0-9]+",
            video=r"[0-9]+_[0-9]{4}.*",
            example="rawpic/s15/15_0101disgustingteeth/img001.jpg",
        ),
    )
    repairs = (
        Repair(
            "offset-unknown",
            "44 macro-expressions, no micro-expression",
            "The offset is 0.",
            "The apex is used as the offset.",
            "0 stands for an offset that was not annotated, and no frame before the onset can end "
            "an expression.",
            apex_as_offset,
        ),
        outside_apex_repair(
            "11/disgust1_5, 14/happy2_1, 15/anger1_12 and 17/anger1_1 of the sheet",
            "The apex is after the offset, or is 0.",
        ),
        Repair(
            "misfiled-video",
            "s19/23_0502funnyerrors",
            "The folder of subject s19 contains a video of s23, who has the video as well.",
            "The video is left out.",
            "Its name says 23, and the folder of s23 is complete.",
            misfiled=(("s19", r"23_0502.*"),),
        ),
    )

    def read(self, path: Path, findings: Findings) -> list[annotation_rows.Annotation]:
        """Return the rows of the sheet, under the names of the folders."""
        workbook = read_workbook(path, findings)
        table = positional_table(workbook, self.sheets[0].columns, findings)
        if table is None:
            raise MebenchError(findings.kept, findings.omitted)
        report_ignored_rows(table, findings)
        build = partial(_annotation, folders=read_folder_names(workbook))
        return annotation_rows.build_annotations(table, build)


def _annotation(row: TableRow, folders: FolderNames) -> annotation_rows.Annotation:
    name = annotation_rows.required_text(row, "filename")
    subject = folders.subject(annotation_rows.required_text(row, "subject"))
    kind = annotation_rows.expression_kind(row)
    return annotation_rows.build_annotation(
        row,
        subject,
        folders.video(subject, name),
        name=name,
        kind=kind,
        emotion=annotation_rows.emotion_label(row, required=kind == "micro"),
    )
