"""The videos that are there: folders of frames, or files, below the folder of the subjects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench.datasets.frames.entries import is_folder
from mebench.datasets.frames.file import VIDEO_SUFFIXES
from mebench.datasets.licensed.layout import (
    DiskLayout,
    between_names,
    entries,
    frames_folder,
    matches_name,
)
from mebench.diagnostics import Findings, Place


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
        Of :func:`~mebench.datasets.licensed.pointing.find_base`.
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
