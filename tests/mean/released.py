"""The formulas of the released code, plain and slow, written from a description of them.

Faces, flow and networks are not here: both implementations are given the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

MARGIN = 12


def face_box(image: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the largest face; right and bottom are excluded."""
    faces = dlib.get_frontal_face_detector()(image, 1)
    largest = max(faces, key=lambda face: face.width() * face.height())
    return largest.left(), largest.top(), largest.right(), largest.bottom()


def face_crop(image: NDArray[np.uint8], box: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    left, top, right, bottom = box
    resized = cv2.resize(image[top:bottom, left:right], (128, 128))
    return np.asarray(cv2.cvtColor(resized, cv2.COLOR_RGB2GRAY), np.uint8)


def landmarks(crop: NDArray[np.uint8], model: str) -> list[tuple[int, int]]:
    shape = dlib.shape_predictor(model)(crop, dlib.rectangle(0, 0, 128, 128))
    return [(shape.part(number).x, shape.part(number).y) for number in range(68)]


def strain(flow: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the strain; differences that are missing at the border are 0."""
    result = np.zeros((128, 128))
    for y in range(128):
        for x in range(128):
            here = flow[y, x].astype(float)
            across = here - flow[y, x - 1] if x > 0 else np.zeros(2)
            down = here - flow[y - 1, x] if y > 0 else np.zeros(2)
            shear = down[0] + across[1]
            result[y, x] = (across[0] ** 2 + down[1] ** 2 + shear**2 / 2) ** 0.5
    return result


def features(flow: NDArray[np.float32], points: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    """Return the features (42, 42, 3) of a pair of frames."""
    maps = [flow[..., 0].astype(float), flow[..., 1].astype(float), strain(flow)]
    maps = [(one - one.min()) / (one.max() - one.min()) for one in maps]

    def cut(left: int, right: int, top: int, bottom: int) -> NDArray[np.float64]:
        rows = slice(max(top - MARGIN, 0), min(bottom + MARGIN, 128))
        columns = slice(max(left - MARGIN, 0), min(right + MARGIN, 128))
        return np.dstack([cv2.resize(one[rows, columns], (42, 21)) for one in maps])

    x, y = [point[0] for point in points], [point[1] for point in points]
    eyes = cut(x[17], x[26], min(y[19], y[24]), max(y[41], y[46]))
    mouth = cut(x[60], x[64], y[50], y[57])
    return np.vstack([eyes, mouth])


def spotted(
    curve: NDArray[Any], half: int, *, one_per_video: bool, share: float = 0.55
) -> tuple[NDArray[np.float64], list[int]]:
    """Return the smoothed curve and the peaks that count."""
    smoothed = np.convolve(curve, np.ones(2 * half) / (2 * half), mode="same")
    if one_per_video:
        return smoothed, [int(np.flatnonzero(smoothed == smoothed.max())[0])]
    height = smoothed.mean() + share * (smoothed.max() - smoothed.mean())
    return smoothed, find_peaks(smoothed, height=height, distance=half)[0].tolist()


def emotion(probabilities: NDArray[Any], peak: int, half: int) -> int:
    """Return the most frequent class before a peak, the first in time of equally frequent ones."""
    before = probabilities[max(0, peak - half) : max(1, peak)]
    return Counter(int(row.argmax()) for row in before).most_common(1)[0][0]
