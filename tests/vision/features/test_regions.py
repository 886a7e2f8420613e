"""The regions of a face, and their positions in the features."""

import cv2
import numpy as np

from mebench_vision.features.regions import cut_regions, face_regions, nose_region
from tests.vision.features.flows import face_landmarks


def marked() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return a map of the face whose channels are the column and the row."""
    y, x = np.mgrid[:128, :128].astype(np.float32)
    return np.dstack((x, y))


def test_released() -> None:
    landmarks = face_landmarks()
    found = cut_regions(marked(), face_regions(landmarks, "released"))
    top = landmarks[[19, 24], 1].min()
    bottom = landmarks[[41, 46], 1].max()
    # The top is the middle of the brows, not their ends.
    eyes = marked()[top - 12 : bottom + 12, 18 - 12 : 108 + 12]
    left, right = landmarks[60, 0] - 12, landmarks[64, 0] + 12
    mouth = marked()[landmarks[50, 1] - 12 : landmarks[57, 1] + 12, left:right]
    np.testing.assert_allclose(found[:21], cv2.resize(eyes, (42, 21)), atol=1e-4)
    np.testing.assert_allclose(found[21:], cv2.resize(mouth, (42, 21)), atol=1e-4)


def test_paper() -> None:
    landmarks = face_landmarks()
    found = cut_regions(marked(), face_regions(landmarks, "paper"))
    left_eye = (slice(0, 21), [*range(17, 22), *range(36, 42)])
    right_eye = (slice(21, 42), [*range(22, 27), *range(42, 48)])
    for half, parts in (left_eye, right_eye):
        (left, top), (right, bottom) = landmarks[parts].min(axis=0), landmarks[parts].max(axis=0)
        eye = marked()[top - 12 : bottom + 12, left - 12 : right + 12]
        np.testing.assert_allclose(found[:21, half], cv2.resize(eye, (21, 21)), atol=1e-4)
    released = cut_regions(marked(), face_regions(landmarks, "released"))
    np.testing.assert_array_equal(found[21:], released[21:])


def test_landmarks_outside_the_face() -> None:
    for shift in (-500, 500, 60, -60):
        landmarks = face_landmarks() + shift
        for name in ("released", "paper"):
            found = cut_regions(marked(), face_regions(landmarks, name))
            assert found.shape == (42, 42, 2) and np.isfinite(found).all()
        assert marked()[nose_region(landmarks)].size > 0


def test_the_nose() -> None:
    x, y = face_landmarks()[29]
    rows, columns = nose_region(face_landmarks())
    assert (rows.start, rows.stop, columns.start, columns.stop) == (y - 5, y + 6, x - 5, x + 6)
