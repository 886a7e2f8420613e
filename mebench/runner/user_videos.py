"""A user's videos: files, folders of frames, and folders of these; their ids for the submission.

A folder with numbered images is the frames of one video. A folder without is searched: each video
file and each folder of frames in it, at any depth, is one video. A folder with both is ambiguous,
and refused when it is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.scan_directory import is_folder, list_entries, number_files
from mebench.datasets.frames.video_file import VIDEO_SUFFIXES, VideoFile
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.evaluation.build_report import natural_sort_key
from mebench.util.short_paths import distinct_names

USER_DATASET = "own"

DEFAULT_SUBJECT = "own"
"""The subject of a video that is not in a folder of a searched folder."""


@dataclass(frozen=True, slots=True)
class UserVideo:
    """A user's video: a file or a folder of frames, and its ids for the submission.

    ``fps`` is None where the file states the frame rate.
    """

    path: Path
    subject: str
    video: str
    fps: float | None

    def ids(self) -> dict[str, Any]:
        """Return the ids as in a submission."""
        return {"subject": self.subject, "video": self.video}

    def open(self) -> Video:
        """Open the video; it must exist, be one video, and its frame rate must be known.

        Raises
        ------
        UsageError
            ``no-such-video``, ``fps-needed``.
        MebenchError
            ``folder-ambiguous``, ``frames-none``, or the file cannot be read.
        """
        place = Place(file=str(self.path))
        if not self.path.exists():
            raise UsageError.of(
                "no-such-video", "There is no such file or folder.", "Correct the path.", place
            )
        try:
            f"{self.subject}/{self.video}".encode()
        except UnicodeEncodeError:
            raise MebenchError.of(
                "video-unreadable",
                "The id of the video or of its subject is not valid UTF-8.",
                "Rename the file or folder, and check --subject.",
                place,
            ) from None
        reader: type[FrameFolder] | type[VideoFile] = VideoFile
        if self.path.is_dir():
            reader = FrameFolder
            self._check_folder(place)
        opened = reader(
            self.path, dataset=USER_DATASET, subject=self.subject, video=self.video, fps=self.fps
        )
        if opened.fps is None:
            raise UsageError.of(
                "fps-needed",
                "The frame rate of the video is not known.",
                "Pass it in frames per second, for example --fps 200",
                place,
            )
        return opened

    def _check_folder(self, place: Place) -> None:
        """Make sure that a folder has frames, and no videos beside them."""
        images, videos = len(_frames_in(self.path)), [path.name for path in _videos_in(self.path)]
        if not images:
            raise MebenchError.of(
                "frames-none",
                "The folder contains neither numbered images nor videos.",
                "Frames are PNG, JPEG or BMP files with a number in their name. Videos are files "
                f"such as {', '.join(VIDEO_SUFFIXES[:3])}, and folders of frames.",
                place,
            )
        if videos:
            more = f" and {len(videos) - 3} more" if len(videos) > 3 else ""
            raise MebenchError.of(
                "folder-ambiguous",
                f"The folder contains {images} numbered images, and also videos: "
                f"{', '.join(videos[:3])}{more}. It could be one video or several.",
                "Name the videos in it instead of the folder, or move the images into a folder of "
                "their own and name that.",
                place,
            )


def is_one_video(path: Path) -> bool:
    """Return whether a path names one video: it is no folder, or a folder of frames."""
    return not path.is_dir() or bool(_frames_in(path))


def find_user_videos(
    paths: Sequence[Path], *, subject: str | None, fps: float | None
) -> list[UserVideo]:
    """Return the videos that paths name, each once; those of a folder in natural order.

    A path that does not exist and a folder without videos are in the list, too: opening them
    reports what is wrong.

    Parameters
    ----------
    paths : sequence of Path
        Video files, folders of frames, and folders of these.
    subject : str or None
        The subject of all videos. By default, that of a video in a folder of a searched folder is
        the name of this inner folder; all others have ``DEFAULT_SUBJECT``.
    fps : float or None
        The frame rate of all videos, if their files do not state it.
    """
    subjects: dict[Path, str] = {}
    given: dict[Path, Path] = {}
    for path in paths:
        for found in [path] if is_one_video(path) else list(_search(path)) or [path]:
            inner = found.parent.name if found != path and found.parent != path else None
            subjects.setdefault(found.resolve(), subject or inner or DEFAULT_SUBJECT)
            given.setdefault(found.resolve(), found)
    names = _video_ids(subjects)
    return [UserVideo(given[path], subjects[path], names[path], fps) for path in subjects]


def _video_ids(subjects: dict[Path, str]) -> dict[Path, str]:
    """Return the name of each video without its ending; longer where a subject has it twice."""

    def without_suffix(path: Path) -> Path:
        return path if path.is_dir() else path.with_suffix("")

    count = Counter(map(without_suffix, subjects))
    short = {
        path: without_suffix(path) if count[without_suffix(path)] == 1 else path
        for path in subjects
    }
    names: dict[Path, str] = {}
    for subject in dict.fromkeys(subjects.values()):
        own = {path: short[path] for path in subjects if subjects[path] == subject}
        distinct = distinct_names(own.values())
        names |= {path: distinct[str(name)] for path, name in own.items()}
    return names


def _frames_in(folder: Path) -> dict[int, str]:
    """Return the numbered images of a folder."""
    return number_files(entry.name for entry in list_entries(folder)).by_number


def _videos_in(folder: Path) -> list[Path]:
    """Return the video files, and the folders of frames, directly in a folder."""
    return [
        folder / entry.name
        for entry in list_entries(folder)
        if (_frames_in(folder / entry.name) if is_folder(entry) else _has_video_suffix(entry.name))
    ]


def _has_video_suffix(name: str) -> bool:
    return name.lower().endswith(VIDEO_SUFFIXES)


def _search(folder: Path, above: frozenset[Path] = frozenset()) -> Iterator[Path]:
    """Yield the videos in a folder in natural order; a link to a folder above is not followed."""
    above |= {folder.resolve()}
    entries = sorted(list_entries(folder), key=lambda entry: natural_sort_key((entry.name,)))
    for entry in entries:
        path = folder / entry.name
        if not is_folder(entry):
            if _has_video_suffix(entry.name):
                yield path
        elif _frames_in(path):
            yield path
        elif path.resolve() not in above:
            yield from _search(path, above)
