"""Faces look real: a detector finds them, and shading is plausible."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from benchmarks.detector import drawn_pose
from mebench.util.random_streams import RandomStream
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.rig import Rig
from tests.synthetic.faces.measures import to_gray


def test_a_detector_finds_one_face(rig: Rig, old_rig: Rig, dark_rig: Rig) -> None:
    pytest.importorskip("dlib", reason="dlib is not installed")
    detector = importlib.import_module("dlib").get_frontal_face_detector()
    for index, face_rig in enumerate((rig, old_rig, dark_rig)):
        for number in range(4):
            frame = to_gray(face_rig.frame(drawn_pose(RandomStream(3, "pose", index, number))))
            (box,) = detector(frame, 0)
            assert 120 < box.height() < 300


def test_highlights_on_dark_skin_are_smooth(dark_rig: Rig) -> None:
    image = dark_rig.frame(Pose()).mean(axis=2)
    x, y = (round(part) for part in dark_rig.landmarks(Pose())["inner brow left"])
    forehead = image[y - 50 : y - 20, x - 25 : x + 25]
    speckle = np.abs(np.diff(forehead, n=2, axis=1))
    assert forehead.mean() > 25
    assert np.percentile(speckle, 99) < 0.08 * forehead.mean()


def test_skin_tones_differ(old_rig: Rig, dark_rig: Rig) -> None:
    light, dark = (each.frame(Pose())[each.mask].mean() for each in (old_rig, dark_rig))
    assert light > 1.5 * dark


def test_the_face_fills_the_picture_and_stays_in_it(rig: Rig) -> None:
    for pose in (Pose(), Pose(rotation=(0.06, 0.03, 0.01), translation=(0.06, 0.06, 0.1))):
        points = np.array(list(rig.landmarks(pose).values()))
        assert points[:, 0].min() > 180
        assert points[:, 0].max() < 460
        assert points[:, 1].min() > 100
        assert points[:, 1].max() < 400
    still = rig.landmarks(Pose())
    assert 150 <= still["chin"][1] - still["inner brow left"][1] <= 200  # most of the face
