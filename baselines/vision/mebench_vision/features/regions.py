"""The face regions that become the features: eyes with brows, and the mouth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_vision.faces import SIDE

RegionName: TypeAlias = Literal["released", "paper"]

SIZE = 42
"""Height and width of the networks' input, in pixels."""

HALF = SIZE // 2
MARGIN = 12
"""Around the landmarks of a region, in pixels."""

NOSE_LANDMARK = 29
"""On the bridge of the nose: what it moves is the head."""

NOSE_MARGIN = 5

# Indices of landmarks by the side they bound: left, right, top, bottom.
EYES = ((17,), (26,), (19, 24), (41, 46))
MOUTH = ((60,), (64,), (50,), (57,))
LEFT_EYE = ((*range(17, 22), *range(36, 42)),) * 4
RIGHT_EYE = ((*range(22, 27), *range(42, 48)),) * 4


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the face, and where it goes in the input.

    Attributes
    ----------
    source : tuple of slice
        Rows and columns of the 128 x 128 face.
    target : tuple of slice
        Rows and columns of the 42 x 42 input.
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
        ``released``: both eyes and brows above the mouth, each 42 wide and 21 high. ``paper``: the
        left eye and brow beside the right ones, 21 x 21 each, above the mouth.
    """
    upper, lower, whole = slice(0, HALF), slice(HALF, SIZE), slice(0, SIZE)
    mouth = Region(_rectangle(landmarks, MOUTH), (lower, whole))
    if name == "released":
        return Region(_rectangle(landmarks, EYES), (upper, whole)), mouth
    left = Region(_rectangle(landmarks, LEFT_EYE), (upper, upper))
    right = Region(_rectangle(landmarks, RIGHT_EYE), (upper, lower))
    return left, right, mouth


def nose_region(landmarks: NDArray[np.int32]) -> tuple[slice, slice]:
    """Return the rows and columns of a small box on the bridge of the nose."""
    x, y = (int(one) for one in landmarks[NOSE_LANDMARK])
    return _within(y - NOSE_MARGIN, y + NOSE_MARGIN + 1), _within(
        x - NOSE_MARGIN, x + NOSE_MARGIN + 1
    )


def cut_regions(maps: NDArray[np.float32], regions: tuple[Region, ...]) -> NDArray[np.float32]:
    """Return the regions of a face as the networks see them, resized bilinearly.

    Parameters
    ----------
    maps : float32 array of shape (128, 128, channels)
        Of the whole face.
    regions : tuple of Region
        From :func:`face_regions`.

    Returns
    -------
    float32 array of shape (42, 42, channels)
    """
    found = np.zeros((SIZE, SIZE, maps.shape[2]), np.float32)
    for region in regions:
        height, width = (one.stop - one.start for one in region.target)
        found[region.target] = cv2.resize(maps[region.source], (width, height))
    return found


def _rectangle(
    landmarks: NDArray[np.int32], sides: tuple[tuple[int, ...], ...]
) -> tuple[slice, slice]:
    left, right, top, bottom = sides
    x, y = landmarks[:, 0], landmarks[:, 1]
    rows = _within(int(y[[*top]].min()) - MARGIN, int(y[[*bottom]].max()) + MARGIN)
    columns = _within(int(x[[*left]].min()) - MARGIN, int(x[[*right]].max()) + MARGIN)
    return rows, columns


def _within(first: int, stop: int) -> slice:
    """Return a range clipped to the face, at least a pixel long."""
    first = min(max(first, 0), SIDE - 1)
    return slice(first, min(max(stop, first + 1), SIDE))
