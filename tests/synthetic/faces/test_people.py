"""Different people have different faces; the same person always has the same."""

from __future__ import annotations

import numpy as np

from mebench_synthetic.faces.head_shape import shape_head
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.rig import Rig
from tests.synthetic.faces.people import someone


def test_the_same_draws_give_the_same_bytes(rig: Rig) -> None:
    again = Rig(someone(0))
    pose = Pose(units={"AU12L": 0.3}, blink=0.3, gaze=(0.1, 0.0), rotation=(0.01, 0.02, 0.0))
    for each in (Pose(), pose):
        assert rig.frame(each).tobytes() == again.frame(each).tobytes()


def test_a_frame_does_not_depend_on_the_frames_before(rig: Rig) -> None:
    pose = Pose(units={"AU4L": 0.9, "AU4R": 0.9}, gaze=(0.0, 0.1))
    first = rig.frame(pose)
    rig.frame(Pose(blink=1.0, gaze=(0.2, 0.0)))
    assert rig.frame(pose).tobytes() == first.tobytes()


def test_the_picture_is_what_was_promised(rig: Rig) -> None:
    frame = rig.frame(Pose())
    assert frame.shape == (480, 640, 3)
    assert frame.dtype == np.float32
    assert 0 <= frame.min() <= frame.max() <= 255


def test_a_hundred_people_are_a_hundred_faces() -> None:
    shapes = np.stack([shape_head(someone(place)).ravel() for place in range(100)])
    apart = np.sqrt(
        np.maximum(
            (shapes**2).sum(1)[:, None] + (shapes**2).sum(1)[None] - 2 * shapes @ shapes.T, 0
        )
        / (shapes.shape[1] / 3)
    )
    apart[np.diag_indices(100)] = np.inf
    assert apart.min() > 0.01  # head units, root mean square over all vertices: a millimetre
    assert len({someone(place).shape for place in range(100)}) == 100


def test_the_cast_differs_in_age_sex_skin_and_hair() -> None:
    cast = [someone(place) for place in range(8)]
    ages = sorted(person.age for person in cast)
    assert ages[0] < 24
    assert ages[-1] > 64
    assert sum(person.maleness > 0.5 for person in cast) == 4
    assert min(person.tone for person in cast) < 0.15
    assert max(person.tone for person in cast) > 0.85
    assert len({person.style for person in cast}) >= 6
    assert {"index", "age", "hair", "skin tone"} <= set(cast[0].summary())


def test_seeds_and_places_give_other_pictures(rig: Rig, old_rig: Rig) -> None:
    other_seed = someone(0, seed=2)
    assert other_seed.shape != someone(0).shape
    assert not np.allclose(shape_head(other_seed), shape_head(someone(0)), atol=0.01)
    assert np.abs(rig.frame(Pose()) - old_rig.frame(Pose())).mean() > 8
