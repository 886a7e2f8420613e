"""The authors' weights on a photograph of a real face that is moved a little.

The photograph is NASA's of the astronaut Eileen Collins, in the public domain, which comes with
scikit-image. Brows are raised, and the corners of the mouth drawn outwards and up, by two pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.data import astronaut

from mebench_mean.architecture import recognition_network, spotting_network
from mebench_mean.author_weights import class_names, read_weight_file
from mebench_mean.training import outputs
from mebench_vision.faces.crops import fixed_crop
from mebench_vision.faces.detector import find_face
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.flow import flow_function
from tests.mean.test_network import FILES, needs_weights

PIXELS = 2.0
MEANINGS = {"brow raise": {"surprise"}, "smile": {"happiness", "positive"}}

Move = tuple[NDArray[np.float64], tuple[float, float]]


def moved(image: NDArray[np.uint8], moves: Sequence[Move], radius: float) -> NDArray[np.uint8]:
    """Move soft discs of an image: each move is a center (x, y) and a displacement."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    across, down = np.zeros_like(x), np.zeros_like(y)
    for (center_x, center_y), (right, lower) in moves:
        weight = np.exp(-((x - center_x) ** 2 + (y - center_y) ** 2) / (2 * radius**2))
        across, down = across + weight * right, down + weight * lower
    source = np.asarray(x - across, np.float32), np.asarray(y - down, np.float32)
    return np.asarray(cv2.remap(image, *source, cv2.INTER_CUBIC), np.uint8)


@cache
def features_of_motions() -> dict[str, NDArray[np.float16]]:
    """Return the features (1, 42, 42, 3) of the pair before and after each motion, and of none."""
    image: NDArray[np.uint8] = astronaut()  # type: ignore[no-untyped-call]
    box = find_face(image)
    assert box is not None
    crop, size = fixed_crop(box), box.right - box.left
    landmarks = find_landmarks(crop(image), find_landmark_model())
    points = landmarks * size / 128 + [box.left, box.top]
    brows = [(points[side].mean(axis=0), (0.0, -PIXELS)) for side in (slice(17, 22), slice(22, 27))]
    corners = [(points[48], (-PIXELS, -PIXELS)), (points[54], (PIXELS, -PIXELS))]
    flow, describer = flow_function("numba"), PairDescriber(landmarks)
    return {
        name: describer.describe(flow(crop(image), crop(moved(image, moves, 0.1 * size))))
        .maps[None]
        .astype(np.float16)
        for name, moves in {"brow raise": brows, "smile": corners, "nothing": []}.items()
    }


@needs_weights
def test_motions_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    motions = features_of_motions()
    named = []
    for path in FILES:
        weights = read_weight_file(path)
        if weights.recognition is None:
            continue
        classes = class_names(path, weights)
        network = recognition_network(len(classes))
        weights.load_into(network)
        for motion, meanings in MEANINGS.items():
            name = classes[int(outputs(network, motions[motion])[0].argmax())]
            named.append((path.stem, motion, name, name in meanings))
    with capsys.disabled():
        print("", *(f"{file}: {motion} is {name}" for file, motion, name, _ in named), sep="\n")
    assert len(named) == 8 and sum(right for *_, right in named) >= 6
    assert all(right for _, motion, _, right in named if motion == "brow raise")


@needs_weights
def test_motions_are_spotted() -> None:
    motions = features_of_motions()
    for path in FILES:
        weights = read_weight_file(path)
        if weights.spotting is None:
            continue
        network = spotting_network()
        weights.load_into(network)
        scores = {name: outputs(network, pair)[0, 0] for name, pair in motions.items()}
        assert scores["brow raise"] > scores["nothing"] < scores["smile"], (path, scores)
