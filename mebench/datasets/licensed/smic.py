"""SMIC: the long recordings of SMIC-E by three cameras, and the short clips of SMIC.

Sheets and files of the long recordings have the camera's own frame numbers, and the sheets state
the first of each video. One workbook may have a tab per camera. A recording may contain a second
and a third expression, in further columns.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from mebench.datasets.contract import Extent
from mebench.datasets.frames.scan_directory import number_files
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout, entries
from mebench.datasets.licensed.find_sheets import SheetSpec
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.repairs import Repair, count_from_first_file
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.spreadsheets.table import ColumnSpec, SheetTable, table_of
from mebench.spreadsheets.table_row import TableRow
from mebench.spreadsheets.workbook_file import read_workbook
from mebench.spreadsheets.workbook_model import Workbook

SUBJECT = r"s[0-9]+"
VIDEO = r"s[0-9]+_(ne|po|sur)_[0-9]+"
EMOTIONS = {"ne": "negative", "po": "positive", "su": "surprise"}
CAMERAS = ("hs", "vis", "nir")

OBTAIN = "Ask the Center for Machine Vision and Signal Analysis of the University of Oulu."

FURTHER = tuple(
    ColumnSpec(f"{name}{number}", (f"{name}{number}F",), required=False)
    for number in (2, 3)
    for name in ("onset", "offset")
)
"""The columns of a second and a third expression of a recording."""

WITHOUT_RECORDING = frozenset({"s3_ne_03", "s3_ne_20", "s4_ne_05", "s4_ne_06", "s9_sur_02"})

REPAIRS = (
    Repair(
        "recordings-missing",
        "s3_ne_03, s3_ne_20, s4_ne_05, s4_ne_06 and s9_sur_02, in a sheet of 162 rows",
        "The sheet names a recording that was not released.",
        "The row is left out.",
        "The release has 157 recordings by the high-speed camera.",
        lambda row: replace(row, is_left_out=True) if row.video in WITHOUT_RECORDING else None,
    ),
    Repair(
        "first-file",
        "s1_ne_03 by the high-speed camera",
        "FirstF is 650000, more than 8,000 frames before the expression.",
        "It is 658000.",
        "The recording has 700 frames, and the expression begins at 658536.",
        lambda row: (
            replace(row, first=658000) if (row.video, row.first) == ("s1_ne_03", 650000) else None
        ),
    ),
    Repair(
        "further-unusable",
        "the third of s20_ne_06, s20_ne_09, s20_sur_02, s18_ne_01, s18_sur_03 and s9_sur_01",
        "A further expression begins before the recording, or repeats another.",
        "It is left out.",
        "The cells of the sheet contain a wrong formula, or the second expression again.",
        lambda row: replace(row, is_left_out=True) if is_unusable(row) else None,
    ),
    Repair(
        "camera-numbers",
        "all samples",
        "Frames are numbered by the camera, which started to count long before the video.",
        "FirstF, the number of the first file, is subtracted, so that the first frame is 0, not 1.",
        "The files have the same numbers, and the standard counts from 0 within the video.",
        count_from_first_file,
    ),
)


def is_unusable(row: Annotation) -> bool:
    """Return whether a further expression of a recording cannot be one."""
    is_early = isinstance(row.onset, int) and row.first is not None and row.onset < row.first
    is_repetition = (row.video, row.order) == ("s9_sur_01", 3)
    return row.order > 1 and (is_early or is_repetition)


def _emotion_of(label: str | None, video: str) -> str | None:
    """Return the emotion that a label in any spelling names, or else the name of the clip."""
    for text in (label or "", video.partition("_")[2]):
        emotion = EMOTIONS.get(text.strip().casefold()[:2])
        if emotion is not None:
            return emotion
    return None


class SmicLong(LicensedAdapter):
    """A camera's long recordings of SMIC-E (Li et al. 2013)."""

    obtain = OBTAIN
    camera: ClassVar[str]
    repairs: ClassVar[tuple[Repair, ...]] = REPAIRS[2:]

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return the rows of the sheet, whose frame numbers must be those of the files."""
        rows = super().rows(copy, findings)
        numbered = [row for row in copy.with_file_numbers(rows) if row.last is not None]
        wrong = [row for row in numbered if not _is_among_files(row)]
        if 2 * len(wrong) > len(numbered):
            row = wrong[0]
            message = (
                f"The frame numbers of the sheet are not those of the files: in {row}, the "
                f"expression begins at {row.onset}, but the files are {row.first} to {row.last}."
            )
            remedy = f"Use the frames and the sheet of the same camera, {self.camera.upper()}."
            findings.error("camera-differs", message, remedy, Place(file=str(copy.base)))
        return rows

    def read(self, path: Path, findings: Findings) -> list[Annotation]:
        """Return the expressions of all recordings, from the camera's tab if there are several."""
        workbook = read_workbook(path, findings)
        tab = next((tab for tab in workbook.tabs if self._is_named_by(tab.name)), None)
        if tab is not None:
            workbook = Workbook(path, (tab,), workbook.delimiter)
        elif not self._is_named_by(path.stem):
            camera = self.camera.upper()
            message = f"The workbook has no tab {camera}, and its file name does not name {camera}."
            remedy = f"Use the sheet of the camera {camera}: {', '.join(self.sheets[0].names[:3])}."
            raise MebenchError.of("sheet-tab-missing", message, remedy, Place(file=str(path)))
        table = table_of(workbook, self.sheets[0].columns, findings)
        first = annotation_rows.build_annotations(table, self.annotation)
        return [*first, *_further_expressions(table, first)]

    def _is_named_by(self, text: str) -> bool:
        """Return whether a name contains the camera; of several cameras, the last counts."""
        words = [word for word in re.split(r"[^a-z]+", text.casefold()) if word in CAMERAS]
        return words[-1:] == [self.camera]

    def annotation(self, row: TableRow) -> Annotation:
        """Return the first expression in a row of the sheet; SMIC has no apexes."""
        video = annotation_rows.required_text(row, "filename")
        is_missing = video in WITHOUT_RECORDING and "MISSING" in str(row.value("first"))
        first = 0 if is_missing else row.count("first")
        if not isinstance(first, int):
            row.refuse("first", "is not an integer", "Write the number of the first file.")
        emotion = _emotion_of(row.text("emotion"), video)
        if emotion is None:
            row.refuse("emotion", "is not an emotion", "Write negative, positive or surprise.")
        subject = annotation_rows.subject_folder(
            "s", annotation_rows.required_text(row, "subject"), 2
        )
        onset, offset = row.count("onset"), row.count("offset")
        made = Annotation(
            row.place("filename"), video, subject, video, onset, None, offset, emotion=emotion
        )
        return replace(made, first=first) if isinstance(first, int) else made


def _is_among_files(row: Annotation) -> bool:
    """Return whether an expression begins within the files of its recording."""
    first, onset, last = row.first, row.onset, row.last
    return (
        isinstance(onset, int) and first is not None and last is not None and first <= onset <= last
    )


def _further_expressions(table: SheetTable, first: list[Annotation]) -> list[Annotation]:
    """Return the second and third expressions of the rows, whose emotion is that of the first."""
    first_by_row = {row.place.line: row for row in first}
    further = []
    for row in table.rows:
        known = first_by_row.get(row.number)
        for order in (2, 3) if known is not None else ():
            onset, offset = row.count(f"onset{order}"), row.count(f"offset{order}")
            if known is not None and onset is not None and offset is not None:
                name, place = f"{known.name} ({order})", row.place(f"onset{order}")
                changes = {"name": name, "place": place, "onset": onset, "offset": offset}
                further.append(replace(known, order=order, **changes))  # type: ignore[arg-type]
    return further


def _sheet(camera: str, onset: ColumnSpec, offset: ColumnSpec) -> SheetSpec:
    """Return the sheet of a camera; the workbook of the high-speed camera may have its tab."""
    upper = camera.upper()
    names = (f"SMIC-{upper}-E_annotation*", f"SMIC-E-{upper}_annotation*")
    others = ("SMIC-HS-E_annotation*",) if camera != "hs" else ()
    return SheetSpec(
        "annotations",
        f"the annotations of SMIC-{upper}-E",
        (*names, f"SMIC_{upper}_E_annotation*", *others),
        (
            annotation_rows.SUBJECT,
            annotation_rows.FILENAME,
            annotation_rows.FIRST,
            onset,
            offset,
            annotation_rows.optional(annotation_rows.EMOTION),
            *FURTHER,
        ),
        versions=((rf"(?<![a-z]){camera}(?![a-z])", "its name is that of the camera"),),
    )


def _layout(camera: str) -> DiskLayout:
    upper = camera.upper()
    return DiskLayout(
        subject=SUBJECT,
        video=VIDEO,
        example=f"{upper}_long/SMIC-{upper}-E/{upper}/s01/s1_ne_01/image308866.jpg",
        word=camera,
        other_words=tuple(other for other in CAMERAS if other != camera),
    )


class SmicHs(SmicLong):
    """SMIC-E by the high-speed camera, 100 frames per second."""

    id = "smic-hs"
    title = "SMIC-E, long recordings, HS"
    camera = "hs"
    extent = Extent(16, 157, 166, 100)
    protocol = "smic-hs-str@1"
    fps = 100
    repairs = REPAIRS
    verified = "the sheet verified against a real file"
    sheets = (_sheet("hs", annotation_rows.ONSET, annotation_rows.OFFSET),)
    layouts = (_layout("hs"),)


class SmicVis(SmicLong):
    """SMIC-E by the camera for visible light, 25 frames per second."""

    id = "smic-vis"
    title = "SMIC-E, long recordings, VIS"
    camera = "vis"
    extent = Extent(8, 71, 76, 25)
    protocol = "smic-vis-str@1"
    fps = 25
    verified = "the sheet verified against a real file"
    sheets = (_sheet("vis", annotation_rows.ONSET, annotation_rows.OFFSET),)
    layouts = (_layout("vis"),)


class SmicNir(SmicLong):
    """SMIC-E by the near-infrared camera, 25 frames per second."""

    id = "smic-nir"
    title = "SMIC-E, long recordings, NIR"
    camera = "nir"
    extent = Extent(8, 71, None, 25)
    protocol = "smic-nir-str@1"
    fps = 25
    sheets = (
        _sheet(
            "nir",
            ColumnSpec("onset", ("OnsetF NIR", *annotation_rows.ONSET.spellings)),
            ColumnSpec("offset", ("OffsetF NIR", *annotation_rows.OFFSET.spellings)),
        ),
    )
    layouts = (_layout("nir"),)


class SmicHsShort(LicensedAdapter):
    """SMIC's clips from onset to offset, HS (Li et al. 2013); names of folders are the emotions."""

    id = "smic-hs-short"
    title = "SMIC, clips from onset to offset, HS"
    obtain = OBTAIN
    extent = Extent(16, 164, 164, 100)
    protocol = "megc2019-cde@1"
    fps = 100
    has_samples = True
    needs_frames = True
    layouts = (
        DiskLayout(
            subject=SUBJECT,
            inner=(("micro",), ("negative", "positive", "surprise")),
            required=("micro",),
            beside=("non_micro",),
            video=VIDEO,
            word="hs",
            other_words=("vis", "nir"),
            example="SMIC_all_raw/HS/s1/micro/negative/s1_ne_01/image308860.bmp",
        ),
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return one row per clip, from its first to its last frame."""
        rows = []
        for key, clip in list(copy.videos.items()):
            numbers = number_files(entry.name for entry in entries(clip.path, findings)).by_number
            place = Place(file=str(clip.path), subject=clip.subject, video=clip.video)
            if not numbers:
                message = "The folder has no numbered images, so the clip is left out."
                remedy = "Store frames as PNG, JPEG or BMP files with a number in their name."
                findings.error("frames-none", message, remedy, place)
                del copy.videos[key]
                continue
            first, last = next(iter(numbers)), next(reversed(numbers))
            names, emotion = (clip.video, clip.subject, clip.video), _emotion_of(None, clip.video)
            row = Annotation(place, *names, first, None, last, emotion=emotion)
            rows.append(replace(row, counted_from=first))
        return rows
