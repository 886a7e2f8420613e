"""Scripts: for any recipe, movements are within the video and do not overlap."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from mebench_synthetic.recipe import STANDARD, Recipe
from mebench_synthetic.script import VideoScript, scripts_of

recipes = st.builds(
    Recipe.custom,
    subjects=st.integers(1, 3),
    videos=st.integers(1, 3),
    fps=st.integers(10, 250),
    seconds=st.floats(0.1, 25),
    intensity=st.tuples(st.floats(0.05, 0.4), st.floats(0.4, 1)),
    noise=st.floats(0, 5),
    seed=st.integers(0, 2**40),
)


@given(recipes)
def test_all_movements_are_within_the_video(recipe: Recipe) -> None:
    scripts = scripts_of(recipe)
    assert len(scripts) == recipe.subjects * recipe.videos
    for script in scripts:
        assert recipe.frames[0] <= script.n_frames <= recipe.frames[1]
        for action in script.actions:
            assert 0 <= action.onset <= action.apex <= action.offset < script.n_frames
        for blink in script.blinks:
            assert 0 <= blink.onset < blink.shut < blink.offset < script.n_frames
        for nod in script.nods:
            assert 0 <= nod.onset < nod.offset < script.n_frames
        assert any(action.kind == "micro" for action in script.actions)


@given(recipes)
def test_movements_of_the_face_do_not_overlap(recipe: Recipe) -> None:
    for script in scripts_of(recipe):
        ordered = sorted(script.actions, key=lambda action: action.onset)
        for before, after in itertools.pairwise(ordered):
            assert before.offset < after.onset


@given(recipes)
def test_intensities_are_within_the_recipe(recipe: Recipe) -> None:
    low, high = recipe.intensity
    for script in scripts_of(recipe):
        for action in script.actions:
            strongest = max(max(unit.left, unit.right) for unit in action.units)
            if action.kind == "micro":
                # The strongest unit of some variants has 900 thousandths of the intensity.
                assert 9 * low // 10 - 2 <= strongest <= high
            elif action.kind == "trace":
                assert strongest <= 80
            assert all(0 <= unit.left <= 1000 and 0 <= unit.right <= 1000 for unit in action.units)


def test_lengths_are_those_of_the_field_at_any_frame_rate() -> None:
    for fps in (15, 30, 100, 200):
        recipe = Recipe.custom(
            subjects=2, videos=1, fps=fps, seconds=12, intensity=(0.2, 0.4), noise=0, seed=5
        )
        for script in scripts_of(recipe):
            for action in script.actions:
                if action.kind == "micro":
                    assert 0.23 <= (action.offset - action.onset + 1) / fps <= 0.54


def test_the_standard_set_has_what_makes_long_videos_hard() -> None:
    scripts = scripts_of(STANDARD)
    kinds = [action.kind for script in scripts for action in script.actions]
    assert kinds.count("macro") == 16
    assert kinds.count("trace") >= 24
    assert sum(len(script.blinks) for script in scripts) >= 32
    assert sum(len(script.nods) for script in scripts) >= 12
    assert all(len(script.glances) > 2 for script in scripts)
    assert any(_has_blink_over_a_micro_expression(script) for script in scripts)
    assert any(
        unit.left != unit.right
        for script in scripts
        for action in script.actions
        for unit in action.units
    )


def _has_blink_over_a_micro_expression(script: VideoScript) -> bool:
    return any(
        action.kind == "micro" and action.onset <= blink.shut <= action.offset
        for action in script.actions
        for blink in script.blinks
    )


def test_more_people_do_not_change_the_first_ones() -> None:
    def made(subjects: int) -> list[VideoScript]:
        return scripts_of(
            Recipe.custom(
                subjects=subjects,
                videos=1,
                fps=30,
                seconds=6,
                intensity=(0.2, 0.4),
                noise=0,
                seed=5,
            )
        )

    assert made(5)[:2] == made(2)
