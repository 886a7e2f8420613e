"""The face of a video in all frames."""

import numpy as np
import pytest

from mebench import MebenchError
from mebench_vision.faces.boxes import Box, BoxFile
from mebench_vision.faces.crops import FaceSettings, faces_from_arrays, fixed_crop, read_faces
from mebench_vision.faces.detector import find_face
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from tests.vision.faces.videos import ShortVideo, blank, rendered

pytest.importorskip("dlib")


def silent(share: float, step: str) -> None:
    """Ignore the progress."""


def test_the_first_frame_finds_and_every_frame_is_cut() -> None:
    video, shares = ShortVideo(rendered()), list[float]()
    faces = read_faces(video, FaceSettings(), lambda share, step: shares.append(share))
    assert video.read == [0, *range(6)]  # the first for the detector
    assert shares == sorted(shares) and shares[-1] == 1
    box = find_face(rendered()[0])
    assert box is not None and faces.box == box
    assert faces.crops.dtype == np.uint8
    crop = fixed_crop(box)
    np.testing.assert_array_equal(faces.crops, [crop(image) for image in rendered()])
    np.testing.assert_array_equal(
        faces.landmarks, find_landmarks(faces.crops[0], find_landmark_model())
    )


def test_later_frames_find_it() -> None:
    video = ShortVideo([blank(), *rendered()[:2]])
    faces = read_faces(video, FaceSettings(detect_on=3), silent)
    assert faces.box == find_face(rendered()[0]) and len(faces.crops) == 3
    with pytest.raises(MebenchError, match="face-not-found"):
        read_faces(video, FaceSettings(), silent)


def test_a_given_box() -> None:
    box = Box(200, 100, 420, 330)
    settings = FaceSettings(boxes=BoxFile("boxes.csv", ((("s01", "v1"), box),)))
    faces = read_faces(ShortVideo([blank(), rendered()[0]]), settings, silent)
    assert faces.box == box
    np.testing.assert_array_equal(faces.crops[1], fixed_crop(box)(rendered()[0]))


def test_arrays_and_back() -> None:
    faces = read_faces(ShortVideo(rendered()[:2]), FaceSettings(align="landmarks"), silent)
    again = faces_from_arrays(faces.as_arrays())
    assert again.box == faces.box
    np.testing.assert_array_equal(again.landmarks, faces.landmarks)
    np.testing.assert_array_equal(again.crops, faces.crops)
