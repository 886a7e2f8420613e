"""The face of a video in all its frames: the only place where frames are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video
from mebench_mean.faces.boxes import Box
from mebench_mean.faces.crop import SIDE, aligned_crop, fixed_crop
from mebench_mean.faces.detector import find_video_face
from mebench_mean.faces.landmarks import LANDMARKS, find_landmark_model, find_landmarks
from mebench_mean.faces.settings import FaceSettings

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
