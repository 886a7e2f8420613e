"""Finding faces on rendered frames."""

import numpy as np
import pytest

from mebench import MebenchError
from mebench_vision.faces.boxes import Box, BoxFile
from mebench_vision.faces.detector import find_face, find_faces, find_video_face
from tests.vision.faces.videos import ShortVideo, blank, rendered, rendered_face, with_second_face

pytest.importorskip("dlib")


def test_a_face_is_found() -> None:
    box = rendered_face()
    assert box.left < 320 < box.right and box.top < 240 < box.bottom


def test_the_largest_face_is_taken() -> None:
    box, smaller = find_faces(with_second_face(rendered()[0]))
    assert box.left > 320 and box.area > 2 * smaller.area
    assert find_face(with_second_face(rendered()[0])) == box


def test_a_box_is_clipped() -> None:
    box = find_face(np.ascontiguousarray(rendered()[0][150:, :]))
    assert box is not None and box.top >= 0


def test_only_the_first_frame_is_searched() -> None:
    video = ShortVideo([blank(), rendered()[0]])
    with pytest.raises(MebenchError, match=r"set/s01/v1: No face.*first frame") as caught:
        find_video_face(video)
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.code == "face-not-found" and diagnostic.place.video == "v1"
    assert "--box" in diagnostic.remedy and "--detect-on" in diagnostic.remedy
    assert video.read == [0]


def test_more_frames_are_searched_until_there_is_a_face() -> None:
    video = ShortVideo([blank(), rendered()[0], rendered()[1]])
    found = find_video_face(video, detect_on=50)
    assert found.box == rendered_face() and found.image is rendered()[0]
    assert (found.frame, found.faces) == (1, 1)
    assert video.read == [0, 1]
    with pytest.raises(MebenchError, match="first 2 frames"):
        find_video_face(ShortVideo([blank(), blank()]), detect_on=50)


def test_a_box_from_the_user_replaces_the_detector() -> None:
    boxes = BoxFile("boxes.csv", ((("s01", "v1"), Box(10, 20, 9000, 60)),))
    found = find_video_face(ShortVideo([blank()]), boxes=boxes)
    assert (found.box, found.faces) == (Box(10, 20, 640, 60), 0)
