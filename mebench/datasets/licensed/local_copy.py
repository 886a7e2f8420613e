"""A copy of a data set on disk: its folders, videos and spreadsheets; hints for a wrong root."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from mebench.datasets.frames.scan_directory import is_folder
from mebench.datasets.licensed.disk_layout import (
    DiskLayout,
    FoundVideo,
    entries,
    existing_bases,
    find_videos,
)
from mebench.datasets.spreadsheets.workbook_file import find_sheet
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.protocol import ProtocolDataset
from mebench.protocols.id_matching import canonical_id, subject_from_name

DEPTH = 4
"""Levels above and below a wrong root that are searched for the right one."""

MAX_FOLDERS = 5000
"""Most folders that are opened in this search."""

SHEET_SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".tsv")
"""Suffixes of sheets in a copy without frames; a .txt could be any file."""

NormalizedName = tuple[str, str]
"""Subject and video, normalized by the alias rules of the protocol."""


@dataclass(slots=True)
class LocalCopy:
    """A copy on disk: its root, the base with the subjects, its videos, and the sheets read.

    The base is None if there are sheets but no frames; ``rule`` has the alias rules.
    """

    root: Path
    base: Path | None
    rule: ProtocolDataset
    layout: DiskLayout
    videos: dict[NormalizedName, FoundVideo] = field(default_factory=dict)
    sheets: list[Path] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        """Whether its videos are clips that were cut from the videos of the sheet."""
        name = "" if self.base is None else self.base.absolute().name
        return name.casefold() in {base.casefold() for base in self.layout.clip_bases}

    def key(self, subject: str, video: str) -> NormalizedName:
        """Return the normalized name of a video."""
        return canonical_id(self.rule.subjects, subject), canonical_id(self.rule.videos, video)

    def find(self, subject: str, video: str) -> FoundVideo | None:
        """Return a video on disk; by its own name if no folder names the subject."""
        key = self.key(subject, video)
        return self.videos.get(key) or self.videos.get(("", key[1]))

    def find_sheet(self, patterns: Sequence[str], what: str, findings: Findings) -> Path | None:
        """Find a sheet in the root, in the folder of the subjects, or between them."""
        path = find_sheet(sheet_folders(self.root, self.base), patterns, what, findings)
        if path is not None:
            self.sheets.append(path)
        return path

    def required_sheet(self, patterns: Sequence[str], what: str, findings: Findings) -> Path:
        """Find a sheet that must exist; if it is above the root, name the right folder."""
        sheet_findings = Findings()
        path = self.find_sheet(patterns, what, sheet_findings)
        if path is not None:
            return path
        better = None
        if self.base is not None and sheet_findings.counts["sheet-missing"]:
            better = suggest_root(self.root, self.layout, patterns, needs_sheet=True)
        if better is None:
            for finding in sheet_findings.kept:
                findings.add(finding)
        else:
            message = f"The folder has the frames, but {what} is above it, in {better}."
            remedy = f"Use {better} as the root."
            findings.error("root-misplaced", message, remedy, Place(file=str(self.root)))
        raise MebenchError(findings.kept, findings.omitted)


def open_copy(
    root: Path,
    layout: DiskLayout,
    sheets: Sequence[str],
    rule: ProtocolDataset,
    findings: Findings,
    *,
    needs_frames: bool,
) -> LocalCopy:
    """Find the videos of a copy, which may consist of its sheets if it needs no frames.

    If the root is wrong, the error names the right folder, if there is one nearby.
    """
    place = Place(file=str(root))
    bases = existing_bases(root, layout)
    if not bases:
        if needs_frames or not _has_only_sheets(root):
            raise _wrong_root_error(root, layout, sheets)
        message = "The folder has sheets, but no frames."
        remedy = f"Store frames as in {layout.example}. Scoring needs the sheets only."
        findings.error("frames-none", message, remedy, place)
        return LocalCopy(root, None, rule, layout)
    base, *others = bases
    if others:
        ignored = " and ".join(map(str, others))
        message = f"Frames are read from {base}; those in {ignored} are ignored."
        remedy = f"Move frames that should be read to {base}."
        findings.note("frames-elsewhere", message, remedy, place)
    copy = LocalCopy(root, base, rule, layout)
    for video in list(find_videos(base, layout, findings)):
        key = copy.key(video.subject or subject_from_name(rule, video.video) or "", video.video)
        earlier = copy.videos.setdefault(key, video)
        if earlier is not video:
            message = f"The video is both in {earlier.path} and in {video.path}."
            video_place = Place(file=str(base), subject=video.subject, video=video.video)
            findings.error("frames-ambiguous", message, "Remove one of them.", video_place)
    return copy


def _has_only_sheets(root: Path) -> bool:
    """Return whether a folder has sheets and no folders, which is enough for scoring."""
    content = entries(root)
    has_sheet = any(Path(entry.name).suffix.lower() in SHEET_SUFFIXES for entry in content)
    return has_sheet and not any(map(is_folder, content))


def _wrong_root_error(root: Path, layout: DiskLayout, sheets: Sequence[str]) -> MebenchError:
    better = suggest_root(root, layout, sheets)
    if better is not None:
        code, remedy = "root-misplaced", f"Use {better} as the root."
        message = f"The data set is not in this folder, but in {better}."
    else:
        code, message = "root-wrong", f"The folder has no file or folder like {layout.example}."
        remedy = (
            "Use the folder that has the files of the data set as delivered; the data sets page of "
            "the documentation shows the layout."
        )
    return MebenchError.of(code, message, remedy, Place(file=str(root)))


def suggest_root(
    root: Path, layout: DiskLayout, sheets: Sequence[str], *, needs_sheet: bool = False
) -> Path | None:
    """Return the nearest folder, above or below, that is a root with frames and sheet.

    If no folder has both, a folder with frames only is returned unless ``needs_sheet``.
    """
    without_sheet = None
    for folder, base in chain(_above(root, layout), _below(root, layout)):
        if not sheets or _has_sheet(sheet_folders(folder, base), sheets):
            return folder
        without_sheet = without_sheet or folder
    # Any folder may have video files: they alone do not identify the data set.
    return None if needs_sheet or layout.files else without_sheet


def sheet_folders(root: Path, base: Path | None) -> list[Path]:
    """Return the folders of sheets: the root, the folder of the subjects, and those between."""
    if base is None or root not in base.parents:
        return [root]
    path = [base, *base.parents]
    return path[path.index(root) :: -1]


def _has_sheet(folders: Sequence[Path], sheets: Sequence[str]) -> bool:
    findings = Findings()
    find_sheet(folders, sheets, "", findings)
    return not findings.counts["sheet-missing"]  # an ambiguous sheet exists, too


def _above(root: Path, layout: DiskLayout) -> Iterator[tuple[Path, Path]]:
    """Yield the folders above that are roots, with their bases, which the folder is in or above."""
    folder = Path(os.path.normpath(root.absolute()))  # not resolved: users know the links' names
    for parent in list(folder.parents)[: DEPTH + 1]:
        for base in existing_bases(parent, layout):
            if folder == base or base in folder.parents or folder in base.parents:
                yield parent, base


def _below(root: Path, layout: DiskLayout) -> Iterator[tuple[Path, Path]]:
    """Yield the folders below that are roots, with their bases, the nearest first."""
    level, opened = [root], 0
    for _ in range(DEPTH):
        next_level: list[Path] = []
        for folder in level:
            opened += 1
            if opened > MAX_FOLDERS:
                return
            next_level += [Path(entry.path) for entry in entries(folder) if is_folder(entry)]
        for folder in next_level[:MAX_FOLDERS]:
            for base in existing_bases(folder, layout):
                yield folder, base
        level = next_level
