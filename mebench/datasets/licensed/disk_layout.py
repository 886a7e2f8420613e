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
    """Where the frames of a data set lie.

    Attributes
    ----------
    bases : tuple of str
        Paths below the root, in circulation, of the folder that holds the subjects; an empty one is
        the root itself. The first that is there counts.
    subject : str or None
        Regular expression for a subject's folder; None where videos lie in the base itself.
    inner : tuple of tuple of str
        Names of the folders between a subject and its videos, level by level; a level may be
        missing.
    video : str
        Regular expression for a video's folder, or for a file's name without suffix.
    frames : tuple of str
        Names of the folder within a video's that holds its frames, where there is one.
    files : bool
        Whether videos are files.
    cut : tuple of str
        Names of bases whose videos are clips, cut out of those that the sheet is about; their files
        keep the numbers.
    example : str
        What a path to a video looks like.
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
        """What the base holds: subjects, or videos."""
        return self.video if self.subject is None else self.subject


def existing_bases(root: Path, layout: DiskLayout) -> list[Path]:
    """Return the folders below a root that hold subjects, in the layout's order."""
    found: list[Path] = []
    for base in layout.bases:
        for path in _descend(root, [part for part in base.split("/") if part]):
            if path not in found and _is_base(path, layout):
                found.append(path)
    return found


def is_junk(name: str) -> bool:
    """Tell whether an entry is one that operating systems and archives leave behind."""
    return name.startswith((".", "~$", "@")) or name.casefold() in {"__macosx", "thumbs.db"}


def entries(folder: Path, findings: Findings | None = None) -> list[os.DirEntry[str]]:
    """Return what a folder holds, without what systems leave behind.

    Parameters
    ----------
    folder, findings
        As in :func:`mebench.datasets.frames.scan_directory.list_entries`.
    """
    return list_entries(folder, findings, is_junk)


def matches_name(pattern: str, name: str) -> re.Match[str] | None:
    """Match a whole name, whatever its case; one that is no UTF-8 cannot be an id."""
    return re.fullmatch(pattern, name, re.IGNORECASE) if name.isprintable() else None


def _is_base(folder: Path, layout: DiskLayout) -> bool:
    """Tell whether a folder holds a subject with a video, or a video: one that is no other's.

    The names alone are not enough: those of CAS(ME)³'s subjects are two or three letters.
    """
    for one in entries(folder):
        path = Path(one.path)
        if layout.files:
            if path.suffix.lower() in VIDEO_SUFFIXES and matches_name(layout.video, path.stem):
                return True
        elif matches_name(layout.first_level, one.name) and is_folder(one):
            if layout.subject is None:
                if _has_frames(path, layout):
                    return True
            elif _has_video(path, layout.inner, layout):
                return True
    return False


def _has_video(folder: Path, inner: tuple[tuple[str, ...], ...], layout: DiskLayout) -> bool:
    between = between_names(inner)
    for one in filter(is_folder, entries(folder)):
        if one.name.casefold() in between:
            if _has_video(Path(one.path), inner[1:], layout):
                return True
        elif matches_name(layout.video, one.name) and _has_frames(Path(one.path), layout):
            return True
    return False


def _has_frames(video: Path, layout: DiskLayout) -> bool:
    return any(is_image(one.name) for one in entries(frames_folder(video, layout)))


def frames_folder(video: Path, layout: DiskLayout) -> Path:
    """Return the folder within a video's that holds its frames; it may be the same."""
    wanted = {name.casefold() for name in layout.frames}
    for entry in entries(video) if wanted else ():
        if entry.name.casefold() in wanted and is_folder(entry):
            return Path(entry.path)
    return video


def between_names(inner: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    """Return the names, in small letters, of folders that may lie before a subject's videos."""
    return frozenset(name.casefold() for level in inner for name in level)


def _descend(root: Path, parts: list[str]) -> Iterator[Path]:
    """Yield the paths that a relative path can mean, whatever the case of its parts."""
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
        The names of its folders; the subject is empty where no folder names it.
    path : Path
        The folder of its frames, or the file.
    """

    subject: str
    video: str
    path: Path

    @property
    def spelled(self) -> str:
        """Subject and video, as far as the folders say."""
        return "/".join(filter(None, (self.subject, self.video)))


def find_videos(base: Path, layout: DiskLayout, findings: Findings) -> list[FoundVideo]:
    """Return the videos below a folder.

    Parameters
    ----------
    base : Path
        Of :func:`~mebench.datasets.licensed.local_copy.find_base`.
    layout : DiskLayout
        How they lie.
    findings : Findings
        Takes in folders that are none of the data set's, links that lead nowhere, and folders that
        cannot be read.
    """
    if layout.subject is None:
        return list(_videos(base, "", layout, findings))
    found: list[FoundVideo] = []
    for entry in entries(base, findings):
        if _report_broken_link(entry, findings) or not is_folder(entry):
            continue
        if matches_name(layout.subject, entry.name):
            found += _subject_videos(Path(entry.path), entry.name, layout.inner, layout, findings)
        else:
            _report_unexpected(entry, layout, findings)
    return found


def _subject_videos(
    folder: Path,
    subject: str,
    inner: tuple[tuple[str, ...], ...],
    layout: DiskLayout,
    findings: Findings,
) -> Iterator[FoundVideo]:
    """Yield the videos of a subject, through the folders that may lie between."""
    between = between_names(inner)
    deeper = [one for one in entries(folder) if one.name.casefold() in between and is_folder(one)]
    for entry in deeper:
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
    """Report a link that leads nowhere, or back to itself."""
    if not entry.is_symlink() or leads_somewhere(Path(entry.path)):
        return False
    findings.error(
        "link-broken",
        "The link leads nowhere.",
        "Mend it, or put what it stood for in its place.",
        Place(file=entry.path),
    )
    return True


def leads_somewhere(path: Path) -> bool:
    """Tell whether there is something at a path; links are followed."""
    try:
        path.stat()
    except (OSError, RuntimeError):  # a link that leads back to itself
        return False
    return True


def _report_unexpected(entry: os.DirEntry[str], layout: DiskLayout, findings: Findings) -> None:
    findings.error(
        "folder-unexpected",
        f"The folder has no name that the data set gives: {layout.example} is one.",
        "Give it the name that it was delivered with, or move it out of the data set.",
        Place(file=entry.path),
    )
