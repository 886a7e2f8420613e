"""Action units, lids and eyes move where they should, and nothing else does."""

from __future__ import annotations

import numpy as np

from mebench_synthetic.faces.action_units import ACTION_UNITS, SIDED_UNITS, displacement
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.rig import Rig
from tests.synthetic.faces.measures import both, eye_window, flow_at, moved_by


def test_brows_rise(rig: Rig) -> None:
    pose = Pose(units=both(AU1=0.35, AU2=0.35))
    for name in ("inner brow left", "inner brow right", "outer brow left", "outer brow right"):
        assert -3.2 <= moved_by(rig, pose, name)[1] <= -1.5
    assert flow_at(rig, pose, "inner brow left")[1] < -1.0


def test_brows_lower(rig: Rig) -> None:
    pose = Pose(units=both(AU4=0.35))
    assert moved_by(rig, pose, "inner brow left")[1] > 1.5
    assert flow_at(rig, pose, "inner brow left")[1] > 1.0


def test_mouth_corners_rise_and_part(rig: Rig) -> None:
    pose = Pose(units=both(AU12=0.22))
    for name, outwards in (("mouth corner left", 1), ("mouth corner right", -1)):
        right, down = moved_by(rig, pose, name)
        assert -5 <= down <= -2
        assert right * outwards > 1
        seen_right, seen_down = flow_at(rig, pose, name)
        assert seen_down < -1
        assert seen_right * outwards > 0.4


def test_one_side_moves_alone(rig: Rig) -> None:
    for name in ("AU12L", "AU2L", "AU1L", "AU4L"):
        changed = np.abs(rig.frame(Pose(units={name: 0.4})) - rig.frame(Pose())).max(axis=2)
        middle = round(rig.landmarks(Pose())["nose tip"][0])
        assert changed[:, middle + 20 :].sum() > 8 * changed[:, : middle - 20].sum()


def test_every_side_of_every_unit_has_a_field() -> None:
    assert len(SIDED_UNITS) == 2 * len(ACTION_UNITS)
    for name in SIDED_UNITS:
        assert np.abs(displacement(name)).max() > 0.01


def test_a_blink_hides_the_eyeballs(rig: Rig) -> None:
    opened, closed = rig.frame(Pose()), rig.frame(Pose(blink=1.0))
    red, blue = 0, 2  # skin is redder than the white and the iris of an eye
    for side in ("left", "right"):
        window = eye_window(rig, side)
        skin_like = [
            image[window][..., red] - image[window][..., blue] for image in (opened, closed)
        ]
        assert np.percentile(skin_like[1], 5) > np.percentile(skin_like[0], 5) + 8
        dark = [(image[window].mean(axis=2) < 45).sum() for image in (opened, closed)]
        assert dark[0] > 20
        assert dark[1] < dark[0] / 3


def test_the_iris_follows_the_gaze(old_rig: Rig) -> None:
    def pupil(gaze: tuple[float, float]) -> tuple[float, float]:
        image = old_rig.frame(Pose(gaze=gaze)).mean(axis=2)
        rows, columns = eye_window(old_rig, "left")
        dark = np.clip(60 - image[rows, columns], 0, None)
        down, right = np.mgrid[rows, columns]
        return float((dark * right).sum() / dark.sum()), float((dark * down).sum() / dark.sum())

    ahead, right, up = pupil((0, 0)), pupil((0.25, 0)), pupil((0, 0.12))
    assert 2 < right[0] - ahead[0] < 7
    assert up[1] < ahead[1] - 0.5


def test_the_head_moves_as_it_is_told(rig: Rig) -> None:
    still = rig.landmarks(Pose())["nose tip"]
    nod = rig.landmarks(Pose(rotation=(0.05, 0, 0)))["nose tip"]
    turn = rig.landmarks(Pose(rotation=(0, 0.05, 0)))["nose tip"]
    shift = rig.landmarks(Pose(translation=(0.1, 0.1, 0)))["nose tip"]
    assert nod[1] > still[1] + 3
    assert turn[0] > still[0] + 3
    assert shift[0] > still[0] + 10
    assert shift[1] < still[1] - 10
    seen = flow_at(rig, Pose(translation=(0.03, 0, 0)), "nose tip")
    assert 3 < seen[0] < 5.5
    before, after = rig.frame(Pose()), rig.frame(Pose(translation=(0.03, 0, 0)))
    assert np.array_equal(before[:40, :60], after[:40, :60])  # the wall stands still
