"""A copy on disk: its videos under normalized names, and its spreadsheets."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote
from typing import TypeVar

from mebench.datasets.frames.scan_directory import is_folder, number_files
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import (
    DiskLayout,
    FoundVideo,
    entries,
    find_videos,
    matches,
)
from mebench.datasets.licensed.find_base import find_base, wrong_root_error
from mebench.datasets.licensed.find_sheets import SheetFinder, SheetSpec, is_annotation_folder
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.protocol import AliasRule, ProtocolDataset
from mebench.protocols.id_matching import canonical_id, subject_from_name
from mebench.spreadsheets.workbook_file import SHEET_SUFFIXES
from mebench.util.text import lookalike_key, pluralize

Content = TypeVar("Content")

NormalizedName = tuple[str, str]
"""Subject and video, normalized by the alias rules of the protocol, case, padding and dots."""

_PADDING = re.compile(r"(?<![0-9])0+(?=[0-9])")


def _normalized(rule: AliasRule, text: str) -> str:
    """Return an id without case, leading zeros and dots, in which folders and sheets differ."""
    canonical = lookalike_key(canonical_id(rule, lookalike_key(text)))
    return _PADDING.sub("", canonical).replace(".", "")


@dataclass(slots=True)
class LocalCopy:
    """A copy on disk: its root, the base with the subjects, its videos, and the sheets read.

    The base, which contains all parts, is None if there are sheets but no frames; ``rule`` has the
    alias rules. ``events`` are annotated, but no expressions, such as eye blinks; ``misfiled`` are
    videos in wrong folders.
    """

    root: Path
    base: Path | None
    layout: DiskLayout
    rule: ProtocolDataset
    finder: SheetFinder
    videos: dict[NormalizedName, FoundVideo] = field(default_factory=dict)
    sheets: list[Path] = field(default_factory=list)
    events: list[Annotation] = field(default_factory=list)
    misfiled: list[FoundVideo] = field(default_factory=list)
    _keys: dict[tuple[str, str], NormalizedName] = field(default_factory=dict, repr=False)

    def key(self, subject: str, video: str) -> NormalizedName:
        """Return the normalized name of a video."""
        name = subject, video
        if name not in self._keys:
            rule = self.rule
            self._keys[name] = (
                _normalized(rule.subjects, subject),
                _normalized(rule.videos, video),
            )
        return self._keys[name]

    def find(self, subject: str, video: str) -> FoundVideo | None:
        """Return a video on disk; by its own name if no folder names the subject."""
        key = self.key(subject, video)
        return self.videos.get(key) or self.videos.get(("", key[1]))

    def clip_rows(self, rows: Sequence[Annotation], findings: Findings) -> list[Annotation]:
        """Return the rows of clips with the numbers of their files; report clips without frames."""
        numbered = self.with_file_numbers(rows)
        unknown = [row for row in numbered if row.first is None]
        if unknown:
            clips = pluralize(len(unknown), "clip")
            message = (
                f"The first file of {clips} is not known, such as {unknown[0]}: their intervals "
                "keep the frame numbers of the video that the clip was cut from."
            )
            remedy = "Add the frames. Recognition does not need them."
            findings.warning("clips-unnumbered", message, remedy, Place(file=str(self.root)))
        return numbered

    def with_file_numbers(self, rows: Sequence[Annotation]) -> list[Annotation]:
        """Return rows with the numbers of their video's first and last file, as far as known."""
        numbered_rows = []
        for row in rows:
            clip = self.find(row.subject, row.video)
            names = () if clip is None else (entry.name for entry in entries(clip.path))
            numbers = list(number_files(names).by_number)
            numbered_rows.append(
                replace(row, first=numbers[0], last=numbers[-1]) if numbers else row
            )
        return numbered_rows

    def read_sheet(
        self,
        spec: SheetSpec,
        read: Callable[[Path, Findings], Content],
        findings: Findings,
        compared: Callable[[Content], object] = lambda content: content,
    ) -> Content | None:
        """Return the content of a sheet; None if there is no such sheet.

        Of several files, those with the same content, ``compared``, are one sheet.
        """
        path = self.finder.find(spec, lambda path: compared(read(path, Findings())), findings)
        if path is None:
            return None
        self.sheets.append(path)
        return read(path, findings)

    def required_sheet(
        self,
        spec: SheetSpec,
        read: Callable[[Path, Findings], Content],
        findings: Findings,
        compared: Callable[[Content], object] = lambda content: content,
    ) -> Content:
        """Return the content of a sheet that must exist."""
        errors = findings.error_count
        content = self.read_sheet(spec, read, findings, compared)
        if content is None:
            if findings.error_count == errors:  # else a file or folder could not be read
                self.finder.report_missing(spec, findings)
            raise MebenchError(findings.kept, findings.omitted)
        return content


def open_copy(
    root: Path,
    layouts: Sequence[DiskLayout],
    rule: ProtocolDataset,
    misfiled: Sequence[tuple[str, str]],
    findings: Findings,
    *,
    needs_frames: bool,
) -> LocalCopy:
    """Find the videos of a copy; raise an error that says what is there if nothing fits.

    ``misfiled`` are the subjects and patterns of videos that are not read.
    """
    found = find_base(root, layouts, findings)
    if found is None:
        if needs_frames or not _has_only_sheets(root):
            raise wrong_root_error(root, layouts)
        message = "The folder has sheets, but no frames."
        remedy = f"Store frames as in {layouts[0].example}. Scoring needs the sheets only."
        findings.error("frames-none", message, remedy, Place(file=str(root)))
        return LocalCopy(root, None, layouts[0], rule, SheetFinder(rule.id, root, None, layouts))
    bases, layout = found
    base = Path(os.path.commonpath(bases))
    copy = LocalCopy(root, base, layout, rule, SheetFinder(rule.id, root, bases[0], layouts))
    for video in [video for part in bases for video in find_videos(part, layout, findings)]:
        if any(
            video.subject.casefold() == subject and matches(pattern, video.video)
            for subject, pattern in misfiled
        ):
            copy.misfiled.append(video)
            continue
        key = copy.key(video.subject or subject_from_name(rule, video.video) or "", video.video)
        earlier = copy.videos.setdefault(key, video)
        if earlier is not video:
            message = (
                f"The video is both in {quote(str(earlier.path))} and in {quote(str(video.path))}."
            )
            video_place = Place(file=str(base), subject=video.subject, video=video.video)
            findings.error("frames-ambiguous", message, "Remove one of them.", video_place)
    return copy


def _has_only_sheets(root: Path) -> bool:
    """Return whether a folder has sheets and no folder in which frames could be."""
    content = entries(root)
    if any(is_folder(entry) and not is_annotation_folder(entry.name) for entry in content):
        return False
    return any(
        is_folder(entry) or Path(entry.name).suffix.casefold() in SHEET_SUFFIXES
        for entry in content
    )
