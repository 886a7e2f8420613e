"""Features, peaks, names and intervals against a plain version of the released formulas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mebench.runner import Fold
from mebench_mean.options import MeanOptions
from mebench_mean.postprocessing import predict_video
from mebench_mean.studies.explanations import detected
from mebench_vision.faces.landmarks import find_landmark_model
from mebench_vision.features.feature_cache import video_faces, video_features
from mebench_vision.flow import flow_function
from tests.mean import released
from tests.mean.folds import spotting_fold

OPTIONS = MeanOptions()


@pytest.fixture
def fold(tmp_path: Path) -> Fold:
    return spotting_fold(tmp_path)


def test_faces(fold: Fold) -> None:
    video = fold.test[0]
    faces = video_faces(video, OPTIONS.features(), fold.store)
    image = video.frame(0)
    box = released.face_box(image)
    assert faces.box.as_list() == list(box)
    np.testing.assert_array_equal(faces.crops[0], released.face_crop(image, box))
    points = released.landmarks(faces.crops[0], str(find_landmark_model()))
    assert faces.landmarks.tolist() == [list(point) for point in points]


def test_features(fold: Fold) -> None:
    video = fold.test[0]
    faces = video_faces(video, OPTIONS.features(), fold.store)
    stored = video_features(video, OPTIONS.features(), fold.store)["features"]
    points = [tuple(point) for point in faces.landmarks.tolist()]
    flow, k = flow_function(OPTIONS.flow), OPTIONS.features().k_for(video)
    for first in range(0, len(stored), 5):
        expected = released.features(flow(faces.crops[first], faces.crops[first + k]), points)
        assert np.abs(stored[first].astype(float) - expected).mean() <= 0.001


@pytest.mark.parametrize("one_per_video", [False, True])
def test_peaks_names_and_intervals(fold: Fold, one_per_video: bool) -> None:
    video, half = fold.test[0], 5
    generator = np.random.default_rng(7)
    for _ in range(300):
        curve = generator.random(video.n_frames - 3).cumsum() * generator.choice([-1, 0.1, 1])
        curve += generator.random(len(curve)) * 3
        probabilities = generator.dirichlet([1, 1, 1], len(curve))
        smoothed, peaks = released.spotted(curve, half, one_per_video=one_per_video)
        prediction = predict_video(
            video,
            curve,
            half,
            OPTIONS,
            probabilities,
            classes=("a", "b", "c"),
            one_per_video=one_per_video,
        )
        chosen = [one for _, one in detected([prediction])]
        if not peaks:
            continue  # the released code then predicts the interval [0, 0]
        assert [one.apex for one in chosen] == peaks
        for one, peak in zip(chosen, peaks, strict=True):
            assert one.onset == max(0, peak - half)
            assert one.offset == min(video.n_frames - 1, peak + half)
            assert one.score == pytest.approx(smoothed[peak])
            assert one.emotion == "abc"[released.emotion(probabilities, peak, half)]
