"""The folder layout of a data set on disk, and the videos found in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench.datasets.frames.scan_directory import is_folder, is_image, list_entries
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES
from mebench.diagnostics import Findings, Place


@dataclass(frozen=True, slots=True)
class DiskLayout:
    """The folder layout of a data set.

    Attributes
    ----------
    bases : tuple of str
        Known paths below the root of the folder that contains the subjects; an empty one is the
        root itself. The first that exists is used.
    subject : str or None
        Regular expression for a subject's folder; None if the base contains the videos.
    inner : tuple of tuple of str
        Names of the folders between a subject and its videos, level by level; a level may be
        missing.
    video : str
        Regular expression for a video's folder, or for the name of a file without suffix.
    frames : tuple of str
        Names of the subfolder of a video with its frames, if there is one.
    files : bool
        Whether videos are files.
    clip_bases : tuple of str
        Bases whose videos are clips that were cut from the videos of the sheet; their files keep
        the frame numbers.
    example : str
        A typical path of a frame or video, for messages.
    """

    bases: tuple[str, ...]
    subject: str | None
    video: str
    example: str
    inner: tuple[tuple[str, ...], ...] = ()
    frames: tuple[str, ...] = ()
    files: bool = False
    clip_bases: tuple[str, ...] = ()

    @property
    def first_level(self) -> str:
        """Regular expression for the folders in the base: subjects or videos."""
        return self.video if self.subject is None else self.subject


def existing_bases(root: Path, layout: DiskLayout) -> list[Path]:
    """Return the folders below a root that contain subjects, in the order of the layout."""
    bases: list[Path] = []
    for base in layout.bases:
        for path in _descend(root, [part for part in base.split("/") if part]):
            if path not in bases and _is_base(path, layout):
                bases.append(path)
    return bases


def is_junk(name: str) -> bool:
    """Return whether an entry is an artifact of operating systems or archives."""
    return name.startswith((".", "~$", "@")) or name.casefold() in {"__macosx", "thumbs.db"}


def entries(folder: Path, findings: Findings | None = None) -> list[os.DirEntry[str]]:
    """Return the entries of a folder, without artifacts of operating systems.

    Parameters
    ----------
    folder, findings
        As in :func:`mebench.datasets.frames.scan_directory.list_entries`.
    """
    return list_entries(folder, findings, is_junk)


def matches_name(pattern: str, name: str) -> re.Match[str] | None:
    """Match a full name, in any case; a name that is not UTF-8 cannot be an id."""
    return re.fullmatch(pattern, name, re.IGNORECASE) if name.isprintable() else None


def _is_base(folder: Path, layout: DiskLayout) -> bool:
    """Return whether a folder contains a subject with a video, or a video.

    Names alone do not identify a subject: those of CAS(ME)³ are two or three letters.
    """
    for entry in entries(folder):
        path = Path(entry.path)
        if layout.files:
            if path.suffix.lower() in VIDEO_SUFFIXES and matches_name(layout.video, path.stem):
                return True
        elif matches_name(layout.first_level, entry.name) and is_folder(entry):
            if layout.subject is None:
                if _has_frames(path, layout):
                    return True
            elif _has_video(path, layout.inner, layout):
                return True
    return False


def _has_video(folder: Path, inner: tuple[tuple[str, ...], ...], layout: DiskLayout) -> bool:
    between = between_names(inner)
    for entry in filter(is_folder, entries(folder)):
        path = Path(entry.path)
        if entry.name.casefold() in between:
            if _has_video(path, inner[1:], layout):
                return True
        elif matches_name(layout.video, entry.name) and _has_frames(path, layout):
            return True
    return False


def _has_frames(video: Path, layout: DiskLayout) -> bool:
    return any(is_image(entry.name) for entry in entries(frames_folder(video, layout)))


def frames_folder(video: Path, layout: DiskLayout) -> Path:
    """Return the folder with the frames of a video: a subfolder, or the video's own folder."""
    names = {name.casefold() for name in layout.frames}
    for entry in entries(video) if names else ():
        if entry.name.casefold() in names and is_folder(entry):
            return Path(entry.path)
    return video


def between_names(inner: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """Return the lower-case names of folders between a subject and its videos."""
    return frozenset(name.casefold() for level in inner for name in level)


def _descend(root: Path, parts: list[str]) -> Iterator[Path]:
    """Yield the existing paths that match a relative path in any case."""
    if not parts:
        yield root
        return
    for entry in entries(root):
        if entry.name.casefold() == parts[0].casefold() and is_folder(entry):
            yield from _descend(Path(entry.path), parts[1:])


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """A video on disk.

    Attributes
    ----------
    subject, video : str
        The names of its folders; the subject is empty if no folder names it.
    path : Path
        The folder with its frames, or the file.
    """

    subject: str
    video: str
    path: Path

    @property
    def spelled(self) -> str:
        """Subject, if known, and video."""
        return "/".join(filter(None, (self.subject, self.video)))


def find_videos(base: Path, layout: DiskLayout, findings: Findings) -> list[FoundVideo]:
    """Return the videos below a folder.

    Parameters
    ----------
    base : Path
        The folder, from :func:`~mebench.datasets.licensed.local_copy.find_base`.
    layout : DiskLayout
        The folder layout.
    findings : Findings
        Collects unexpected folders, broken links, and folders that cannot be read.
    """
    if layout.subject is None:
        return list(_videos(base, "", layout, findings))
    videos: list[FoundVideo] = []
    for entry in entries(base, findings):
        if _report_broken_link(entry, findings) or not is_folder(entry):
            continue
        if matches_name(layout.subject, entry.name):
            videos += _subject_videos(Path(entry.path), entry.name, layout.inner, layout, findings)
        else:
            _report_unexpected(entry, layout, findings)
    return videos


def _subject_videos(
    folder: Path,
    subject: str,
    inner: tuple[tuple[str, ...], ...],
    layout: DiskLayout,
    findings: Findings,
) -> Iterator[FoundVideo]:
    """Yield the videos of a subject, including those in folders between."""
    between = between_names(inner)
    for entry in entries(folder):
        if entry.name.casefold() in between and is_folder(entry):
            yield from _subject_videos(Path(entry.path), subject, inner[1:], layout, findings)
    yield from _videos(folder, subject, layout, findings, between)


def _videos(
    folder: Path,
    subject: str,
    layout: DiskLayout,
    findings: Findings,
    between: frozenset[str] = frozenset(),
) -> Iterator[FoundVideo]:
    for entry in entries(folder, findings):
        if entry.name.casefold() in between or _report_broken_link(entry, findings):
            continue
        path = Path(entry.path)
        if layout.files:
            if path.suffix.lower() in VIDEO_SUFFIXES and matches_name(layout.video, path.stem):
                yield FoundVideo(subject, path.stem, path)
        elif is_folder(entry):
            if matches_name(layout.video, entry.name):
                yield FoundVideo(subject, entry.name, frames_folder(path, layout))
            else:
                _report_unexpected(entry, layout, findings)


def _report_broken_link(entry: os.DirEntry[str], findings: Findings) -> bool:
    """Report a link whose target does not exist, or is the link itself."""
    if not entry.is_symlink() or target_exists(Path(entry.path)):
        return False
    findings.error(
        "link-broken",
        "The target of the link does not exist.",
        "Correct the link, or replace it with its target.",
        Place(file=entry.path),
    )
    return True


def target_exists(path: Path) -> bool:
    """Return whether a path exists, following links."""
    try:
        path.stat()
    except (OSError, RuntimeError):  # RuntimeError: a link to itself
        return False
    return True


def _report_unexpected(entry: os.DirEntry[str], layout: DiskLayout, findings: Findings) -> None:
    findings.error(
        "folder-unexpected",
        f"The folder does not belong to the data set; a typical path is {layout.example}.",
        "Restore its original name, or move it out of the data set.",
        Place(file=entry.path),
    )
