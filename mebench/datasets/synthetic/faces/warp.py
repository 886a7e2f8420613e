"""Looking pictures and fields up at other places."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_STRONG = 4.0
"""Pixels of movement from which a field is inverted in more steps."""


def sample_moved(image: Floats, places: Floats, by: int) -> Floats:
    """Look up an image's colours, held at its rim.

    Parameters
    ----------
    image : float32, shape (height, width[, channels])
    places : float32, shape (rows, columns, 2)
        Pixels right and down.
    by : int
        OpenCV's ``INTER_LINEAR`` or ``INTER_CUBIC``.

    Returns
    -------
    float32, shape (rows, columns[, channels])
    """
    # Both coordinates are in one map, so there is no second; OpenCV's stubs do not know of that,
    # and OpenCV 5.0 reads astray when given an empty one.
    found = cv2.remap(  # type: ignore[call-overload]
        image, places, None, by, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(found, np.float32)


def inverted_flow(flow: Floats, pixels: Floats) -> Floats:
    """Return a field as seen from where it leads: by a few fixed-point steps.

    Parameters
    ----------
    flow : float32, shape (height, width, 2)
        How far each pixel moves right and down, in pixels.
    pixels : float32, shape (height, width, 2)
        The pixels' own places.

    Returns
    -------
    float32, shape (height, width, 2)
        How far what arrives at each pixel has moved.
    """
    strong = max(float(flow.max()), -float(flow.min())) > _STRONG
    back = flow
    for _ in range(3 if strong else 1):
        back = sample_moved(flow, pixels - back, cv2.INTER_LINEAR)
    return back
