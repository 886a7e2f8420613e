"""What a pair of frames costs MEAN beside its flow, in milliseconds of one core, step by step.

``python -m benchmarks.pairs [--seconds 6]`` renders a person into files, then reads, cuts out,
describes, keeps and classifies every pair of its video; each step's figure is the median of five
runs. Finding the face is done once a video and shown apart, like the flow. The goal is 4 ms for
JPEG files, as data sets have them; PNG files, which take longer to read, stand beside them. It
needs mebench-mean.
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
from mebench_mean.training import outputs, seed_training
from mebench_vision.faces.crops import fixed_crop
from mebench_vision.faces.detector import find_video_face
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from mebench_vision.features import FeatureSettings
from mebench_vision.features.pair import PairDescriber
from mebench_vision.flow import flow_function

RUNS = 5
GOAL = 4.0
CLASSES = 3

Result = TypeVar("Result")


def timed(step: Callable[[], Result]) -> tuple[float, Result]:
    """Return the median milliseconds of five runs, and what the last one gave."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        found = step()
        times.append(1000 * (time.process_time() - start))
    return median(times), found


def steps(video: UnseenVideo, store: Store) -> tuple[dict[str, float], dict[str, float]]:
    """Return the milliseconds a pair of each step, and those a video of what is done once.

    The flow is among the second, a pair as well.
    """
    settings, model = FeatureSettings(), find_landmark_model()
    k, flow = settings.k_for(video), flow_function("numba")
    spent: dict[str, float] = {}
    finding, (box, first) = timed(partial(find_video_face, video))
    spent["reading a frame from its file"], images = timed(lambda: list(video.frames()))
    crop = fixed_crop(box)
    spent["cutting out the face"], crops = timed(lambda: [crop(image) for image in images])
    marking, landmarks = timed(partial(find_landmarks, crop(first), model))
    pairs = list(zip(crops[:-k], crops[k:], strict=True))
    flow(*pairs[0])
    flowing, flows = timed(lambda: [flow(*pair) for pair in pairs])
    describer = PairDescriber(landmarks)
    spent["strain, scaling, regions"], maps = timed(
        lambda: [describer.describe(one).maps.astype(np.float16) for one in flows]
    )
    features, key = np.array(maps), settings.key(video)
    kept: dict[str, NDArray[Any]] = {"crops": np.array(crops), "features": features}
    spent["writing faces and features"], _ = timed(partial(store.put, key, kept))
    spent["reading them"], _ = timed(partial(store.get, key))
    seed_training(0)
    for network in (spotting_network(), recognition_network(CLASSES)):
        outputs(network, features)  # Keras builds what it computes with
        spent[network.name], _ = timed(partial(outputs, network, features))
    return (
        {name: each / len(pairs) for name, each in spent.items()},
        {
            "finding the face, a video": finding,
            "its landmarks, a video": marking,
            "the flow by numba, a pair": flowing / len(pairs),
        },
    )


def main() -> int:
    """Print the table; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6)
    given = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before it is imported
    import cv2

    cv2.setNumThreads(1)
    columns, once, totals = {}, {}, {}
    with tempfile.TemporaryDirectory() as name:
        for layout in ("jpg", "png"):
            folder = Path(name) / layout
            [video, *_] = rendered(folder, 2, 1, given.seconds, layout).run_data.videos
            columns[layout], once[layout] = steps(video, Store(Path(name) / f"{layout}-store"))
            totals[layout] = sum(columns[layout].values())
    rows = [[step, *(one[step] for one in columns.values())] for step in columns["jpg"]]
    rows.append(["together", *totals.values()])
    rows += [[step, *(one[step] for one in once.values())] for step in once["jpg"]]
    print(tabulate(rows, ["ms a pair", "JPEG", "PNG"], floatfmt=".2f"))
    print(f"all but the flow, from JPEG files: {totals['jpg']:.2f} ms a pair (goal {GOAL:.0f})")
    return 0 if totals["jpg"] <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
