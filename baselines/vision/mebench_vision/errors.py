"""Errors about a video, or about a line of a file."""

from __future__ import annotations

from dataclasses import replace

from mebench import Diagnostic, MebenchError
from mebench.datasets import Video


def video_error(code: str, message: str, remedy: str, video: Video) -> MebenchError:
    """Return an error about a video.

    Parameters
    ----------
    code : str
        Code of the finding, for ``mebench explain``.
    message, remedy : str
        What is wrong, and what to do about it.
    video : Video
        Named in the message and in the place of the finding.
    """
    diagnostic = Diagnostic(code, "error", f"{video_name(video)}: {message}", remedy)
    place = replace(diagnostic.place, dataset=video.dataset, subject=video.subject, video=video.id)
    return MebenchError([replace(diagnostic, place=place)])


def file_error(
    file: str, code: str, message: str, remedy: str, line: int | None = None
) -> MebenchError:
    """Return an error about a file, or about one of its lines (counted from 1)."""
    diagnostic = Diagnostic(code, "error", message, remedy)
    place = replace(diagnostic.place, file=file, line=line)
    return MebenchError([replace(diagnostic, place=place)])


def video_name(video: Video) -> str:
    """Return ``dataset/subject/video``."""
    return f"{video.dataset}/{video.subject}/{video.id}"
