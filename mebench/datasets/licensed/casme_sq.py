"""CAS(ME)²: macro- and micro-expressions in long videos, 30 frames a second.

The sheet has no header. It counts subjects from 1 and calls videos by a word, `anger1_1` being the
first expression of `anger1`; its second and third sheet say which folders those are.
"""

from __future__ import annotations

from functools import partial

from mebench.datasets.contract import Extent
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.casme_sq_names import FolderNames, read_folder_names
from mebench.datasets.licensed.copies import LocalCopy
from mebench.datasets.licensed.layout import DiskLayout
from mebench.datasets.licensed.reading import (
    build_annotations,
    emotion_label,
    expression_kind,
    report_ignored_rows,
    required_text,
)
from mebench.datasets.licensed.repairs import Repair, apex_as_offset, outside_apex_repair
from mebench.datasets.sheets.row import TableRow
from mebench.datasets.sheets.table import ColumnSpec, positional_table
from mebench.datasets.sheets.workbook import read_workbook
from mebench.diagnostics import Findings, MebenchError

COLUMNS = (
    ColumnSpec("subject", ("Subject",)),
    ColumnSpec("filename", ("Filename", "Code", "Video")),
    ColumnSpec("onset", ("Onset", "OnsetFrame")),
    ColumnSpec("apex", ("Apex", "ApexFrame")),
    ColumnSpec("offset", ("Offset", "OffsetFrame")),
    ColumnSpec("units", ("AU", "ActionUnits", "AUs"), required=False),
    ColumnSpec("emotion", ("Emotion", "EstimatedEmotion", "EmotionType")),
    ColumnSpec("type", ("Type", "ExpressionType")),
    ColumnSpec("report", ("SelfReport", "Report", "EmotionSelfReport"), required=False),
)


class CasmeSq(LicensedAdapter):
    """CAS(ME)² (Qu et al. 2018)."""

    id = "casme-sq"
    title = "CAS(ME)²"
    licence = "by agreement with its authors, for research alone"
    obtain = "Ask the Institute of Psychology of the Chinese Academy of Sciences."
    extent = Extent(22, None, 357, 30)
    protocol = "casme-sq-str@1"
    fps = 30
    long_videos = True
    sheets = ("CAS(ME)^2code_final*", "CAS(ME)2code_final*", "CASME_sq_gt*", "CASME2_code_final*")
    verified = "the sheet verified against a real file, the folders not"
    layout = DiskLayout(
        bases=("rawpic", "CAS(ME)^2/rawpic", ""),
        subject=r"s[0-9]+",
        video=r"[0-9]+_[0-9]{4}.*",
        example="rawpic/s15/15_0101disgustingteeth/img1.jpg",
    )
    repairs = (
        Repair(
            "offset-unknown",
            "44 macro-expressions, no micro-expression",
            "The offset is 0.",
            "The apex is taken for the offset.",
            "0 stands for an offset that was not annotated, and no frame before the onset can end "
            "an expression.",
            apex_as_offset,
        ),
        outside_apex_repair(
            "11/disgust1_5, 14/happy2_1, 15/anger1_12 and 17/anger1_1 of the sheet",
            "The apex lies after the offset, or is 0.",
        ),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the sheet, under the names of the folders."""
        path = copy.required_sheet(self.sheets, "the sheet of CAS(ME)²", findings)
        workbook = read_workbook(path, findings)
        table = positional_table(workbook, COLUMNS, findings)
        if table is None:
            raise MebenchError(findings.kept, findings.omitted)
        report_ignored_rows(table, findings)
        return build_annotations(table, partial(_annotation, folders=read_folder_names(workbook)))


def _annotation(row: TableRow, folders: FolderNames) -> Annotation:
    name = required_text(row, "filename")
    subject = folders.subject(required_text(row, "subject"))
    kind = expression_kind(row, "type")
    return Annotation(
        row.place("filename"),
        name,
        subject,
        folders.video(subject, name),
        row.count("onset"),
        row.count("apex"),
        row.count("offset"),
        kind=kind,
        emotion=emotion_label(row, "emotion", needed=kind == "micro"),
    )
