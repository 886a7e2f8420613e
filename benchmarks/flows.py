"""What the choice of the flow changes for MEAN: features, curves and intervals.

``python -m benchmarks.flows [--people 4 --seconds 6]`` trains on half of some rendered people, with
the flow compiled by numba, and answers the others with three flows: numba's, OpenCV's, and OpenCV's
on images with a thousandth of a grey level of noise. How far the last two are apart is what
OpenCV's own roundings amount to, the yardstick for the first. It needs mebench-mean.
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
from benchmarks.flow import NOISE, shaken
from mebench.runner import DetectedInterval, Fold, Store, UnseenVideo
from mebench_mean.fold_models import FoldModels
from mebench_mean.options import MeanOptions
from mebench_mean.postprocessing import predict_video
from mebench_mean.training import outputs
from mebench_vision.features import FeatureSettings
from mebench_vision.features.cache import no_progress, video_faces
from mebench_vision.features.pair import PairDescriber
from mebench_vision.flow import flow_function

Flow = Callable[[NDArray[np.uint8], NDArray[np.uint8]], NDArray[np.float32]]
NUMBA, OPENCV, SHAKEN = "numba", "OpenCV", f"OpenCV, input ± {NOISE}"


@dataclass(frozen=True)
class Seen:
    """What a flow leads to on all test videos.

    Attributes
    ----------
    features : float16 array of shape (pairs, 42, 42, 3)
    curve, names : float32 arrays of shape (pairs,) and (pairs, classes)
        Outputs of both networks.
    spotted : set of (int, int, int, str)
        Video, onset, offset and emotion at the operating point.
    """

    features: NDArray[Any]
    curve: NDArray[np.float32]
    names: NDArray[np.float32]
    spotted: frozenset[tuple[int, int, int, str | None]]


def flows(seed: int) -> dict[str, Flow]:
    """Return the three flows."""
    draws, opencv = np.random.default_rng(seed), flow_function("opencv")
    return {
        NUMBA: flow_function("numba"),
        OPENCV: opencv,
        SHAKEN: lambda a, b: opencv(
            shaken(a, draws),  # type: ignore[arg-type]
            shaken(b, draws),  # type: ignore[arg-type]
        ),
    }


def features_of(
    video: UnseenVideo, flow: Flow, settings: FeatureSettings, store: Store
) -> NDArray[np.float16]:
    """Return the features of a video's pairs by a flow."""
    faces, k = video_faces(video, settings, store), settings.k_for(video)
    describer = PairDescriber(faces.landmarks, settings.roi, settings.normalisation)
    pairs = zip(faces.crops[:-k], faces.crops[k:], strict=True)
    return np.array([describer.describe(flow(*pair)).maps for pair in pairs], np.float16)


def seen(fold: Fold, networks: FoldModels, flow: Flow, options: MeanOptions) -> Seen:
    """Answer the test videos of a fold by a flow."""
    features, curves, names = [], [], []
    spotted: set[tuple[int, int, int, str | None]] = set()
    for place, video in enumerate(fold.test):
        features.append(features_of(video, flow, networks.features, fold.store))
        curves.append(outputs(networks.spotting.model, features[-1])[:, 0])
        names.append(outputs(networks.recognition.model, features[-1]))
        found = predict_video(
            video,
            curves[-1],
            networks.half,
            options,
            names[-1],
            classes=fold.protocol.classes,
            one_per_video=False,
        )
        chosen = [one for one in found.spotted if is_chosen(one, found.score_threshold)]
        spotted |= {(place, one.onset, one.offset, one.emotion) for one in chosen}
    return Seen(
        np.concatenate(features), np.concatenate(curves), np.concatenate(names), frozenset(spotted)
    )


def is_chosen(one: DetectedInterval, threshold: Any) -> bool:
    """Tell whether an interval lies at the operating point or above it."""
    return one.score is not None and one.score >= threshold


def row(title: str, one: Seen, other: Seen) -> list[Any]:
    """Return how far two flows are apart in what they lead to."""
    gap = np.abs(one.features.astype(np.float32) - other.features.astype(np.float32))
    curve = np.abs(one.curve - other.curve)
    same_names = (one.names.argmax(axis=1) == other.names.argmax(axis=1)).mean()
    both = len(one.spotted & other.spotted)
    return [
        *(title, gap.mean(), np.median(gap), gap.max()),
        *(curve.mean(), curve.max(), np.corrcoef(one.curve, other.curve)[0, 1]),
        *(f"{same_names:.1%}", f"{both} of {len(one.spotted)} and {len(other.spotted)}"),
    ]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before it is imported
    options = MeanOptions()
    with tempfile.TemporaryDirectory() as name:
        run_data = rendered(Path(name) / "people", given.people, 1, given.seconds).run_data
        half = given.people // 2
        fold = Fold(
            name="half",
            protocol=run_data.protocol,
            training=run_data.videos[half:],
            test=run_data.videos[:half],
            training_samples=(),
            test_samples=(),
            seed=given.seed,
            store=Store(Path(name) / "store"),
            report=no_progress,
        )
        networks = FoldModels(fold, options)
        found = {
            name: seen(fold, networks, flow, options) for name, flow in flows(given.seed).items()
        }
    pairs = len(found[NUMBA].curve)
    print(f"{pairs} pairs of {half} people, trained on {given.people - half} others by numba:")
    print(
        tabulate(
            [
                row(f"{OPENCV} or {NUMBA}", found[OPENCV], found[NUMBA]),
                row(f"{OPENCV} or {SHAKEN}", found[OPENCV], found[SHAKEN]),
            ],
            [
                *("", "features apart: mean", "median", "largest"),
                *("curve apart: mean", "largest", "r", "same class", "same intervals"),
            ],
            floatfmt=".4f",
        )
    )
    spread = found[NUMBA].features.astype(np.float32).std()
    print(f"standard deviations: features {spread:.3f}, curve {found[NUMBA].curve.std():.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
