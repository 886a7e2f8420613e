"""SMIC: the long recordings of SMIC-E by three cameras, and the short clips of SMIC.

Sheets and files of the long recordings have the camera's own frame numbers, and the sheets state
the first of each video.
"""

from __future__ import annotations

from dataclasses import replace

from mebench.datasets.contract import Extent
from mebench.datasets.frames.scan_directory import number_files
from mebench.datasets.licensed import annotation_rows
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.local_copy import DiskLayout, LocalCopy, entries
from mebench.datasets.licensed.repairs import Repair, count_from_first_file
from mebench.datasets.spreadsheets.table import TableRow
from mebench.diagnostics import Findings, Place

SUBJECT = r"s[0-9]+"
VIDEO = r"s[0-9]+_(ne|po|sur)_[0-9]+"
EMOTIONS = {"ne": "negative", "po": "positive", "su": "surprise"}

OBTAIN = "Ask the Center for Machine Vision and Signal Analysis of the University of Oulu."

CAMERA_NUMBERS = Repair(
    "camera-numbers",
    "all samples",
    "Frames are numbered by the camera, which started to count long before the video.",
    "FirstF, the number of the first file, is subtracted, so that the first frame is 0, not 1.",
    "The files have the same numbers, and the standard counts from 0 within the video.",
    count_from_first_file,
)


def _emotion_of(label: str | None, video: str) -> str | None:
    """Return the emotion that a label in any spelling names, or else the name of the clip."""
    for text in (label or "", video.partition("_")[2]):
        emotion = EMOTIONS.get(text.strip().casefold()[:2])
        if emotion is not None:
            return emotion
    return None


def _long_layout(camera: str) -> DiskLayout:
    inside = f"SMIC-{camera}-E/{camera}"
    return DiskLayout(
        bases=(
            f"SMIC-E_raw image/{camera}_long/{inside}",
            f"{camera}_long/{inside}",
            inside,
            f"{camera}_long",
            camera,
            "",
        ),
        subject=SUBJECT,
        video=VIDEO,
        example=f"{inside}/s01/s01_ne_01/image000001.jpg",
    )


class SmicLong(LicensedAdapter):
    """A camera's long recordings of SMIC-E (Li et al. 2013)."""

    obtain = OBTAIN
    repairs = (CAMERA_NUMBERS,)
    columns = (
        annotation_rows.SUBJECT,
        annotation_rows.FILENAME,
        annotation_rows.FIRST,
        annotation_rows.ONSET,
        annotation_rows.OFFSET,
        annotation_rows.optional(annotation_rows.EMOTION),
    )

    def annotation(self, row: TableRow) -> annotation_rows.Annotation:
        """Return the annotation in a row of the sheet; SMIC has no apexes."""
        video, first = annotation_rows.required_text(row, "filename"), row.count("first")
        if not isinstance(first, int):
            row.refuse("first", "is not an integer", "Write the number of the first file.")
        emotion = _emotion_of(row.text("emotion"), video)
        if emotion is None:
            row.refuse("emotion", "is not an emotion", "Write negative, positive or surprise.")
        number = annotation_rows.required_text(row, "subject")
        subject = annotation_rows.subject_folder("s", number, 2)
        frames = (row.count("onset"), None, row.count("offset"))
        place = row.place("filename")
        made = annotation_rows.Annotation(place, video, subject, video, *frames, emotion=emotion)
        return replace(made, first=first) if isinstance(first, int) else made


class SmicHs(SmicLong):
    """SMIC-E by the high-speed camera, 100 frames per second."""

    id = "smic-hs"
    title = "SMIC-E, long recordings, HS"
    extent = Extent(16, 157, 157, 100)
    protocol = "smic-hs-str@1"
    fps = 100
    sheets = ("SMIC-HS-E_annotation*", "SMIC-E-HS_annotation*", "SMIC_HS_E_annotation*")
    sheet_title = "the annotation sheet of SMIC-HS-E"
    layout = _long_layout("HS")


class SmicVis(SmicLong):
    """SMIC-E by the camera for visible light, 25 frames per second."""

    id = "smic-vis"
    title = "SMIC-E, long recordings, VIS"
    extent = Extent(8, 71, 71, 25)
    protocol = "smic-vis-str@1"
    fps = 25
    sheets = ("SMIC-VIS-E_annotation*", "SMIC-E-VIS_annotation*", "SMIC_VIS_E_annotation*")
    sheet_title = "the annotation sheet of SMIC-VIS-E"
    layout = _long_layout("VIS")


class SmicNir(SmicLong):
    """SMIC-E by the near-infrared camera, 25 frames per second."""

    id = "smic-nir"
    title = "SMIC-E, long recordings, NIR"
    extent = Extent(8, 71, 71, 25)
    protocol = "smic-nir-str@1"
    fps = 25
    sheets = ("SMIC-NIR-E_annotation*", "SMIC-E-NIR_annotation*", "SMIC_NIR_E_annotation*")
    sheet_title = "the annotation sheet of SMIC-NIR-E"
    layout = _long_layout("NIR")


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
    layout = DiskLayout(
        bases=("SMIC_all_raw/HS", "SMIC/HS", "HS", "SMIC_HS_E", ""),
        subject=SUBJECT,
        inner=(("micro",), ("negative", "positive", "surprise")),
        video=VIDEO,
        example="HS/s1/micro/negative/s1_ne_01/reg_image1.bmp",
    )

    def rows(self, copy: LocalCopy, findings: Findings) -> list[annotation_rows.Annotation]:
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
            row = annotation_rows.Annotation(place, *names, first, None, last, emotion=emotion)
            rows.append(replace(row, counted_from=first))
        return rows
