"""Rendered videos: reproducible, other people with another seed, motion where the truth is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mebench_synthetic.dataset import SyntheticDataset, SyntheticVideo
from mebench_synthetic.recipe import STANDARD, Recipe


def first_video(recipe: Recipe) -> SyntheticVideo:
    return SyntheticDataset(recipe).videos()[0]


QUIET = replace(STANDARD, noise=0, flicker=0, sway=0, nods=0)


@pytest.fixture(scope="module")
def video() -> SyntheticVideo:
    return first_video(QUIET)


def test_a_frame_is_the_same_alone_and_in_a_row(video: SyntheticVideo) -> None:
    row = list(video.frames(40, 44))
    assert row[2].shape == (480, 640, 3) and row[2].dtype == np.uint8
    assert (video.frame(42) == row[2]).all()
    assert next(iter(video.frames(video.n_frames - 1, video.n_frames + 5))).any()


def test_a_micro_expression_moves_its_face_and_a_quiet_pause_does_not(
    video: SyntheticVideo,
) -> None:
    action = next(
        action
        for action in video.script.actions
        if action.kind == "micro"
        and all(
            blink.offset < action.onset - 3 or blink.onset > action.offset
            for blink in video.script.blinks
        )
    )
    before, apex, after = (
        video.frame(number).astype(int)
        for number in (action.onset - 1, action.apex, action.offset + 1)
    )
    moved, returned = np.abs(apex - before), np.abs(after - before)
    assert (moved.max(axis=2) > 12).sum() > 150
    assert (returned.max(axis=2) > 12).sum() < (moved.max(axis=2) > 12).sum() / 10


def test_two_seeds_are_two_people(video: SyntheticVideo) -> None:
    other_video = first_video(replace(QUIET, seed=1))  # shared by many tests
    one, other = (each.frame(0).astype(int) for each in (video, other_video))
    face = (slice(120, 340), slice(220, 420))
    assert np.abs(one[face] - other[face]).mean() > 6  # of 255; noise alone would give below 2


def test_content_keys_differ_between_videos_and_recipes() -> None:
    videos = [
        *SyntheticDataset(STANDARD).videos(),
        *SyntheticDataset(replace(STANDARD, noise=10)).videos(),
    ]
    assert len({video.content_key() for video in videos}) == len(videos)
    assert videos[0].content_key() == first_video(STANDARD).content_key()
