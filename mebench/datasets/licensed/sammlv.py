"""SAMM Long Videos: macro- and micro-expressions, 200 frames per second.

Its own sheet has no emotions; those of the micro-expressions are in the FACS sheet of SAMM.
"""

from __future__ import annotations

from dataclasses import replace

from mebench.datasets.contract import Extent
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import MANCHESTER, LicensedAdapter
from mebench.datasets.licensed.disk_layout import DiskLayout
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import (
    Repair,
    drop_marked_apex,
    first_frame_as_onset,
    outside_apex_repair,
    round_apex,
    round_interval,
)
from mebench.datasets.licensed.samm import FACS_OF_LONG_VIDEOS, read_facs_emotions
from mebench.diagnostics import Findings, Place
from mebench.spreadsheets.table_row import TableRow


class Sammlv(LicensedAdapter):
    """SAMM Long Videos (Yap, Kendrick, Yap 2020)."""

    id = "sammlv"
    title = "SAMM Long Videos"
    obtain = MANCHESTER
    extent = Extent(30, 147, 502, 200)
    protocol = "sammlv-str@1"
    fps = 200
    long_videos = True
    verified = "both sheets verified against real files (V2), the folders not"
    sheets = (
        SheetSpec(
            "annotations",
            "the annotations of SAMM Long Videos",
            ("SAMM_LongVideos_V*_Release*", "SAMM_Long_Videos*Release*", "SAMMLV_gt*"),
            (*annotation_rows.INTERVAL, annotation_rows.TYPE),
        ),
        FACS_OF_LONG_VIDEOS,
    )
    layouts = (
        DiskLayout(
            subject=r"[0-9]{3}",
            video=r"[0-9]{3}_[0-9]+",
            example="SAMM_longvideos/006_1/006_1_0001.jpg",
        ),
        DiskLayout(
            subject=None,
            video=r"[0-9]{3}_[0-9]+",
            example="SAMM_longvideos/006_1/006_1_0001.jpg",
        ),
    )
    repairs = (
        Repair(
            "fractions",
            "171 macro-expressions",
            "Onset or offset is a fraction.",
            "It is rounded, half up, before 1 is subtracted.",
            "Frames are integers; the numbers were probably converted from another frame rate.",
            round_interval,
        ),
        Repair(
            "apex-fraction",
            "132 macro-expressions, 126 of them among the 171",
            "The apex is a fraction.",
            "It is rounded, half up, before 1 is subtracted.",
            "Frames are integers.",
            round_apex,
        ),
        Repair(
            "onset-unknown",
            "10 macro-expressions",
            "The onset is 0.",
            "The first frame is used as the onset.",
            "0 stands for an onset that was not annotated. The expressions are kept, since "
            "published numbers count them.",
            first_frame_as_onset,
        ),
        Repair(
            "apex-unknown",
            "6 expressions, 2 of them micro-expressions: 028_4_1 and 032_3_1",
            "The apex is -1.",
            "The expression has no apex.",
            "The sheet itself states that -1 stands for an apex that was not annotated.",
            drop_marked_apex(-1),
        ),
        outside_apex_repair("none in the release"),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[annotation_rows.Annotation]:
        """Return the rows of the sheet, the micro-expressions with their emotions."""
        return _with_emotions(super().rows(copy, findings), copy, findings)

    def annotation(self, row: TableRow) -> annotation_rows.Annotation:
        """Return the annotation in a row of the sheet, without emotion."""
        name = annotation_rows.required_text(row, "filename")
        subject = annotation_rows.required_text(row, "subject").zfill(3)
        video, kind = name.rpartition("_")[0], annotation_rows.expression_kind(row)
        return annotation_rows.build_annotation(row, subject, video, name=name, kind=kind)


def _with_emotions(
    rows: list[annotation_rows.Annotation], copy: LocalCopy, findings: Findings
) -> list[annotation_rows.Annotation]:
    """Add the emotions of micro-expressions from the FACS sheet, if the copy has it."""
    emotions = copy.read_sheet(FACS_OF_LONG_VIDEOS, read_facs_emotions, findings)
    if emotions is None:
        message = "There is no FACS sheet, so the micro-expressions have no emotions."
        copying = f"Copy {FACS_OF_LONG_VIDEOS.names[0]} from SAMM into the folder of the sheet"
        remedy = f"{copying}, or pass --sheet facs=FILE. Spotting needs no emotions."
        findings.warning("emotions-missing", message, remedy, Place(file=str(copy.root)))
        return rows
    joined = []
    for row in rows:
        emotion = emotions.get(row.name.casefold()) if row.kind == "micro" else None
        if row.kind == "micro" and emotion is None:
            message = f"The FACS sheet has no emotion for {row.name[:80]!r}."
            remedy = "Check that the FACS sheet is of the same release."
            findings.error("emotion-unmatched", message, remedy, row.place)
        joined.append(replace(row, emotion=emotion))
    return joined
