"""The short clips of SMIC by the high-speed camera, from onset to offset; used by the composite.

There is no sheet. Each clip is one micro-expression, and its name states the emotion.
"""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.frames.scan_directory import number_files
from mebench.datasets.licensed.adapter import LicensedAdapter
from mebench.datasets.licensed.annotation import Annotation
from mebench.datasets.licensed.disk_layout import DiskLayout, entries
from mebench.datasets.licensed.local_copy import LocalCopy
from mebench.datasets.licensed.smic import LICENCE, OBTAIN, SUBJECT, VIDEO, emotion_of
from mebench.diagnostics import Findings, Place


class SmicHsShort(LicensedAdapter):
    """SMIC's clips by the high-speed camera (Li et al. 2013)."""

    id = "smic-hs-short"
    title = "SMIC, clips from onset to offset, HS"
    licence = LICENCE
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

    def rows(self, copy: LocalCopy, findings: Findings) -> list[Annotation]:
        """Return one row per clip, from its first to its last frame."""
        rows = []
        for key, clip in list(copy.videos.items()):
            numbers = number_files(entry.name for entry in entries(clip.path, findings)).by_number
            place = Place(file=str(clip.path), subject=clip.subject, video=clip.video)
            if not numbers:
                findings.error(
                    "frames-none",
                    "The folder has no numbered images, so the clip is left out.",
                    "Store frames as PNG, JPEG or BMP files with a number in their name.",
                    place,
                )
                del copy.videos[key]
                continue
            first, last = next(iter(numbers)), next(reversed(numbers))
            rows.append(
                Annotation(
                    place,
                    clip.video,
                    clip.subject,
                    clip.video,
                    first,
                    None,
                    last,
                    emotion=emotion_of(None, clip.video),
                    counted_from=first,
                )
            )
        return rows
