"""The sensor: noise as strong as in the recipe, reproducible, and different in every frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mebench_synthetic.recipe import STANDARD
from mebench_synthetic.sensor import ImageSensor


def gray(level: float = 128) -> np.ndarray:
    return np.full((120, 160, 3), level, np.float32)


def test_noise_has_the_spread_of_the_recipe() -> None:
    for noise in (80, 150, 400):
        sensor = ImageSensor(replace(STANDARD, noise=noise, flicker=0), "s01", "v1")
        taken = sensor.expose(gray(), 5).astype(float)
        rounding = 1 / 12
        assert abs(taken.std() - np.sqrt((noise / 100) ** 2 + rounding)) < 0.05
        assert abs(taken.mean() - 128) < 0.05


def test_without_noise_and_flicker_a_frame_is_what_was_rendered() -> None:
    sensor = ImageSensor(replace(STANDARD, noise=0, flicker=0), "s01", "v1")
    assert (sensor.expose(gray(77), 0) == 77).all()


def test_exposure_flickers_from_frame_to_frame() -> None:
    sensor = ImageSensor(replace(STANDARD, noise=0, flicker=2000), "s01", "v1")
    means = [sensor.expose(gray(), number).mean() for number in range(200)]
    assert 0.7 < np.std(means) / (128 * 0.02) < 1.3


def test_frames_videos_and_seeds_have_noise_of_their_own() -> None:
    def taken(seed: int = 1, video: str = "v1", number: int = 0) -> bytes:
        return (
            ImageSensor(replace(STANDARD, seed=seed), "s01", video).expose(gray(), number).tobytes()
        )

    assert taken() == taken()
    assert len({taken(), taken(seed=2), taken(video="v2"), taken(number=1)}) == 4


def test_light_is_clipped_to_pixels() -> None:
    sensor = ImageSensor(replace(STANDARD, noise=500), "s01", "v1")
    assert sensor.expose(gray(300), 0).min() == 255
    assert sensor.expose(gray(-100), 0).max() == 0
