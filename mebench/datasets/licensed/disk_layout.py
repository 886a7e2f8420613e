"""The folder layouts of a data set, and the videos that a folder with such a layout contains.

A layout states the shape of a copy: subjects, videos, frames. It does not state where the copy
begins, since researchers rename, nest and move its upper folders.
"""

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
    """A folder layout of a data set.

    Regular expressions match the folders of a ``subject`` (None: the base contains the videos) and
    of a ``video``, or the name of a file without suffix; case is ignored. ``inner`` are the folders
    between a subject, or the base, and the videos, level by level; a level may be missing, unless
    it is ``required``. Those named by ``beside`` belong to the data set, but are not read.
    ``frames`` names the subfolder of a video with its frames, if any.

    ``files`` says that videos are files. With ``names``, only the root and folders of these names
    are considered, because others could fit as well. ``word`` is the camera or part that the upper
    folders may name, ``other_words`` are those of other data sets with the same layout. If names of
    videos differ from those of such a data set, ``typical`` matches those that it hardly has, and
    ``foreign`` those that hardly occur here: the more frequent ones decide.

    ``is_divided`` says that the data set may be in several folders, such as training and test set.
    ``counts_from_one`` says that the first file of a full video is number 0 or 1, and
    ``is_clip_release`` that each video is one expression, cut out of a video of the sheet.
    ``example`` is a typical path, for messages.
    """

    subject: str | None
    video: str
    example: str
    inner: tuple[tuple[str, ...], ...] = ()
    required: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    files: bool = False
    names: tuple[str, ...] = ()
    word: str | None = None
    other_words: tuple[str, ...] = ()
    typical: str | None = None
    foreign: str | None = None
    is_divided: bool = False
    counts_from_one: bool = False
    is_clip_release: bool = False


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

    @property
    def has_frames(self) -> bool:
        """Whether there is a file, or an image in the folder."""
        return self.path.is_file() or first_image(self.path) is not None


def entries(folder: Path, findings: Findings | None = None) -> list[os.DirEntry[str]]:
    """Return the entries of a folder as ``list_entries``, without artifacts of systems."""
    return list_entries(folder, findings, _is_junk)


def _is_junk(name: str) -> bool:
    return name.startswith((".", "~$", "@")) or name.casefold() in {"__macosx", "thumbs.db"}


def first_image(folder: Path) -> str | None:
    """Return the name of any image in a folder, without listing all of them."""
    with suppress(OSError), os.scandir(folder) as listed:
        return next((entry.name for entry in listed if is_image(entry.name)), None)
    return None


def matches(pattern: str, name: str) -> bool:
    """Match a complete name, in any case; a name that is not UTF-8 cannot be an id."""
    return name.isprintable() and re.fullmatch(pattern, name, re.IGNORECASE) is not None


def find_videos(
    base: Path, layout: DiskLayout, findings: Findings | None = None
) -> Iterator[FoundVideo]:
    """Yield the videos below a base; report what does not belong there or cannot be read."""
    if layout.subject is None:
        yield from _videos(base, "", layout.inner, layout, findings)
        return
    for entry in entries(base, findings):
        if _is_broken_link(entry, findings) or not is_folder(entry):
            continue
        if matches(layout.subject, entry.name):
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
    is_deeper = not between.isdisjoint(layout.required)
    for entry in content:
        path = Path(entry.path)
        if entry.name.casefold() in between or _is_broken_link(entry, findings):
            continue
        if is_deeper:
            if is_folder(entry):
                _report_unexpected(entry, layout, findings)
        elif layout.files:
            if path.suffix.lower() in VIDEO_SUFFIXES and matches(layout.video, path.stem):
                yield FoundVideo(subject, path.stem, path)
        elif is_folder(entry):
            if matches(layout.video, entry.name):
                yield FoundVideo(subject, entry.name, _frames_folder(path, layout))
            else:
                _report_unexpected(entry, layout, findings)


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
    if findings is not None and entry.name.casefold() not in layout.beside:
        message = f"The folder does not belong to the data set; a typical path is {layout.example}."
        remedy = "Restore its original name, or move it out of the data set."
        findings.error("folder-unexpected", message, remedy, Place(file=entry.path))
