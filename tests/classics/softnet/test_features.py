"""The input of SOFTNet: the motion of the nose, the eyes, scaling and augmentation."""

from __future__ import annotations

import numpy as np
import pytest

from mebench_classics.softnet.features import PairDescriber, augmented, scale_channels
from mebench_vision.features.pair_features import strain
from mebench_vision.features.regions import FEATURE_SHAPE, cut_regions, eye_mask, face_regions
from tests.vision.features.flows import face_landmarks, random_flow


def test_a_moving_head_gives_nothing() -> None:
    flow = np.broadcast_to(np.array([3, -2], np.float32), (128, 128, 2)).copy()
    features = PairDescriber(face_landmarks()).describe(flow)
    assert features.shape == FEATURE_SHAPE
    assert features == pytest.approx(np.zeros(FEATURE_SHAPE), abs=1e-6)


def test_features_are_the_distances_from_the_nose_without_the_eyes() -> None:
    landmarks, flow = face_landmarks(), random_flow()
    x, y = landmarks[28]
    maps = np.dstack([flow, strain(flow)]).astype(np.float64)
    nose = maps[y - 5 : y + 6, x - 5 : x + 6].mean(axis=(0, 1))
    expected = np.dstack(
        [abs(maps[..., 0] - nose[0]), abs(maps[..., 1] - nose[1]), maps[..., 2] - nose[2]]
    )
    expected[eye_mask(landmarks)] = 0
    cut = cut_regions(expected.astype(np.float32), face_regions(landmarks, "released"))
    assert PairDescriber(landmarks).describe(flow) == pytest.approx(cut, abs=1e-5)


def test_channels_are_scaled_pair_by_pair() -> None:
    maps = np.zeros((2, *FEATURE_SHAPE), np.float16)
    maps[0, 0, 0], maps[0, 1, 1] = (2, -1, 0), (4, 1, 0)
    scaled = scale_channels(maps)
    assert scaled[0, 0, 0].tolist() == [0.5, 0, 0] and scaled[0, 1, 1].tolist() == [1, 1, 0]
    assert not scaled[1].any()


def test_pairs_are_mirrored_blurred_and_noisy() -> None:
    generator = np.random.default_rng(0)
    maps = np.zeros((2, *FEATURE_SHAPE), np.float16)
    maps[0, 20, 5], maps[1, 20, 5, 2] = 1, -0.5
    mirrored, blurred, noisy = np.split(augmented(maps, generator), 3)
    assert (mirrored[0, 20, 36] == 1).all() and mirrored[0].sum() == 3
    assert 0 < blurred[0, 20, 5, 0] < 0.5
    assert blurred[0].sum(dtype=float) == pytest.approx(3, abs=0.02)
    assert noisy[0].min() == 0 and noisy[0].max() <= 1
    assert noisy[1].min() < 0 and noisy[1].std() == pytest.approx(0.1, abs=0.01)
    assert len(augmented(maps[:0], generator)) == 0
