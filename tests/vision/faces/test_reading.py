"""The face of a video in all frames."""

import numpy as np
import pytest

from mebench import MebenchError
from mebench_vision.faces.boxes import Box, BoxFile
from mebench_vision.faces.crops import FaceSettings, faces_from_arrays, fixed_crop, read_faces
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from tests.vision.faces.videos import ShortVideo, blank, rendered, rendered_face, with_second_face

pytest.importorskip("dlib")


def silent(share: float, step: str) -> None:
    """Ignore the progress."""


def test_the_first_frame_finds_and_every_frame_is_cut() -> None:
    video, shares = ShortVideo(rendered()), list[float]()
    faces = read_faces(video, FaceSettings(), lambda share, step: shares.append(share))
    assert video.read == [0, *range(6)]  # the first for the detector
    assert shares == sorted(shares) and shares[-1] == 1
    box = rendered_face()
    assert faces.box == box
    assert faces.crops.dtype == np.uint8
    crop = fixed_crop(box)
    np.testing.assert_array_equal(faces.crops, [crop(image) for image in rendered()])
    np.testing.assert_array_equal(
        faces.landmarks, find_landmarks(faces.crops[0], find_landmark_model())
    )


def test_later_frames_find_it() -> None:
    video = ShortVideo([blank(), *rendered()[:2]])
    faces = read_faces(video, FaceSettings(detect_on=3), silent)
    assert faces.box == rendered_face() and len(faces.crops) == 3
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


def test_several_faces_are_told() -> None:
    both = [with_second_face(image) for image in rendered()[:4]]
    video = ShortVideo([blank(), *both])
    faces = read_faces(video, FaceSettings(detect_on=3), silent)
    assert faces.several.tolist() == [[1, 2]]
    [warning] = faces_from_arrays(faces.as_arrays()).warnings(video)
    assert (warning.code, warning.severity) == ("faces-several", "warning")
    assert warning.message == ("set/s01/v1: 2 faces were found in frame 1; the largest is used.")
    assert (warning.place.subject, warning.place.video) == ("s01", "v1")
    assert "--box FILE" in warning.remedy


@pytest.mark.parametrize(
    ("others", "words"),
    [(0, "frame 0; the"), (1, "frame 0, and more than one in a later"), (2, "in 2 later frames;")],
)
def test_faces_that_are_found_in_each_frame(others: int, words: str) -> None:
    """With ``align``, every frame decides which face is cut out."""
    both = [with_second_face(image) for image in rendered()[: 1 + others]]
    alone = np.zeros((480, 960, 3), np.uint8)
    alone[:, 320:] = rendered()[5]
    video = ShortVideo([both[0], alone, *both[1:]])
    faces = read_faces(video, FaceSettings(align="landmarks"), silent)
    expected = [0, *range(2, 2 + others)]
    assert faces.several.tolist() == [[frame, 2] for frame in expected]
    assert words in faces.warnings(video)[0].message


def test_a_face_alone_or_a_given_box_is_no_warning() -> None:
    video = ShortVideo(rendered()[:2])
    alone = read_faces(video, FaceSettings(), silent)
    assert "several" not in alone.as_arrays()
    assert alone.warnings(video) == []
    both = ShortVideo([with_second_face(rendered()[0])])
    boxes = BoxFile("boxes.csv", ((("s01", "v1"), Box(520, 100, 740, 330)),))
    assert read_faces(both, FaceSettings(boxes=boxes), silent).warnings(both) == []


def test_the_largest_face_is_cut_out_as_if_it_were_alone() -> None:
    alone = [image.copy() for image in map(with_second_face, rendered()[:3])]
    for image in alone:
        image[:, :320] = 0
    both = read_faces(ShortVideo([*map(with_second_face, rendered()[:3])]), FaceSettings(), silent)
    other = read_faces(ShortVideo(alone), FaceSettings(), silent)
    assert both.box == other.box
    np.testing.assert_array_equal(both.crops, other.crops)
