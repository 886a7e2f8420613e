"""Motion: the curves agree with the truth, and are smooth."""

from __future__ import annotations

import numpy as np
import pytest

from mebench_synthetic.motion import Motion, activation, motion_of
from mebench_synthetic.recipe import HARD, STANDARD, Recipe
from mebench_synthetic.script import Action, VideoScript, scripts_of

CASES = [(recipe, script) for recipe in (STANDARD, HARD) for script in scripts_of(recipe)[:6]]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0].id}-{case[1].subject}")
def case(request: pytest.FixtureRequest) -> tuple[Recipe, VideoScript, Motion]:
    recipe, script = request.param
    return recipe, script, motion_of(script, recipe)


def test_the_face_moves_in_every_frame_of_an_expression_and_in_no_other(
    case: tuple[Recipe, VideoScript, Motion],
) -> None:
    _, script, motion = case
    moved = np.zeros(script.n_frames, bool)
    for action in script.actions:
        moved[action.onset : action.offset + 1] = True
    total = np.sum(list(motion.units.values()), axis=0)
    assert ((total > 0) == moved).all()


def test_the_apex_is_the_strongest_frame() -> None:
    for recipe, script in CASES:
        for action in script.actions:
            curve = activation(action, script.n_frames)
            assert curve[action.apex] == curve.max() == 1
            assert curve[action.onset] > 0 and curve[action.offset] > 0
            if action.kind == "micro":
                assert int(curve.argmax()) == action.apex
        assert recipe.fps == 30


def test_one_frame_is_the_shortest_expression() -> None:
    curve = activation(Action("micro", "positive", 3, 3, 3, ()), 7)
    assert curve.tolist() == [0, 0, 0, 1, 0, 0, 0]


def test_blinks_close_the_eyes(case: tuple[Recipe, VideoScript, Motion]) -> None:
    _, script, motion = case
    for blink in script.blinks:
        assert motion.blink[blink.shut] == 1
        assert motion.blink[blink.onset - 1] == 0 or blink.onset == 0
    assert motion.blink.min() == 0 and motion.blink.max() <= 1


def test_the_head_sways_slowly_and_as_much_as_in_the_recipe() -> None:
    rotations = []
    for script in scripts_of(STANDARD):
        still = VideoScript(
            script.subject, script.video, script.n_frames, script.actions, (), script.glances, ()
        )
        rotations.append(motion_of(still, STANDARD).rotation[0])
    spread = np.mean([curve.std() for curve in rotations])
    assert 0.4 * STANDARD.sway / 10_000 < spread < 1.6 * STANDARD.sway / 10_000
    assert max(np.abs(np.diff(curve)).max() for curve in rotations) < 0.004


def test_the_gaze_rests_on_the_last_glance(case: tuple[Recipe, VideoScript, Motion]) -> None:
    _, script, motion = case
    last = script.glances[-1]
    if last.frame + 2 < script.n_frames:
        assert motion.gaze[0][-1] == pytest.approx(last.right / 1000)
        assert motion.gaze[1][-1] == pytest.approx(last.up / 1000)


def test_a_pose_holds_only_units_that_move(case: tuple[Recipe, VideoScript, Motion]) -> None:
    _, script, motion = case
    quiet = next(
        frame
        for frame in range(script.n_frames)
        if all(not action.onset <= frame <= action.offset for action in script.actions)
    )
    assert motion.pose(quiet).units == {}
    assert set(motion.pose(script.actions[0].apex).units) == {
        unit.name + side for unit in script.actions[0].units for side in "LR"
    }
