"""Time per pair of frames in MEAN, without the flow: milliseconds on one core per step.

``python -m benchmarks.pairs [--seconds 6]`` renders a person into files, then reads the frames,
crops the face, computes and stores the features, and runs both networks on all pairs; the time of a
step is the median of five runs. Finding the face, once per video, and the flow are listed
separately. The goal is 4 ms for JPEG files, as in data sets; PNG files take longer to read. The
script needs mebench-mean.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from benchmarks.extraction import rendered
from mebench.runner import Store, UnseenVideo
from mebench_mean.architecture import recognition_network, spotting_network
from mebench_mean.training import outputs
from mebench_vision.faces.crops import fixed_crop
from mebench_vision.faces.detector import find_video_face
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from mebench_vision.features import FeatureSettings
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.flow import flow_function
from mebench_vision.networks.training import seed_training

RUNS = 5
GOAL = 4.0
CLASSES = 3

Result = TypeVar("Result")


def timed(step: Callable[[], Result]) -> tuple[float, Result]:
    """Return the median milliseconds of five runs, and the result of the last run."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        result = step()
        times.append(1000 * (time.process_time() - start))
    return median(times), result


def steps(video: UnseenVideo, store: Store) -> tuple[dict[str, float], dict[str, float]]:
    """Return the milliseconds per pair of each step, and the times that are listed separately."""
    settings, model = FeatureSettings(), find_landmark_model()
    k, flow = settings.k_for(video), flow_function("numba")
    times: dict[str, float] = {}
    finding, found = timed(partial(find_video_face, video))
    times["reading a frame from its file"], images = timed(lambda: list(video.frames()))
    crop = fixed_crop(found.box)
    times["cropping the face"], crops = timed(lambda: [crop(image) for image in images])
    marking, landmarks = timed(partial(find_landmarks, crop(found.image), model))
    pairs = list(zip(crops[:-k], crops[k:], strict=True))
    flow(*pairs[0])
    flowing, flows = timed(lambda: [flow(*pair) for pair in pairs])
    describer = PairDescriber(landmarks)
    times["strain, scaling, regions"], maps = timed(
        lambda: [describer.describe(field).maps.astype(np.float16) for field in flows]
    )
    features, key = np.array(maps), settings.key(video)
    arrays: dict[str, NDArray[Any]] = {"crops": np.array(crops), "features": features}
    times["writing faces and features"], _ = timed(partial(store.put, key, arrays))
    times["reading them"], _ = timed(partial(store.get, key))
    seed_training(0)
    for network in (spotting_network(), recognition_network(CLASSES)):
        outputs(network, features)  # Keras builds its graph
        times[network.name], _ = timed(partial(outputs, network, features))
    return (
        {name: milliseconds / len(pairs) for name, milliseconds in times.items()},
        {
            "finding the face, per video": finding,
            "landmarks, per video": marking,
            "flow by numba, per pair": flowing / len(pairs),
        },
    )


def main() -> int:
    """Print the table; return 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    arguments = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    import cv2

    cv2.setNumThreads(1)
    columns, separate, totals = {}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        for layout in ("jpg", "png"):
            folder = Path(name) / layout
            [video, *_] = rendered(folder, 2, 1, arguments.seconds, layout).run_data.videos
            columns[layout], separate[layout] = steps(video, Store(Path(name) / f"{layout}-store"))
            totals[layout] = sum(columns[layout].values())
    rows = [[step, *(times[step] for times in columns.values())] for step in columns["jpg"]]
    rows.append(["total", *totals.values()])
    rows += [[step, *(times[step] for times in separate.values())] for step in separate["jpg"]]
    print(tabulate(rows, ["ms per pair", "JPEG", "PNG"], floatfmt=".2f"))
    print(f"without the flow, from JPEG files: {totals['jpg']:.2f} ms per pair (goal {GOAL:.0f})")
    return 0 if totals["jpg"] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
