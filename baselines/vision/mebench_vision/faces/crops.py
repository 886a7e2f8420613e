"""The face crops of a video: settings and store key, cropping a frame, reading all frames.

This is the only module that reads frames. A crop is cut out, resized to 128 x 128 pixels and
converted to gray, in this order.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video
from mebench_vision.faces.boxes import Box, BoxFile
from mebench_vision.faces.detector import find_face, find_video_face
from mebench_vision.faces.landmarks import (
    LANDMARKS,
    find_landmark_model,
    find_landmarks,
    landmark_model_hash,
    landmark_predictor,
)

if TYPE_CHECKING:
    Crop = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


FACES_VERSION = 1
"""Raised with every change of how faces are found and cut out; that of the features then too."""

AlignName: TypeAlias = Literal["none", "landmarks"]


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How faces are found and cut out; the defaults are those of the released code.

    Attributes
    ----------
    align : {"none", "landmarks"}
        Whether each frame's face is turned upright, for videos in the wild.
    detect_on : int
        In how many of the first frames a face is looked for.
    boxes : BoxFile or None
        Faces that are given.
    landmark_model : Path or None
        The file of the landmark model, where it is given.
    """

    align: AlignName = "none"
    detect_on: int = 1
    boxes: BoxFile | None = None
    landmark_model: Path | None = None

    def faces_key(self, video: Video) -> dict[str, Any]:
        """Return all that the faces of a video depend on, as plain data.

        Raises
        ------
        MebenchError
            ``landmarks-missing``.
        """
        return {"kind": "mean-faces", "version": FACES_VERSION, **self.crop_key(video)}

    def crop_key(self, video: Video) -> dict[str, Any]:
        """Return which video it is and how its face is cut out, for the keys of what is kept."""
        box = self.boxes.of(video) if self.boxes else None
        return {
            "content": video.content_key(),
            "n_frames": video.n_frames,
            "align": self.align,
            "face": {"detect_on": self.detect_on} if box is None else {"box": box.as_list()},
            "landmark_model": landmark_model_hash(self.landmark_model),
        }


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


ProgressCallback: TypeAlias = Callable[[float, str], None]
PROGRESS_LABEL = "reading faces"

BYTES_PER_FRAME = SIDE * SIDE
"""On disk, for estimates."""


@dataclass(frozen=True, slots=True)
class Faces:
    """The face of a video.

    Attributes
    ----------
    box : Box
        Where it was found, in pixels of the frame.
    landmarks : int32 array of shape (68, 2)
        On the face, x and y in pixels; they hold for the whole video.
    crops : uint8 array of shape (n_frames, 128, 128)
        The face in every frame, in grey.
    """

    box: Box
    landmarks: NDArray[np.int32]
    crops: NDArray[np.uint8]

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """Return it as named arrays, to be kept."""
        box = np.array(self.box.as_list(), np.int32)
        return {"box": box, "landmarks": self.landmarks, "crops": self.crops}


def faces_from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Faces:
    """Return what :meth:`Faces.as_arrays` gave."""
    box = Box(*(int(one) for one in arrays["box"]))
    return Faces(box, arrays["landmarks"], arrays["crops"])


def empty_faces() -> Faces:
    """Return the faces of a video that is too short for anyone to look at them."""
    empty = np.empty((0, SIDE, SIDE), np.uint8)
    return Faces(Box(0, 0, 0, 0), np.zeros((LANDMARKS, 2), np.int32), empty)


def read_faces(video: Video, settings: FaceSettings, report: ProgressCallback) -> Faces:
    """Find the face of a video by its first frames, and cut it out of every frame.

    Parameters
    ----------
    video : Video
        At least one frame long; its frames are read one at a time.
    settings : FaceSettings
        How.
    report : callable
        Told the share that is done, and a word on what is being done.

    Raises
    ------
    MebenchError
        ``face-not-found``, ``landmarks-missing``, ``box-file``, or what reading a frame raises.
    """
    model = find_landmark_model(settings.landmark_model)
    box, image = find_video_face(video, settings.detect_on, settings.boxes)
    crop = fixed_crop(box) if settings.align == "none" else aligned_crop(box, model)
    landmarks = find_landmarks(crop(image), model)
    crops = np.empty((video.n_frames, SIDE, SIDE), np.uint8)
    for number, image in enumerate(video.frames()):
        crops[number] = crop(image)
        report((number + 1) / video.n_frames, PROGRESS_LABEL)
    return Faces(box, landmarks, crops)
