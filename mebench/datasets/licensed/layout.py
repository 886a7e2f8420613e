"""How a data set lies on disk, and which folder a user who pointed beside it should point to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mebench.datasets.frames.file import VIDEO_SUFFIXES
from mebench.diagnostics import Findings, MebenchError, Place

DEPTH = 4
"""So many levels below the root are looked at for the data set's own folder."""

MOST_FOLDERS = 5000
"""So many folders are opened in that search."""


@dataclass(frozen=True, slots=True)
class Layout:
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

    @property
    def first_level(self) -> str:
        """What the base holds: subjects, or videos."""
        return self.video if self.subject is None else self.subject


def find_base(root: Path, layout: Layout) -> Path:
    """Return the folder that holds the subjects.

    Raises
    ------
    MebenchError
        ``root-misplaced``, which says where to point instead, or ``root-wrong``.
    """
    found = bases_in(root, layout)
    if found:
        return found[0]
    better = _above(root, layout) or _below(root, layout)
    if better is not None:
        raise MebenchError.of(
            "root-misplaced",
            f"The data set does not lie in this folder, but in {better}.",
            f"Point to {better}.",
            Place(file=str(root)),
        )
    raise MebenchError.of(
        "root-wrong",
        f"The folder holds nothing like {layout.example}.",
        "Point to the folder that holds what the data set was delivered as; the data sets page of "
        "the documentation shows it.",
        Place(file=str(root)),
    )


def bases_in(root: Path, layout: Layout) -> list[Path]:
    """Return the folders below a root that hold subjects, in the layout's order."""
    found: list[Path] = []
    for base in layout.bases:
        for path in _descend(root, [part for part in base.split("/") if part]):
            if path not in found and _is_base(path, layout):
                found.append(path)
    return found


def junk(name: str) -> bool:
    """Tell whether an entry is one that operating systems and archives leave behind."""
    return name.startswith((".", "~$", "@")) or name.casefold() in {"__macosx", "thumbs.db"}


def entries(folder: Path, findings: Findings | None = None) -> list[os.DirEntry[str]]:
    """Return what a folder holds, in alphabetical order, without what systems leave behind.

    Parameters
    ----------
    folder : Path
        The folder.
    findings : Findings, optional
        Takes in that it cannot be read; without it, there is nothing in it.
    """
    try:
        with os.scandir(folder) as found:
            return sorted(
                (one for one in found if not junk(one.name)), key=lambda entry: entry.name
            )
    except OSError as error:
        if findings is not None:
            findings.error(
                "video-unreadable",
                f"The folder cannot be read: {error.strerror}.",
                "Check that you may read it.",
                Place(file=str(folder)),
            )
        return []


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder or leads to one; links are followed."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False


def matches(pattern: str, name: str) -> re.Match[str] | None:
    """Match a whole name, whatever its case."""
    return re.fullmatch(pattern, name, re.IGNORECASE)


def _is_base(folder: Path, layout: Layout) -> bool:
    pattern = layout.first_level
    if layout.files and layout.subject is None:
        return any(
            matches(pattern, Path(one.name).stem)
            and Path(one.name).suffix.lower() in VIDEO_SUFFIXES
            for one in entries(folder)
        )
    return any(matches(pattern, one.name) and is_folder(one) for one in entries(folder))


def _descend(root: Path, parts: list[str]) -> Iterator[Path]:
    """Yield the paths that a relative path can mean, whatever the case of its parts."""
    if not parts:
        yield root
        return
    for entry in entries(root):
        if entry.name.casefold() == parts[0].casefold() and is_folder(entry):
            yield from _descend(Path(entry.path), parts[1:])


def _above(root: Path, layout: Layout) -> Path | None:
    """Return the folder above that should have been named, for a root that lies in its base."""
    here = Path(os.path.normpath(root.absolute()))  # links stay: the user knows those names
    for parent in list(here.parents)[: DEPTH + 1]:
        if any(here == base or base in here.parents for base in bases_in(parent, layout)):
            return parent
    return None


def _below(root: Path, layout: Layout) -> Path | None:
    """Return the nearest folder below that is a root of the data set."""
    level, opened = [root], 0
    for _ in range(DEPTH):
        deeper: list[Path] = []
        for folder in level:
            opened += 1
            if opened > MOST_FOLDERS:
                return None
            deeper += [Path(one.path) for one in entries(folder) if is_folder(one)]
        for folder in deeper[:MOST_FOLDERS]:
            if bases_in(folder, layout):
                return folder
        level = deeper
    return None
