"""A first look at a folder of frames: no picture is decoded, and two files are read.

Names and sizes of all files come from one pass over the folder. The first and the last file are
read, since a copy that was stopped shows there.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.frames.headers import parse_image_header
from mebench.datasets.frames.images import read_content, unreadable_frame
from mebench.datasets.frames.numbers import format_ranges, is_image
from mebench.diagnostics import Findings, MebenchError
from mebench.wording import pluralize

if TYPE_CHECKING:
    from mebench.datasets.frames.folder import FolderVideo


def check_frame_files(video: FolderVideo, findings: Findings) -> None:
    """Report what is wrong with a folder of frames, as far as that shows without decoding.

    Parameters
    ----------
    video : FolderVideo
        The folder.
    findings : Findings
        Takes in what is wrong.

    Raises
    ------
    MebenchError
        If it cannot be listed, holds no frame, or its numbers are none.
    """
    _ = video.n_frames
    _report_numbers(video, findings)
    _report_gaps(video, findings)
    sound = _intact_files(video, findings)
    if not sound:
        return
    sizes: dict[int, tuple[int, int]] = {}
    for number in dict.fromkeys((sound[0], sound[-1])):
        try:
            _report_ends(video, number, sizes, findings)
        except MebenchError as error:
            findings.extend_from(error)
    _report_sizes(video, sizes, findings)


def _report_numbers(video: FolderVideo, findings: Findings) -> None:
    files = video.files
    if files.unnumbered:
        findings.warning(
            "frame-unnumbered",
            f"{len(files.unnumbered)} of the images have no number and were ignored, such as "
            f"{files.unnumbered[0]!r}.",
            "",
            video.place(),
        )
    for one, other in files.duplicates[:1]:
        findings.error(
            "frame-numbers-collide",
            f"{one!r} and {other!r} have the same number"
            + (f", and {len(files.duplicates) - 1} more pairs." if files.duplicates[1:] else "."),
            "Are there two series in one folder?",
            video.place(),
        )
    early = [name for number, name in files.by_number.items() if number < video.origin]
    if early:
        findings.error(
            "frame-before-first",
            f"{early[0]!r} lies before frame 0, which is number {video.origin}"
            + (f", and {pluralize(len(early) - 1, 'more file')} too." if early[1:] else "."),
            "Say with which number the frames begin.",
            video.place(),
        )


def _report_gaps(video: FolderVideo, findings: Findings) -> None:
    gaps = list(video.files.gaps(video.origin))
    if gaps:
        missing = sum(last - first + 1 for first, last in gaps)
        findings.error(
            "frame-file-missing",
            f"{missing} of {video.n_frames} files missing: number {format_ranges(gaps)}.",
            "Copy the missing files; no other frame is taken for them.",
            video.place(),
        )


def _intact_files(video: FolderVideo, findings: Findings) -> list[int]:
    """Return the frames whose files hold something; report the others."""
    states = file_states(video.folder)
    sound: list[int] = []
    for number, name in video.files.by_number.items():
        state = states.get(name, "it was removed meanwhile")
        if isinstance(state, str) or not state.st_size:
            reason = state if isinstance(state, str) else "the file is empty"
            findings.extend_from(unreadable_frame(number - video.origin, reason, video.place(name)))
        elif number >= video.origin:
            sound.append(number - video.origin)
    return sound


def file_states(folder: Path) -> dict[str, os.stat_result | str]:
    """Return the state of each image of a folder by name, or why it is no file, in words."""
    found: dict[str, os.stat_result | str] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_image(entry.name):
                    found[entry.name] = _state(entry)
    except OSError:
        pass  # the video has been listed before: its files will be said to be gone
    return found


def _state(entry: os.DirEntry[str]) -> os.stat_result | str:
    try:
        state = entry.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "the link leads back to itself"
        if entry.is_symlink():
            return "the link leads nowhere"
        return (error.strerror or str(error)).lower()
    if stat.S_ISREG(state.st_mode):
        return state
    return "it is a folder" if stat.S_ISDIR(state.st_mode) else "it is no file"


def _report_ends(
    video: FolderVideo, frame: int, sizes: dict[int, tuple[int, int]], findings: Findings
) -> None:
    name = video.files.by_number[frame + video.origin]
    place = video.place(name)
    content = read_content(video.folder / name, place, frame)
    header = parse_image_header(content)
    if header is None:
        raise unreadable_frame(frame, "it is damaged, or no image", place)
    if header.conversion is not None and not sizes:
        findings.note("frames-converted", f"Frames are converted: {header.conversion}.", "", place)
    sizes[frame] = (header.width, header.height)


def _report_sizes(
    video: FolderVideo, sizes: dict[int, tuple[int, int]], findings: Findings
) -> None:
    if len(set(sizes.values())) > 1:
        (first, size), (last, other) = sizes.items()
        findings.extend_from(video.size_differs(last, other, first, size))
