"""The face regions that the features are cut from: eyes with brows, and the mouth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench_vision.faces import FACE_SIZE

RegionName: TypeAlias = Literal["released", "paper"]

FEATURE_SIZE = 42
"""Height and width of the features, in pixels."""

FEATURE_SHAPE = (FEATURE_SIZE, FEATURE_SIZE, 3)
"""Shape of the features of a pair: horizontal flow, vertical flow, strain."""

HALF = FEATURE_SIZE // 2
MARGIN = 12
"""Margin around the landmarks of a region, in pixels."""

NOSE_LANDMARK = 29
"""Landmark on the bridge of the nose, which moves only with the head."""

NOSE_MARGIN = 5

EYE_LANDMARKS = (36, 42)
"""The first landmarks of both eyes, which have six each: from one corner over the upper lid to the
other corner, and back over the lower lid."""

EYE_MARGIN = 15
OUTWARD = ((-1, 0), (0, -1), (0, -1), (1, 0), (0, 1), (0, 1))
"""The direction in which each of the six landmarks is moved by the margin."""

# Landmarks that bound a region on the left, right, top and bottom.
EYES = ((17,), (26,), (19, 24), (41, 46))
MOUTH = ((60,), (64,), (50,), (57,))
LEFT_EYE = ((*range(17, 22), *range(36, 42)),) * 4
RIGHT_EYE = ((*range(22, 27), *range(42, 48)),) * 4


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the face, and its position in the features.

    Attributes
    ----------
    source : tuple of slice
        Rows and columns of the 128 x 128 face.
    target : tuple of slice
        Rows and columns of the 42 x 42 features.
    """

    source: tuple[slice, slice]
    target: tuple[slice, slice]


def face_regions(landmarks: NDArray[np.int32], name: RegionName) -> tuple[Region, ...]:
    """Return the regions of a face.

    Parameters
    ----------
    landmarks : int32 array of shape (68, 2)
        x and y on the 128 x 128 face.
    name : {"released", "paper"}
        ``released``: eyes with brows above the mouth, 42 x 21 pixels each. ``paper``: the left eye
        with its brow beside the right one, 21 x 21 pixels each, above the mouth.
    """
    first_half, second_half = slice(0, HALF), slice(HALF, FEATURE_SIZE)
    full = slice(0, FEATURE_SIZE)
    mouth = Region(_rectangle(landmarks, MOUTH), (second_half, full))
    if name == "released":
        return Region(_rectangle(landmarks, EYES), (first_half, full)), mouth
    left = Region(_rectangle(landmarks, LEFT_EYE), (first_half, first_half))
    right = Region(_rectangle(landmarks, RIGHT_EYE), (first_half, second_half))
    return left, right, mouth


def nose_region(landmarks: NDArray[np.int32], landmark: int = NOSE_LANDMARK) -> tuple[slice, slice]:
    """Return the rows and columns of a small box around a landmark of the nose."""
    x, y = map(int, landmarks[landmark])
    rows = _clipped(y - NOSE_MARGIN, y + NOSE_MARGIN + 1)
    return rows, _clipped(x - NOSE_MARGIN, x + NOSE_MARGIN + 1)


def eye_mask(landmarks: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which pixels of the 128 x 128 face belong to an enlarged eye.

    Parameters
    ----------
    landmarks : int32 array of shape (68, 2)
        x and y on the face.
    """
    import cv2

    mask = np.zeros((FACE_SIZE, FACE_SIZE), np.uint8)
    for first in EYE_LANDMARKS:
        corners = landmarks[first : first + 6] + EYE_MARGIN * np.array(OUTWARD)
        cv2.fillPoly(mask, [np.clip(corners, 0, FACE_SIZE).astype(np.int32)], (1,))
    return mask.astype(bool)


def cut_regions(maps: NDArray[np.float32], regions: tuple[Region, ...]) -> NDArray[np.float32]:
    """Cut the regions out of (128, 128, channels); resize them bilinearly to (42, 42, channels)."""
    import cv2

    features = np.zeros((FEATURE_SIZE, FEATURE_SIZE, maps.shape[2]), np.float32)
    for region in regions:
        height, width = (side.stop - side.start for side in region.target)
        features[region.target] = cv2.resize(maps[region.source], (width, height))
    return features


def _rectangle(
    landmarks: NDArray[np.int32], sides: tuple[tuple[int, ...], ...]
) -> tuple[slice, slice]:
    left, right, top, bottom = sides
    x, y = landmarks[:, 0], landmarks[:, 1]
    rows = _clipped(int(y[[*top]].min()) - MARGIN, int(y[[*bottom]].max()) + MARGIN)
    columns = _clipped(int(x[[*left]].min()) - MARGIN, int(x[[*right]].max()) + MARGIN)
    return rows, columns


def _clipped(first: int, stop: int) -> slice:
    """Return a range clipped to the face, at least one pixel long."""
    first = min(max(first, 0), FACE_SIZE - 1)
    return slice(first, min(max(stop, first + 1), FACE_SIZE))
