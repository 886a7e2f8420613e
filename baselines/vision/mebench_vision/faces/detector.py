"""Face detection: dlib's frontal face detector, run once per video."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video
from mebench_vision.errors import video_error
from mebench_vision.faces.boxes import Box, BoxFile

Image: TypeAlias = NDArray[np.uint8]

CODE = "face-not-found"

ENLARGEMENTS = 1
"""How often an image is doubled in size before detection, as in the authors' code."""


class VideoFace(NamedTuple):
    """The face of a video.

    Attributes
    ----------
    box : Box
        Its position, used for all frames.
    image : Image
        The frame in which it was found.
    frame : int
        The number of this frame.
    faces : int
        The number of faces that the detector found there; 0 for a box from the user.
    """

    box: Box
    image: Image
    frame: int
    faces: int


def find_faces(image: Image) -> list[Box]:
    """Return the boxes of all faces, clipped to the RGB image, the largest first."""
    boxes = [_box(face).clipped(*image.shape[:2]) for face in _detector()(image, ENLARGEMENTS)]
    return sorted(boxes, key=lambda box: (box.area, -box.left, -box.top), reverse=True)


def find_face(image: Image) -> Box | None:
    """Return the box of the largest face; None if there is no face."""
    return next(iter(find_faces(image)), None)


def find_video_face(video: Video, detect_on: int = 1, boxes: BoxFile | None = None) -> VideoFace:
    """Return the face of a video.

    The first ``detect_on`` frames are searched until there is a face; a box from the user replaces
    detection.

    Raises
    ------
    MebenchError
        ``face-not-found``, or ``box-file`` if a box from the user is outside the images.
    """
    searched = min(detect_on, video.n_frames)
    for number, image in enumerate(video.frames(0, searched)):
        user_box = boxes.clipped_box_of(video, *image.shape[:2]) if boxes else None
        if user_box is not None:
            return VideoFace(user_box, image, number, 0)
        found = find_faces(image)
        if found:
            return VideoFace(found[0], image, number, len(found))
    where = "the first frame" if searched == 1 else f"the first {searched} frames"
    raise video_error(
        CODE,
        f"No face was found in {where}.",
        "Search more frames (--detect-on 50), or give the box of the face (--box FILE).",
        video,
    )


def _box(rectangle: Any) -> Box:
    # dlib's right and bottom are the last column and row of the face. The authors' code cuts them
    # off, and the released weights were trained on such faces.
    return Box(rectangle.left(), rectangle.top(), rectangle.right(), rectangle.bottom())


@cache
def _detector() -> Any:
    return importlib.import_module("dlib").get_frontal_face_detector()  # dlib has no types
