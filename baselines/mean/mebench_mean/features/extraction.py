"""The features of a video, one frame at a time, and those of pairs of its frames."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video
from mebench_mean.faces import Box
from mebench_mean.faces.crop import aligned_crop, fixed_crop
from mebench_mean.faces.detector import face_of
from mebench_mean.faces.landmarks import LANDMARKS, find_landmarks, find_model
from mebench_mean.features.pair import Describer, PairFeatures
from mebench_mean.features.regions import SIZE
from mebench_mean.features.settings import FeatureSettings
from mebench_mean.flow import flow_function

if TYPE_CHECKING:
    from mebench_mean.faces.crop import Crop

Arrays: TypeAlias = dict[str, NDArray[Any]]
Report: TypeAlias = Callable[[float, str], None]
WHAT = "optical flow"

BYTES_A_PAIR = SIZE * SIZE * 3 * 2 + 4 + 2 * 4
"""On disk, for estimates."""


@dataclass(frozen=True, slots=True)
class Face:
    """The face of a video: its box, its landmarks, and how it is cut out of a frame."""

    box: Box
    landmarks: NDArray[np.int32]
    crop: Crop


def face_in(video: Video, settings: FeatureSettings) -> Face:
    """Find the face of a video, by its first frames.

    Raises
    ------
    MebenchError
        ``face-not-found``, ``landmarks-missing``, ``box-file``, or what reading a frame raises.
    """
    model = find_model(settings.landmark_model)
    box, image = face_of(video, settings.detect_on, settings.boxes)
    crop = fixed_crop(box) if settings.align == "none" else aligned_crop(box, model)
    return Face(box, find_landmarks(crop(image), model), crop)


def extract(video: Video, settings: FeatureSettings, report: Report) -> Arrays:
    """Return the features of every pair of frames that are k apart.

    Parameters
    ----------
    video : Video
        Its frames are read one at a time; k + 1 faces are kept.
    settings : FeatureSettings
        How.
    report : callable
        Told the share that is done, and a word on what is being done.

    Returns
    -------
    dict of str to array
        ``features``, float16 of shape (n_frames - k, 42, 42, 3): flow to the right, down, and
        strain; ``magnitude``, float32 of shape (n_frames - k,), and ``nose``, float32 of shape
        (n_frames - k, 2), as :class:`~mebench_mean.features.pair.PairFeatures` has them; ``box``,
        int32 (left, top, right, bottom); ``landmarks``, int32 of shape (68, 2), on the 128 x 128
        face. A video that is too short for a pair has no features, and its face is not looked for.

    Raises
    ------
    MebenchError
        ``face-not-found``, ``landmarks-missing``, ``box-file``, ``frame-rate-missing``, or what
        reading a frame raises.
    """
    k = settings.k_for(video)
    if video.n_frames <= k:
        return _empty(0, None)
    face = face_in(video, settings)
    describer = Describer(face.landmarks, settings.roi, settings.normalisation)
    flow = flow_function(settings.flow)
    recent: deque[NDArray[np.uint8]] = deque(maxlen=k + 1)
    arrays = _empty(video.n_frames - k, face)
    for number, image in enumerate(video.frames()):
        recent.append(face.crop(image))
        if number >= k:
            _fill(arrays, number - k, describer.describe(flow(recent[0], recent[-1])))
        report((number + 1) / video.n_frames, WHAT)
    return arrays


def extract_pairs(
    video: Video,
    pairs: Sequence[tuple[int, int]],
    settings: FeatureSettings,
    report: Report,
) -> Arrays:
    """Return the features of given pairs of frames: for recognition, onset and apex.

    Parameters
    ----------
    video : Video
        Where they lie.
    pairs : sequence of (int, int)
        Frames from 0.
    settings : FeatureSettings
        How; k plays no part.
    report : callable
        Told the share that is done.

    Returns
    -------
    dict of str to array
        As :func:`extract`, a row a pair.

    Raises
    ------
    MebenchError
        As :func:`extract`, and ``frame-outside-video``.
    """
    if not pairs:
        return _empty(0, None)
    face = face_in(video, settings)
    describer = Describer(face.landmarks, settings.roi, settings.normalisation)
    flow = flow_function(settings.flow)
    numbers = sorted({number for pair in pairs for number in pair})
    crops = {number: face.crop(video.frame(number)) for number in numbers}
    arrays = _empty(len(pairs), face)
    for row, (first, second) in enumerate(pairs):
        _fill(arrays, row, describer.describe(flow(crops[first], crops[second])))
        report((row + 1) / len(pairs), WHAT)
    return arrays


def _empty(rows: int, face: Face | None) -> Arrays:
    # Half precision is finer than the flow's own noise by far, and half the size on disk.
    return {
        "features": np.empty((rows, SIZE, SIZE, 3), np.float16),
        "magnitude": np.empty(rows, np.float32),
        "nose": np.empty((rows, 2), np.float32),
        "box": np.array(face.box.as_list() if face else [0] * 4, np.int32),
        "landmarks": face.landmarks if face else np.zeros((LANDMARKS, 2), np.int32),
    }


def _fill(arrays: Arrays, row: int, pair: PairFeatures) -> None:
    arrays["features"][row] = pair.maps
    arrays["magnitude"][row], arrays["nose"][row] = pair.magnitude, pair.nose
