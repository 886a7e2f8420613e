"""The folder layout of a data set on disk, and the videos found in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mebench.datasets.frames.scan_directory import is_folder, is_image, list_entries
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES
from mebench.diagnostics import Findings, Place


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
    """Yield the videos below a base.

    ``findings`` collects unexpected folders, broken links, and folders that cannot be read.
    """
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
