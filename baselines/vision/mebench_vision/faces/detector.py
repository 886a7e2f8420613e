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

ENLARGEMENTS = 1
"""How often an image is doubled in size before detection, as in the authors' code."""


def find_face(image: Image) -> Box | None:
    """Return the box of the largest face, clipped to the RGB image; None if there is no face."""
    boxes = [_box(face).clipped(*image.shape[:2]) for face in _detector()(image, ENLARGEMENTS)]
    return max(boxes, key=lambda box: (box.area, -box.left, -box.top), default=None)


def find_video_face(
    video: Video, detect_on: int = 1, boxes: BoxFile | None = None
) -> tuple[Box, Image]:
    """Return the box of a video's face, used for all frames, and the frame it was found in.

    The first ``detect_on`` frames are searched until there is a face; a box from the user replaces
    detection.

    Raises
    ------
    MebenchError
        ``face-not-found``, or ``box-file`` if a box from the user is outside the images.
    """
    searched = min(detect_on, video.n_frames)
    for image in video.frames(0, searched):
        user_box = boxes.clipped_box_of(video, *image.shape[:2]) if boxes else None
        box = user_box or find_face(image)
        if box is not None:
            return box, image
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
