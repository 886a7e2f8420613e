"""Errors about a video."""

from __future__ import annotations

from mebench import MebenchError, Place
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
    place = Place(dataset=video.dataset, subject=video.subject, video=video.id)
    name = f"{video.dataset}/{video.subject}/{video.id}"
    return MebenchError.of(code, f"{name}: {message}", remedy, place)
