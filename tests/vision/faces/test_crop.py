"""Cutting out the face."""

import cv2
import numpy as np
import pytest

from mebench_vision.faces.boxes import Box
from mebench_vision.faces.crops import FACE_SIZE, aligned_crop, fixed_crop
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from tests.vision.faces.videos import rendered, rendered_face


def test_cut_then_resized_then_gray() -> None:
    image = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    found = fixed_crop(Box(50, 20, 250, 220))(image)
    resized = cv2.resize(image[20:220, 50:250], (128, 128))
    weights = np.array([0.299, 0.587, 0.114])
    assert found.shape == (FACE_SIZE, FACE_SIZE) and found.dtype == np.uint8
    np.testing.assert_allclose(found, resized @ weights, atol=0.6)
    gray_first = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[20:220, 50:250], (128, 128))
    assert (found != gray_first).any()


def test_aligned_faces_are_upright() -> None:
    pytest.importorskip("dlib")
    model, image, box = find_landmark_model(), rendered()[0], rendered_face()
    turn = cv2.getRotationMatrix2D((320, 240), 12, 1)
    turned = np.asarray(cv2.warpAffine(image, turn, (640, 480)), np.uint8)
    chips = [aligned_crop(box, model, [])(frame) for frame in (image, turned)]
    for chip in chips:
        assert chip.shape == (FACE_SIZE, FACE_SIZE) and chip.dtype == np.uint8
        landmarks = find_landmarks(chip, model)
        eyes = landmarks[36:42].mean(axis=0), landmarks[42:48].mean(axis=0)
        assert abs(eyes[0][1] - eyes[1][1]) < 3
    crop = fixed_crop(box)
    aligned, unaligned = (
        np.abs(first.astype(float) - second).mean()
        for first, second in (chips, (crop(image), crop(turned)))
    )
    assert aligned < unaligned / 2


def test_a_lost_face_is_expected_where_it_was() -> None:
    pytest.importorskip("dlib")
    image = rendered()[0]
    crop = aligned_crop(rendered_face(), find_landmark_model(), [])
    crop(image)
    assert crop(np.zeros_like(image)).shape == (FACE_SIZE, FACE_SIZE)
