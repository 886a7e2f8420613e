"""Errors and warnings about a video."""

from __future__ import annotations

from mebench import Diagnostic, MebenchError, Place
from mebench.datasets import Video


def video_error(code: str, message: str, remedy: str, video: Video) -> MebenchError:
    """Return an error about a video, which its message and its place name.

    Parameters
    ----------
    code : str
        Code of the finding, for ``mebench explain``.
    message, remedy : str
        What is wrong, and what to do about it.
    video : Video
        The video.
    """
    return MebenchError.of(code, f"{_name(video)}: {message}", remedy, _place(video))


def video_warning(code: str, message: str, remedy: str, video: Video) -> Diagnostic:
    """Return a warning about a video, with the parameters of :func:`video_error`."""
    return Diagnostic(code, "warning", f"{_name(video)}: {message}", remedy, _place(video))


def _name(video: Video) -> str:
    return f"{video.dataset}/{video.subject}/{video.id}"


def _place(video: Video) -> Place:
    return Place(dataset=video.dataset, subject=video.subject, video=video.id)
