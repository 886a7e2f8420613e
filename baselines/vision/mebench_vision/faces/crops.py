"""The face crops of a video: settings and store key, cropping one frame, reading all frames.

This is the only module that reads all frames of a video. A face is cut out, resized to 128 x 128
pixels and converted to gray, in this order.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench import Diagnostic
from mebench.datasets import Video
from mebench.runner import ProgressCallback
from mebench_vision.errors import video_warning
from mebench_vision.faces.boxes import Box, BoxFile
from mebench_vision.faces.detector import find_faces, find_video_face
from mebench_vision.faces.landmarks import (
    N_LANDMARKS,
    find_landmark_model,
    find_landmarks,
    landmark_model_hash,
    landmark_predictor,
)

if TYPE_CHECKING:
    CropFunction = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


FACE_SIZE = 128
"""Height and width of a face crop, in pixels."""

CHIP_PADDING = 0.25
"""Padding of dlib's aligned faces: a quarter of the face on each side."""

FACES_VERSION = 2
"""Increased, together with FEATURES_VERSION, when detection or cropping changes."""

PROGRESS_LABEL = "reading faces"

BYTES_PER_FRAME = FACE_SIZE * FACE_SIZE
"""Size of a stored crop, for estimates of disk space."""

AlignName: TypeAlias = Literal["none", "landmarks"]


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How faces are found and cut out; the defaults are those of the authors' code.

    Attributes
    ----------
    align : {"none", "landmarks"}
        Whether to rotate the face in each frame upright, for videos in the wild.
    detect_on : int
        Number of frames, from the first on, in which to search for a face.
    boxes : BoxFile or None
        Face boxes from the user.
    landmark_model : Path or None
        File of the landmark model; None searches for it.
    """

    align: AlignName = "none"
    detect_on: int = 1
    boxes: BoxFile | None = None
    landmark_model: Path | None = None

    def requirements(self) -> dict[str, str]:
        """Return the modules that faces need, with the packages that install them."""
        return {"cv2": "opencv-contrib-python-headless", "dlib": "dlib-bin"}

    def dependencies(self) -> dict[str, str]:
        """Return what faces depend on besides the settings: the contents of files.

        Raises
        ------
        MebenchError
            ``landmarks-missing``.
        """
        dependencies = {"landmark_model": landmark_model_hash(self.landmark_model)}
        if self.boxes is not None:
            dependencies["boxes"] = hashlib.sha256(repr(self.boxes.boxes).encode()).hexdigest()
        return dependencies

    def faces_key(self, video: Video) -> dict[str, Any]:
        """Return the store key of the faces of a video, as plain data."""
        return {"kind": "mean-faces", "version": FACES_VERSION, **self.crop_key(video)}

    def crop_key(self, video: Video) -> dict[str, Any]:
        """Return the part of a store key that states the video and how its face is cut out."""
        box = self.boxes.box_of(video) if self.boxes else None
        return {
            "content": video.content_key(),
            "n_frames": video.n_frames,
            "align": self.align,
            "face": {"detect_on": self.detect_on} if box is None else {"box": box.as_list()},
            "landmark_model": landmark_model_hash(self.landmark_model),
        }


def fixed_crop(box: Box) -> CropFunction:
    """Return a function that cuts the same box, inside the frames, out of every frame."""
    import cv2

    def crop(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        face = image[box.top : box.bottom, box.left : box.right]
        resized = cv2.resize(face, (FACE_SIZE, FACE_SIZE), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.cvtColor(resized, cv2.COLOR_RGB2GRAY), np.uint8)

    return crop


def aligned_crop(box: Box, model: Path, counts: list[int]) -> CropFunction:
    """Return a function that rotates the face upright and scales it, for videos in the wild.

    The face moves, so it is detected in every frame; where detection fails, the last box is used.
    The paper aligns such videos with another method, FacePoseNet. The number of faces in each frame
    is appended to ``counts``.
    """
    import cv2

    dlib: Any = importlib.import_module("dlib")
    last = box

    def crop(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        nonlocal last
        faces = find_faces(image)
        counts.append(len(faces))
        last = faces[0] if faces else last
        rectangle = dlib.rectangle(*last.as_list())
        contiguous = np.ascontiguousarray(image)
        shape = landmark_predictor(model)(contiguous, rectangle)
        chip = dlib.get_face_chip(contiguous, shape, size=FACE_SIZE, padding=CHIP_PADDING)
        return np.asarray(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), np.uint8)

    return crop


@dataclass(frozen=True, slots=True)
class Faces:
    """The face of a video.

    Attributes
    ----------
    box : Box
        Position of the face, in pixels of the frame.
    landmarks : int32 array of shape (68, 2)
        x and y in pixels of the crop; the same for all frames.
    crops : uint8 array of shape (n_frames, 128, 128)
        The face in every frame, in gray.
    several : int32 array of shape (n, 2)
        The frames that decided which face is cut out and show more than one, with the number of
        faces.
    """

    box: Box
    landmarks: NDArray[np.int32]
    crops: NDArray[np.uint8]
    several: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 2), np.int32))

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        """Return named arrays for the store."""
        box = np.array(self.box.as_list(), np.int32)
        arrays: dict[str, NDArray[Any]] = {"box": box, "landmarks": self.landmarks}
        arrays["crops"] = self.crops
        if len(self.several):  # so that the files of all other videos are the same as before
            arrays["several"] = self.several
        return arrays

    def warnings(self, video: Video) -> list[Diagnostic]:
        """Return a warning if the detector had to choose between faces."""
        if not len(self.several):
            return []
        frame, faces = self.several[0]
        others = len(self.several) - 1
        more = f", and more than one in {others} later frames" if others > 1 else ""
        if others == 1:
            more = ", and more than one in a later frame"
        return [
            video_warning(
                "faces-several",
                f"{faces} faces were found in frame {frame}{more}; the largest is used.",
                "If it is the wrong one, give the box of the right face: --box FILE.",
                video,
            )
        ]


def faces_from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Faces:
    """Return the faces from the arrays of :meth:`Faces.as_arrays`."""
    box = Box(*map(int, arrays["box"]))
    several = {name: arrays[name] for name in ("several",) if name in arrays}
    return Faces(box, arrays["landmarks"], arrays["crops"], **several)


def empty_faces() -> Faces:
    """Return the faces of a video that is too short for a pair of frames."""
    empty = np.empty((0, FACE_SIZE, FACE_SIZE), np.uint8)
    return Faces(Box(0, 0, 0, 0), np.zeros((N_LANDMARKS, 2), np.int32), empty)


def read_faces(video: Video, settings: FaceSettings, report: ProgressCallback) -> Faces:
    """Find the face of a video in its first frames, and cut it out of every frame.

    The video is at least one frame long; its frames are read one at a time.

    Raises
    ------
    MebenchError
        ``face-not-found``, ``landmarks-missing``, ``box-file``, or an error of reading a frame.
    """
    model = find_landmark_model(settings.landmark_model)
    found, counts = find_video_face(video, settings.detect_on, settings.boxes), list[int]()
    box = found.box
    crop = fixed_crop(box) if settings.align == "none" else aligned_crop(box, model, counts)
    landmarks = find_landmarks(crop(found.image), model)
    counts.clear()  # of the frame that has just been cut; it is cut again
    crops = np.empty((video.n_frames, FACE_SIZE, FACE_SIZE), np.uint8)
    for number, image in enumerate(video.frames()):
        crops[number] = crop(image)
        report((number + 1) / video.n_frames, PROGRESS_LABEL)
    numbers = {found.frame: found.faces} | dict(enumerate(counts))
    several = [(frame, faces) for frame, faces in sorted(numbers.items()) if faces > 1]
    return Faces(box, landmarks, crops, np.array(several, np.int32).reshape(-1, 2))
