"""From a frame to the face: cut out, 128 x 128, grey, in this order."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from mebench_mean.faces.boxes import Box
from mebench_mean.faces.detector import find_face
from mebench_mean.faces.landmarks import landmark_predictor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Crop = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]

SIDE = 128
"""Height and width of a face, in pixels."""

CHIP_PADDING = 0.25
"""Of dlib's aligned faces: a quarter of the face on each side."""


def fixed_crop(box: Box) -> Crop:
    """Return what cuts the same box out of every frame of a video.

    Parameters
    ----------
    box : Box
        It lies in the frames.
    """

    def crop(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        face = image[box.top : box.bottom, box.left : box.right]
        small = cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)

    return crop


def aligned_crop(box: Box, model: Path) -> Crop:
    """Return what turns and scales the face of every frame upright, for videos in the wild.

    The face is looked for in every frame, since it moves; where it is not found, it is expected
    where it was last. The paper aligns such videos with a network of its own (FacePoseNet).

    Parameters
    ----------
    box : Box
        The face of the first frame.
    model : Path
        The landmark model.
    """
    dlib: Any = importlib.import_module("dlib")
    last = box

    def crop(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        nonlocal last
        last = find_face(image) or last
        rectangle = dlib.rectangle(last.left, last.top, last.right - 1, last.bottom - 1)
        picture = np.ascontiguousarray(image)
        shape = landmark_predictor(model)(picture, rectangle)
        chip = dlib.get_face_chip(picture, shape, size=SIDE, padding=CHIP_PADDING)
        return np.asarray(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), np.uint8)

    return crop
