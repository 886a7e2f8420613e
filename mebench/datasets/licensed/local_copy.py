"""A copy on disk: folder layout, videos and spreadsheets, and which root to use instead."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from mebench.datasets.frames.scan_directory import is_folder, is_image, list_entries
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES
from mebench.datasets.spreadsheets.workbook_file import find_sheet
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.protocol import ProtocolDataset
from mebench.protocols.id_matching import canonical_id, subject_from_name


@dataclass(frozen=True, slots=True)
class DiskLayout:
    """The folder layout of a data set.

    ``bases`` are the known paths below the root of the folder that contains the subjects (empty:
    the root itself), of which the first that exists is used. Regular expressions match the folders
    of a ``subject`` (None: the base contains the videos) and of a ``video``, or the name of a file
    without suffix. ``inner`` are the folders between a subject and its videos, level by level; a
    level may be missing. ``frames`` names the subfolder of a video with its frames, if any. Videos
    below ``clip_bases`` are clips, cut from the videos of the sheet; their files keep the frame
    numbers. ``example`` is a typical path, for messages.
    """

    bases: tuple[str, ...]
    subject: str | None
    video: str
    example: str
    inner: tuple[tuple[str, ...], ...] = ()
    frames: tuple[str, ...] = ()
    files: bool = False
    clip_bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """A video on disk, and the folder of its frames or the file; the subject may be empty."""

    subject: str
    video: str
    path: Path

    @property
    def spelled(self) -> str:
        """Subject, if known, and video."""
        return "/".join(filter(None, (self.subject, self.video)))


def entries(folder: Path, findings: Findings | None = None) -> list[os.DirEntry[str]]:
    """Return the entries of a folder as ``list_entries``, without artifacts of systems."""
    return list_entries(folder, findings, _is_junk)


def _is_junk(name: str) -> bool:
    return name.startswith((".", "~$", "@")) or name.casefold() in {"__macosx", "thumbs.db"}


def existing_bases(root: Path, layout: DiskLayout) -> list[Path]:
    """Return the folders below a root that contain videos, in the order of the layout.

    Names alone do not identify a subject: those of CAS(ME)³ are two or three letters.
    """
    bases: list[Path] = []
    for base in layout.bases:
        for path in _descend(root, [part for part in base.split("/") if part]):
            if path not in bases and any(map(_has_frames, find_videos(path, layout))):
                bases.append(path)
    return bases


def _descend(root: Path, parts: list[str]) -> Iterator[Path]:
    """Yield the existing paths that match a relative path in any case."""
    if not parts:
        yield root
        return
    for entry in entries(root):
        if entry.name.casefold() == parts[0].casefold() and is_folder(entry):
            yield from _descend(Path(entry.path), parts[1:])


def _has_frames(video: FoundVideo) -> bool:
    return video.path.is_file() or any(is_image(entry.name) for entry in entries(video.path))


def find_videos(
    base: Path, layout: DiskLayout, findings: Findings | None = None
) -> Iterator[FoundVideo]:
    """Yield the videos below a base; report what does not belong there or cannot be read."""
    if layout.subject is None:
        yield from _videos(base, "", (), layout, findings)
        return
    for entry in entries(base, findings):
        if _is_broken_link(entry, findings) or not is_folder(entry):
            continue
        if _matches(layout.subject, entry.name):
            yield from _videos(Path(entry.path), entry.name, layout.inner, layout, findings)
        else:
            _report_unexpected(entry, layout, findings)


def _videos(
    folder: Path,
    subject: str,
    inner: tuple[tuple[str, ...], ...],
    layout: DiskLayout,
    findings: Findings | None,
) -> Iterator[FoundVideo]:
    """Yield the videos in a folder, those in the folders between first."""
    content = entries(folder, findings)
    between = {name.casefold() for level in inner for name in level}
    for entry in content:
        if entry.name.casefold() in between and is_folder(entry):
            yield from _videos(Path(entry.path), subject, inner[1:], layout, findings)
    for entry in content:
        path = Path(entry.path)
        if entry.name.casefold() in between or _is_broken_link(entry, findings):
            continue
        if layout.files:
            if path.suffix.lower() in VIDEO_SUFFIXES and _matches(layout.video, path.stem):
                yield FoundVideo(subject, path.stem, path)
        elif is_folder(entry):
            if _matches(layout.video, entry.name):
                yield FoundVideo(subject, entry.name, _frames_folder(path, layout))
            else:
                _report_unexpected(entry, layout, findings)


def _matches(pattern: str, name: str) -> bool:
    """Match a full name, in any case; a name that is not UTF-8 cannot be an id."""
    return name.isprintable() and re.fullmatch(pattern, name, re.IGNORECASE) is not None


def _frames_folder(video: Path, layout: DiskLayout) -> Path:
    """Return the folder with the frames of a video: a subfolder, or the video's own folder."""
    names = {name.casefold() for name in layout.frames}
    for entry in entries(video) if names else ():
        if entry.name.casefold() in names and is_folder(entry):
            return Path(entry.path)
    return video


def _is_broken_link(entry: os.DirEntry[str], findings: Findings | None) -> bool:
    """Return whether the target of a link does not exist, or is the link itself; report it."""
    if not entry.is_symlink():
        return False
    with suppress(OSError):
        entry.stat()
        return False
    if findings is not None:
        message = "The target of the link does not exist."
        remedy = "Correct the link, or replace it with its target."
        findings.error("link-broken", message, remedy, Place(file=entry.path))
    return True


def _report_unexpected(
    entry: os.DirEntry[str], layout: DiskLayout, findings: Findings | None
) -> None:
    if findings is not None:
        message = f"The folder does not belong to the data set; a typical path is {layout.example}."
        remedy = "Restore its original name, or move it out of the data set."
        findings.error("folder-unexpected", message, remedy, Place(file=entry.path))


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
    """Find the videos of a copy, or raise an error that names the right folder if one is near."""
    place = Place(file=str(root))
    bases = existing_bases(root, layout)
    if not bases:
        content = entries(root)
        suffixes = {Path(entry.name).suffix.lower() for entry in content}
        only_sheets = not suffixes.isdisjoint(SHEET_SUFFIXES) and not any(map(is_folder, content))
        if needs_frames or not only_sheets:
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


def _wrong_root_error(root: Path, layout: DiskLayout, sheets: Sequence[str]) -> MebenchError:
    better, place = suggest_root(root, layout, sheets), Place(file=str(root))
    if better is not None:
        message = f"The data set is not in this folder, but in {better}."
        return MebenchError.of("root-misplaced", message, f"Use {better} as the root.", place)
    message = f"The folder has no file or folder like {layout.example}."
    remedy = (
        "Use the folder that has the files of the data set as delivered; the data sets page of the "
        "documentation shows the layout."
    )
    return MebenchError.of("root-wrong", message, remedy, place)


def suggest_root(
    root: Path, layout: DiskLayout, sheets: Sequence[str], *, needs_sheet: bool = False
) -> Path | None:
    """Return the nearest folder, above or below, that is a root with frames and sheet.

    If no folder has both, a folder with frames only is returned unless ``needs_sheet``.
    """
    without_sheet = None
    for folder, base in chain(_above(root, layout), _below(root, layout)):
        findings = Findings()
        find_sheet(sheet_folders(folder, base), sheets, "", findings)
        if not sheets or not findings.counts["sheet-missing"]:  # an ambiguous sheet exists, too
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
