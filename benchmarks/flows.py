"""Effect of the choice of the flow on MEAN: features, curves and intervals.

``python -m benchmarks.flows [--people 4 --seconds 6]`` trains on half of some rendered people, with
the flow by numba, and predicts the others with three flows: numba's, OpenCV's, and OpenCV's on
images with noise of a thousandth of a gray level. The difference of the last two is the effect of
OpenCV's own rounding, with which the first is compared. The script needs mebench-mean.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from benchmarks.extraction import rendered
from benchmarks.flow import NOISE, with_noise
from mebench.runner import DetectedInterval, Fold, Store, UnseenVideo
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_mean.postprocessing import predict_video
from mebench_mean.training import outputs
from mebench_vision.features import FeatureSettings
from mebench_vision.features.feature_cache import video_faces
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.flow import flow_function

Flow = Callable[[NDArray[np.uint8], NDArray[np.uint8]], NDArray[np.float32]]
NUMBA, OPENCV, OPENCV_NOISE = "numba", "OpenCV", f"OpenCV, input ± {NOISE}"


@dataclass(frozen=True)
class FlowResult:
    """Features, outputs and predictions of all test videos with one flow.

    Attributes
    ----------
    features : float16 array of shape (pairs, 42, 42, 3)
    curve, emotions : float32 arrays of shape (pairs,) and (pairs, classes)
        Outputs of both networks.
    spotted : set of (int, int, int, str)
        Video, onset, offset and emotion at the operating point.
    """

    features: NDArray[Any]
    curve: NDArray[np.float32]
    emotions: NDArray[np.float32]
    spotted: frozenset[tuple[int, int, int, str | None]]


def flows(seed: int) -> dict[str, Flow]:
    """Return the three flows."""
    generator, opencv = np.random.default_rng(seed), flow_function("opencv")
    return {
        NUMBA: flow_function("numba"),
        OPENCV: opencv,
        OPENCV_NOISE: lambda a, b: opencv(
            with_noise(a, generator),  # type: ignore[arg-type]
            with_noise(b, generator),  # type: ignore[arg-type]
        ),
    }


def features_of(
    video: UnseenVideo, flow: Flow, settings: FeatureSettings, store: Store
) -> NDArray[np.float16]:
    """Return the features of all pairs of a video with a flow."""
    faces, k = video_faces(video, settings, store), settings.k_for(video)
    describer = PairDescriber(faces.landmarks, settings.roi, settings.normalisation)
    pairs = zip(faces.crops[:-k], faces.crops[k:], strict=True)
    return np.array([describer.describe(flow(*pair)).maps for pair in pairs], np.float16)


def predict(fold: Fold, models: FoldModels, flow: Flow, options: MeanOptions) -> FlowResult:
    """Predict the test videos of a fold with a flow."""
    features, curves, emotions = [], [], []
    spotted: set[tuple[int, int, int, str | None]] = set()
    for number, video in enumerate(fold.test):
        features.append(features_of(video, flow, models.features, fold.store))
        curves.append(outputs(models.spotting.model, features[-1])[:, 0])
        emotions.append(outputs(models.recognition.model, features[-1]))
        prediction = predict_video(
            video,
            curves[-1],
            models.half,
            options,
            emotions[-1],
            classes=fold.protocol.classes,
            one_per_video=False,
        )
        spotted |= {
            (number, interval.onset, interval.offset, interval.emotion)
            for interval in prediction.spotted
            if at_operating_point(interval, prediction.score_threshold)
        }
    return FlowResult(
        *(np.concatenate(features), np.concatenate(curves)),
        *(np.concatenate(emotions), frozenset(spotted)),
    )


def at_operating_point(interval: DetectedInterval, threshold: Any) -> bool:
    """Return whether the score of an interval reaches the threshold."""
    return interval.score is not None and interval.score >= threshold


def row(title: str, first: FlowResult, second: FlowResult) -> list[Any]:
    """Return the differences of the results of two flows."""
    gap = np.abs(first.features.astype(np.float32) - second.features.astype(np.float32))
    curve = np.abs(first.curve - second.curve)
    same_class = (first.emotions.argmax(axis=1) == second.emotions.argmax(axis=1)).mean()
    common = len(first.spotted & second.spotted)
    return [
        *(title, gap.mean(), np.median(gap), gap.max()),
        *(curve.mean(), curve.max(), np.corrcoef(first.curve, second.curve)[0, 1]),
        *(f"{same_class:.1%}", f"{common} of {len(first.spotted)} and {len(second.spotted)}"),
    ]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    options = MeanOptions()
    with tempfile.TemporaryDirectory() as name:
        run_data = rendered(Path(name) / "people", arguments.people, 1, arguments.seconds).run_data
        half = arguments.people // 2
        fold = Fold(
            name="half",
            protocol=run_data.protocol,
            training=run_data.videos[half:],
            test=run_data.videos[:half],
            training_samples=(),
            test_samples=(),
            seed=arguments.seed,
            store=Store(Path(name) / "store"),
        )
        models = FoldModels(fold, options)
        results = {
            name: predict(fold, models, flow, options)
            for name, flow in flows(arguments.seed).items()
        }
    pairs = len(results[NUMBA].curve)
    print(f"{pairs} pairs of {half} people, trained on {arguments.people - half} others by numba:")
    print(
        tabulate(
            [
                row(f"{OPENCV} or {NUMBA}", results[OPENCV], results[NUMBA]),
                row(f"{OPENCV} or {OPENCV_NOISE}", results[OPENCV], results[OPENCV_NOISE]),
            ],
            [
                *("", "features: mean difference", "median", "maximum"),
                *("curve: mean difference", "maximum", "r", "same class", "same intervals"),
            ],
            floatfmt=".4f",
        )
    )
    deviation = results[NUMBA].features.astype(np.float32).std()
    print(f"standard deviations: features {deviation:.3f}, curve {results[NUMBA].curve.std():.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
