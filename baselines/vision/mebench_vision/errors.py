"""Errors that name a video, or a line of a file."""

from __future__ import annotations

from dataclasses import replace

from mebench import Diagnostic, MebenchError
from mebench.datasets import Video


def video_error(code: str, message: str, remedy: str, video: Video) -> MebenchError:
    """Return an error about a video.

    Parameters
    ----------
    code : str
        As ``mebench explain`` knows it.
    message, remedy : str
        What is wrong, and what to do about it.
    video : Video
        It is named in the message and in the place of the finding.
    """
    found = Diagnostic(code, "error", f"{video_name(video)}: {message}", remedy)
    place = replace(found.place, dataset=video.dataset, subject=video.subject, video=video.id)
    return MebenchError([replace(found, place=place)])


def file_error(
    file: str, code: str, message: str, remedy: str, line: int | None = None
) -> MebenchError:
    """Return an error about a file, and one of its lines, counted from 1."""
    found = Diagnostic(code, "error", message, remedy)
    return MebenchError([replace(found, place=replace(found.place, file=file, line=line))])


def video_name(video: Video) -> str:
    """Return ``dataset/subject/video``."""
    return f"{video.dataset}/{video.subject}/{video.id}"
