"""Face detection: dlib's frontal face detector, run once per video."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video
from mebench_vision.errors import video_error
from mebench_vision.faces.boxes import Box, BoxFile

Image: TypeAlias = NDArray[np.uint8]

CODE = "face-not-found"

ENLARGEMENTS = (0, 1)
"""How often an image is doubled before the detector sees it: again for small faces."""


def find_face(image: Image) -> Box | None:
    """Return the box of the largest face, clipped to the image; None if there is no face.

    Parameters
    ----------
    image : uint8 array of shape (height, width, 3)
        RGB.
    """
    height, width = image.shape[:2]
    for enlargement in ENLARGEMENTS:
        found = [_box(one).clipped(height, width) for one in _detector()(image, enlargement)]
        if found:
            return max(found, key=lambda box: (box.area, -box.left, -box.top))
    return None


def find_video_face(
    video: Video, detect_on: int = 1, boxes: BoxFile | None = None
) -> tuple[Box, Image]:
    """Return the box of a video's face, which holds for all its frames, and the frame it is from.

    Parameters
    ----------
    video : Video
        At least one frame long.
    detect_on : int
        The detector sees the first so many frames, until it finds a face.
    boxes : BoxFile, optional
        Boxes that are given; the detector does not see these videos.

    Raises
    ------
    MebenchError
        ``face-not-found``, or ``box-file`` where a given box lies outside the images.
    """
    searched = min(detect_on, video.n_frames)
    for image in video.frames(0, searched):
        given = boxes.within(video, *image.shape[:2]) if boxes else None
        box = given or find_face(image)
        if box is not None:
            return box, image
    raise face_not_found(video, searched)


def face_not_found(video: Video, searched: int) -> Exception:
    """Return the error of a video in whose first frames no face was found."""
    where = "the first frame" if searched == 1 else f"the first {searched} frames"
    return video_error(
        CODE,
        f"No face was found on {where}.",
        "Let the detector see more frames (--detect-on 50), or give the box of the face "
        "(--box FILE).",
        video,
    )


def _box(rectangle: Any) -> Box:
    # dlib counts the last column and row in.
    return Box(rectangle.left(), rectangle.top(), rectangle.right() + 1, rectangle.bottom() + 1)


@cache
def _detector() -> Any:
    return importlib.import_module("dlib").get_frontal_face_detector()  # dlib has no types
