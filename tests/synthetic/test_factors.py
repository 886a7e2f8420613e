"""Factors: five levels each, one thing changes, people and all other movements are the same."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.datasets.registry import factors_of, open_level
from mebench.diagnostics import UsageError
from mebench_synthetic.dataset import SyntheticDataset, SyntheticVideo
from mebench_synthetic.factors import recipe_at
from mebench_synthetic.recipe import HARD, STANDARD, Recipe
from mebench_synthetic.script import Action, VideoScript
from mebench_synthetic.script_changes import filmed_scripts
from mebench_synthetic.truth import truth_of

FACTORS = factors_of("synthetic")
CAMERA = ("noise", "head-motion", "image-size", "compression", "flicker")
USUAL = filmed_scripts(STANDARD)
CASES = [(name, value) for name, factor in FACTORS.items() for value in factor.levels]


def of_kind(script: VideoScript, *kinds: str) -> list[Action]:
    return [action for action in script.actions if action.kind in kinds]


def test_the_standard_recipe_is_what_it_was() -> None:
    """Ids of recipes and keys of stored features do not change by the fields of the levels."""
    assert (STANDARD.digest, HARD.digest) == ("c29b2010", "d49c4374")
    recipe = Recipe.custom(
        subjects=1, videos=1, fps=30, seconds=2, intensity=(0.2, 0.4), noise=1, seed=1
    )
    assert recipe.id == "synth-f0e9f29d"


@pytest.mark.parametrize("name", FACTORS)
def test_five_levels_from_easy_to_hard_with_the_standard(name: str) -> None:
    factor = FACTORS[name]
    assert len(set(factor.levels)) == 5
    assert factor.standard in factor.levels
    assert factor.in_order(factor.levels[::-1]) == factor.levels
    assert [factor.parse(factor.label(value)) for value in factor.levels] == list(factor.levels)
    recipe = recipe_at(STANDARD, name, factor.standard)
    assert replace(recipe, id=STANDARD.id) == STANDARD
    assert recipe.digest == STANDARD.digest


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_level_has_the_same_people_videos_and_micro_expressions(name: str, value: float) -> None:
    recipe = recipe_at(STANDARD, name, value)
    changed = {
        one.name
        for one in fields(Recipe)
        if one.name != "id" and getattr(recipe, one.name) != getattr(STANDARD, one.name)
    }
    assert len(changed - {"script_fps"}) == (value != FACTORS[name].standard)
    assert open_level("synthetic", name, value).truth() == truth_of(recipe)
    scripts = filmed_scripts(recipe)
    assert [(one.subject, one.video) for one in scripts] == [
        (one.subject, one.video) for one in USUAL
    ]
    for script, usual in zip(scripts, USUAL, strict=True):
        emotions = [[one.emotion for one in of_kind(each, "micro")] for each in (script, usual)]
        assert emotions[0] == emotions[1]


@pytest.mark.parametrize("name", CAMERA)
def test_the_camera_changes_no_movement(name: str) -> None:
    for value in FACTORS[name].levels:
        assert filmed_scripts(recipe_at(STANDARD, name, value)) == USUAL


def test_intensity_changes_only_the_strength_of_micro_expressions() -> None:
    strengths = []
    for value in FACTORS["intensity"].levels:
        scripts = filmed_scripts(recipe_at(STANDARD, "intensity", value))
        strengths.append(
            [
                max(max(unit.left, unit.right) for unit in action.units)
                for script in scripts
                for action in of_kind(script, "micro")
            ]
        )
        for script, usual in zip(scripts, USUAL, strict=True):
            for action, before in zip(script.actions, usual.actions, strict=True):
                same = before if action.kind != "micro" else replace(before, units=action.units)
                assert action == same
                assert [one.name for one in action.units] == [one.name for one in before.units]
            assert replace(script, actions=()) == replace(usual, actions=())
    for stronger, weaker in pairwise(strengths):
        assert all(one > other for one, other in zip(stronger, weaker, strict=True))


@given(st.integers(5, 240))
def test_a_frame_rate_keeps_the_time_of_every_movement(fps: int) -> None:
    seconds = 0.5 / fps + 1e-9
    for script, usual in zip(
        filmed_scripts(recipe_at(STANDARD, "frame-rate", fps)), USUAL, strict=True
    ):
        assert abs(script.n_frames / fps - usual.n_frames / 30) <= seconds
        for action, before in zip(script.actions, usual.actions, strict=True):
            assert 0 <= action.onset <= action.apex <= action.offset < script.n_frames
            assert abs(action.onset / fps - before.onset / 30) <= seconds
            if action.offset > action.onset:
                assert abs((action.offset + 1) / fps - (before.offset + 1) / 30) <= seconds
            assert action.units == before.units
        for before, after in pairwise(script.actions):
            assert before.offset < after.onset
        for blink in script.blinks:
            assert blink.onset < blink.shut < blink.offset < script.n_frames
        assert all(nod.onset < nod.offset < script.n_frames for nod in script.nods)


@given(st.integers(150, 750))
def test_a_length_changes_only_micro_expressions_around_their_apex(longest: int) -> None:
    lengths = []
    for script, usual in zip(
        filmed_scripts(recipe_at(STANDARD, "length", longest)), USUAL, strict=True
    ):
        for action, before in zip(script.actions, usual.actions, strict=True):
            if action.kind == "micro":
                expected = (before.offset - before.onset) * longest / 500
                assert abs(action.offset - action.onset - expected) <= 1
                lengths.append(action.offset - action.onset + 1)
                before = replace(before, onset=action.onset, offset=action.offset)
            assert action == before
        for one, other in pairwise(sorted(script.actions, key=lambda action: action.onset)):
            assert one.offset + 1 < other.onset  # a neutral frame between them
        assert replace(script, actions=()) == replace(usual, actions=())
    assert max(lengths) <= longest * 30 / 1000 + 1.5


@pytest.mark.parametrize("number", FACTORS["macro-rate"].levels)
def test_macro_expressions_are_added_after_the_end(number: float) -> None:
    for script, usual in zip(
        filmed_scripts(recipe_at(STANDARD, "macro-rate", number)), USUAL, strict=True
    ):
        assert len(of_kind(script, "macro")) == number
        assert of_kind(script, "micro", "trace") == of_kind(usual, "micro", "trace")
        assert script.nods == usual.nods
        added = [action for action in script.actions if action.onset >= usual.n_frames]
        assert len(added) == max(0, number - 1)
        assert (script.n_frames > usual.n_frames) == bool(added)
        assert set(usual.blinks) <= set(script.blinks)
        assert script.glances[: len(usual.glances)] == usual.glances
        for before, after in pairwise(sorted(script.actions, key=lambda action: action.onset)):
            assert before.offset < after.onset


def first_video(name: str, value: float) -> SyntheticVideo:
    return SyntheticDataset(recipe_at(STANDARD, name, value)).videos()[0]


def test_frames_at_levels() -> None:
    """One person only: a person takes a second to draw."""
    usual = SyntheticDataset(STANDARD).videos()[0]
    image = usual.frame(60).astype(float)
    assert first_video("noise", 1.5).content_key() == usual.content_key()
    assert (first_video("macro-rate", 4).frame(60) == image).all()
    small = first_video("image-size", 120).frame(60)
    assert small.shape == (120, 160, 3)
    means = image.reshape(120, 4, 160, 4, 3).mean(axis=(1, 3))
    assert np.abs(means - small).mean() < 2.5  # noise of 1.5, and flicker
    errors = [
        np.abs(first_video("compression", quality).frame(60) - image).mean()
        for quality in (90, 30, 10)
    ]
    assert 0 < errors[0] < errors[1] < errors[2] < 20
    # Twice the frame rate has the same movement at the same time.
    fast = replace(recipe_at(STANDARD, "frame-rate", 60), noise=0, flicker=0)
    [quiet, fast_video] = [
        SyntheticDataset(recipe).videos()[0]
        for recipe in (replace(STANDARD, noise=0, flicker=0), fast)
    ]
    assert np.abs(quiet.frame(60) - fast_video.frame(120).astype(float)).mean() < 1
    keys = {first_video(name, value).content_key() for name, value in CASES}
    assert len(keys) == 1 + sum(value != FACTORS[name].standard for name, value in CASES)


@pytest.mark.parametrize("text", ["-1", "51", "0.001", "nan", "inf", "", "much", "1e400"])
def test_values_outside_the_limits_are_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        FACTORS["noise"].parse(text)
    assert [one.code for one in caught.value.diagnostics] == ["bad-level"]


def test_words_and_numbers_are_values() -> None:
    assert FACTORS["compression"].parse("None ") == 0
    assert FACTORS["compression"].in_order((10, 0, 90)) == (0, 90, 10)
    with pytest.raises(UsageError):
        FACTORS["compression"].parse("0")
    assert asdict(recipe_at(STANDARD, "compression", 0))["jpeg_quality"] is None
