"""Find the folder of a copy's subjects or videos by its structure, whatever its name.

The folder is searched in the root and some levels below it. If several fit, full videos come before
clips cut from them, and these before frames that were cropped to the face.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shlex import quote

from mebench.datasets.frames.scan_directory import is_folder, is_image, number_files
from mebench.datasets.licensed.disk_layout import (
    DiskLayout,
    FoundVideo,
    entries,
    find_videos,
    first_image,
    matches,
)
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.util.text import pluralize

DEPTH = 5
"""Levels below the root that are searched for a copy, and above it when the root is too deep."""

MAX_FOLDERS = 50_000
"""Most folders that are opened in this search."""

SAMPLED_VIDEOS = 20
"""Videos whose first file decides whether a copy has full videos or clips."""

FORMS = ("full videos", "cut clips", "cropped frames", "derived images")

_CROPPED = re.compile(r"(?<!un)(?<!not)crop", re.IGNORECASE)
_CROPPED_FILE = re.compile(r"reg_|crop", re.IGNORECASE)
_DERIVED = re.compile(
    r"flow|optical|depth|mask|landmark|align|(?<![a-z])(?:of|diff)(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A folder that fits a layout, and the number of its videos with frames.

    ``form`` is the index of its kind of frames in ``FORMS``.
    """

    base: Path
    layout: DiskLayout
    form: int
    videos: int

    def __str__(self) -> str:
        """Return the path, the kind of frames, and the number of videos."""
        size = pluralize(self.videos, "video")
        return f"{quote(str(self.base))} ({size}, {FORMS[self.form]})"


def find_base(
    root: Path, layouts: Sequence[DiskLayout], findings: Findings
) -> tuple[list[Path], DiskLayout] | None:
    """Return the best folder that fits a layout, and the layout; report which others fit as well.

    Of folders with the same kind of frames, the one with the most videos is the best. The folders
    are several if the data set is divided, and each has videos that no other has.
    """
    found = list(candidates(root, layouts))
    if not found:
        return None
    ranks = {layout: rank for rank, layout in enumerate(layouts)}

    def preference(one: Candidate) -> tuple[int, int, int, int, str]:
        return ranks[one.layout], one.form, -one.videos, len(one.base.parts), str(one.base)

    found.sort(key=preference)
    above = normal_path(root).parent
    if found[0].layout != layouts[0] and fits(above, above, layouts[0]):
        return None  # the root is the folder of a subject
    parts = _parts(found) if found[0].layout.is_divided else found[:1]
    others = [one for one in found if one not in parts]
    if others:
        listed = ", ".join(map(str, others[:5])) + (", …" if others[5:] else "")
        message = f"Frames are read from {' and '.join(map(str, parts))}; not from {listed}."
        remedy = "To read others, name their folder with --root."
        place, kind = Place(file=str(root)), (parts[0].layout, parts[0].form)
        if any((one.layout, one.form) == kind for one in others):
            findings.warning("frames-elsewhere", message, remedy, place)
        else:
            findings.note("frames-elsewhere", message, remedy, place)
    return [part.base for part in parts], parts[0].layout


def _parts(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the first candidate, and those of its kind that have other videos."""
    parts, names = [], set[str]()
    for one in found:
        more = {video.spelled.casefold() for video in find_videos(one.base, one.layout)}
        is_alike = (one.layout, one.form) == (found[0].layout, found[0].form)
        if is_alike and names.isdisjoint(more):
            parts.append(one)
            names |= more
    return parts


def candidates(root: Path, layouts: Sequence[DiskLayout]) -> Iterator[Candidate]:
    """Yield the folders in and below a root that fit a layout, the nearest first."""
    for folder, layout in fitting_folders(root, layouts):
        if layout is not None:
            videos = sum(video.has_frames for video in find_videos(folder, layout))
            yield Candidate(folder, layout, _form_of(root, folder, layout), videos)


def fitting_folders(
    root: Path, layouts: Sequence[DiskLayout]
) -> Iterator[tuple[Path, DiskLayout | None]]:
    """Yield the folders that are neither subjects nor videos, each once, with a layout that fits.

    A folder that has the name of a subject or a video is one if the folder above fits.
    """
    level, seen = [root], {real_path(root)}
    for depth in range(DEPTH + 1):
        next_level: list[Path] = []
        for folder in level:
            layout = next((one for one in layouts if fits(folder, root, one)), None)
            yield folder, layout
            for entry in entries(folder) if depth < DEPTH else ():
                if not is_folder(entry) or _belongs(layout, entry.name):
                    continue
                real = real_path(entry.path)
                if real in seen:
                    continue
                seen.add(real)
                if len(seen) > MAX_FOLDERS:
                    return
                if first_image(Path(entry.path)) is None:
                    next_level.append(Path(entry.path))
        level = next_level


def _belongs(layout: DiskLayout | None, name: str) -> bool:
    """Return whether a folder in a folder that fits a layout is a subject or a video."""
    if layout is None or layout.files:
        return False
    return matches(layout.subject or layout.video, name)


def fits(folder: Path, root: Path, layout: DiskLayout) -> bool:
    """Return whether a folder contains videos of a layout with frames.

    Names alone do not decide: those of CAS(ME)³ are single letters.
    """
    if layout.names and folder != root and folder.name.casefold() not in layout.names:
        return False
    if layout.other_words and _last_word(folder, root, layout) in layout.other_words:
        return False
    if layout.foreign is not None and _is_foreign(folder, layout):
        return False
    return any(video.has_frames for video in find_videos(folder, layout))


def _is_foreign(folder: Path, layout: DiskLayout) -> bool:
    """Return whether the videos are those of another data set with the same layout."""
    names = [video.video for video in find_videos(folder, layout)]
    foreign, typical = (
        sum(matches(pattern or "", name) for name in names)
        for pattern in (layout.foreign, layout.typical)
    )
    return foreign > typical


def _last_word(folder: Path, root: Path, layout: DiskLayout) -> str | None:
    """Return the camera or part that the path of a folder, from the root on, names last."""
    words = {str(layout.word), *layout.other_words}
    for part in reversed(_parts_below(folder, root)):
        named = [word for word in re.split(r"[^a-z0-9]+", part.casefold()) if word in words]
        if named:
            return named[-1]
    return None


def _parts_below(folder: Path, root: Path) -> tuple[str, ...]:
    """Return the names of a folder and of those above it, up to the root."""
    upper = (normal_path(root).name,)
    return (*upper, *folder.relative_to(root).parts) if root in folder.parents else upper


def normal_path(folder: Path) -> Path:
    """Return an absolute path without ``..``; links are kept, since users know their names."""
    return Path(os.path.normpath(folder.absolute()))


def real_path(path: Path | str) -> Path:
    """Return the path that all links to a file or folder share."""
    return Path(path).resolve()


def _form_of(root: Path, base: Path, layout: DiskLayout) -> int:
    """Return the kind of frames: by the names of folders and files, and by the first numbers."""
    upper = base.relative_to(root).parts
    videos = list(islice((one for one in find_videos(base, layout) if one.has_frames), 1))
    is_cropped_file = not layout.files and any(
        _CROPPED_FILE.match(first_image(video.path) or "") for video in videos
    )
    if any(map(_DERIVED.search, upper)):
        return 3
    if is_cropped_file or any(map(_CROPPED.search, upper)):
        return 2
    counts_from_one = layout.counts_from_one
    return int(layout.is_clip_release or (counts_from_one and is_cut(find_videos(base, layout))))


def first_numbers(videos: Iterable[FoundVideo]) -> list[int]:
    """Return the numbers of the first files of the first videos."""
    return [
        next(iter(numbers))
        for video in islice(videos, SAMPLED_VIDEOS)
        if (numbers := number_files(entry.name for entry in entries(video.path)).by_number)
    ]


def is_cut(videos: Iterable[FoundVideo]) -> bool:
    """Return whether most videos are clips: their first file is not number 0 or 1."""
    firsts = first_numbers(videos)
    return 2 * sum(first > 1 for first in firsts) > len(firsts)


def wrong_root_error(root: Path, layouts: Sequence[DiskLayout]) -> MebenchError:
    """Return the error for a root in which nothing fits: the right folder, or what is there."""
    place, example = Place(file=str(root)), layouts[0].example
    better = _root_above(root, layouts)
    if better is not None:
        where = quote(str(better))
        message = f"The folder is inside the data set, which begins in {where}."
        return MebenchError.of("root-misplaced", message, f"Use --root {where}.", place)
    message = f"The folder has no file or folder like {example}. {_what_is_there(root)}"
    remedy = (
        f"Name the folder of the data set, or one at most {DEPTH} levels above it, with --root. "
        "Frames are PNG, JPEG or BMP files; the data sets page of the documentation shows the "
        "layouts."
    )
    return MebenchError.of("root-wrong", message, remedy, place)


def _root_above(root: Path, layouts: Sequence[DiskLayout]) -> Path | None:
    folder = normal_path(root)
    for layout in layouts:
        for parent in list(folder.parents)[:DEPTH]:
            is_named = not layout.names or parent.name.casefold() in layout.names
            if is_named and fits(parent, parent, layout):
                is_part = (
                    layout.is_divided and len(_parts([*candidates(parent.parent, [layout])])) > 1
                )
                return parent.parent if is_part else parent
    return None


def _what_is_there(root: Path) -> str:
    """Return what was found in a folder: the first images, or the first folders."""
    level, opened = [root], 0
    while level and opened <= MAX_FOLDERS:
        next_level: list[Path] = []
        for folder in level[: MAX_FOLDERS + 1 - opened]:
            opened += 1
            content = entries(folder)
            image = next((entry for entry in content if is_image(entry.name)), None)
            if image is not None:
                example = quote(str(Path(image.path).relative_to(root)))
                return f"The first images found are such as {example}."
            # A link may lead back to a folder above.
            next_level += [
                Path(entry.path) for entry in content if is_folder(entry) and not entry.is_symlink()
            ]
        level = next_level
    if opened > MAX_FOLDERS:
        return f"The search stopped after {MAX_FOLDERS:,} folders: name a folder further down."
    names = [entry.name for entry in entries(root)]
    if not names:
        return "The folder is empty, or cannot be read."
    listed = ", ".join(quote(name) for name in names[:5])
    return f"It has {pluralize(len(names), 'entry', 'entries')} without images, such as {listed}."
