"""TV-L1 by numba and by OpenCV: milliseconds per pair on one core, and the difference.

``python -m benchmarks.flow --people 3 --pairs 20`` renders pairs of faces, 128 x 128 pixels, three
frames (a tenth of a second) apart. OpenCV also runs on the same images with noise of a thousandth
of a gray level: this change is the effect of its own rounding. The goals are 8 times the speed of
OpenCV, and a mean difference of at most that noise, within two standard errors. The last lines
show the time per pair for everything but the flow (goal: 4 ms), and the effect of half precision
and of the flow on the features. The script needs mebench-mean and dlib's landmark model.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate

from mebench.datasets import open_dataset
from mebench_vision.faces.crops import fixed_crop
from mebench_vision.faces.detector import find_face
from mebench_vision.faces.landmarks import find_landmark_model, find_landmarks
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.flow import flow_function

K = 3
BATCH = 5
NOISE = 0.001
GOAL_SPEED, GOAL_REST = 8.0, 4.0

Gray = NDArray[np.uint8]
Flow = NDArray[np.float32]


def rendered(people: int, pairs: int) -> tuple[list[tuple[Gray, Gray]], list[Gray], float]:
    """Return pairs of faces, the first face of the person per pair, and milliseconds per crop."""
    face_pairs, first_faces, seconds, count = [], [], 0.0, 0
    seen: set[str] = set()
    for video in open_dataset("synthetic").videos():
        if video.subject in seen or len(seen) == people:
            continue
        seen.add(video.subject)
        crops: list[Gray] = []
        begin, stop = 20, 20 + pairs + K
        box = find_face(video.frame(0))
        if box is None:
            raise SystemExit(f"No face was found in {video.subject}/{video.id}.")
        crop = fixed_crop(box)
        for image in video.frames(begin, stop):
            start = time.process_time()
            crops.append(crop(image))
            seconds, count = seconds + time.process_time() - start, count + 1
        face_pairs += list(zip(crops[:-K], crops[K:], strict=True))
        first_faces += [crops[0]] * pairs
    return face_pairs, first_faces, 1000 * seconds / count


def with_noise(image: Gray, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return an image with noise, scaled to [0, 1]: OpenCV multiplies float images by 255."""
    return ((image + generator.uniform(-NOISE, NOISE, image.shape)) / 255).astype(np.float32)


def end_point_errors(expected: list[Flow], flows: list[Flow]) -> NDArray[np.float64]:
    """Return the mean end-point error per pair."""
    return np.array(
        [np.linalg.norm(a - b, axis=2).mean() for a, b in zip(expected, flows, strict=True)]
    )


def block_correlation(expected: list[Flow], flows: list[Flow], component: int) -> float:
    """Return the correlation of means over blocks of 16 x 16 pixels."""
    means = [
        np.array(flow_list)[..., component].reshape(-1, 8, 16, 8, 16).mean(axis=(2, 4)).ravel()
        for flow_list in (expected, flows)
    ]
    return float(np.corrcoef(means)[0, 1])


def main() -> int:
    """Print the tables; return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--pairs", type=int, default=20, help="pairs per person")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generator = np.random.default_rng(arguments.seed)
    opencv = flow_function("opencv")
    pairs, first_faces, crop_ms = rendered(arguments.people, arguments.pairs)
    variants: dict[str, Callable[[Gray, Gray], Flow]] = {
        "OpenCV": opencv,
        "numba": flow_function("numba"),
        f"OpenCV, input ± {NOISE}": lambda a, b: opencv(
            with_noise(a, generator),  # type: ignore[arg-type]
            with_noise(b, generator),  # type: ignore[arg-type]
        ),
    }
    for flow in variants.values():
        flow(*pairs[0])
    times: dict[str, list[float]] = {name: [] for name in variants}
    flows: dict[str, list[Flow]] = {name: [] for name in variants}
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        for name, flow in variants.items():
            begin = time.process_time()
            flows[name] += [flow(*pair) for pair in batch]
            times[name].append(1000 * (time.process_time() - begin) / len(batch))
    expected, opencv_ms = flows["OpenCV"], float(np.mean(times["OpenCV"]))
    errors = {name: end_point_errors(expected, found) for name, found in flows.items()}
    rows = [
        [
            *(name, np.mean(times[name]), np.median(times[name])),
            opencv_ms / np.mean(times[name]),
            errors[name].mean(),
            *(block_correlation(expected, found, component) for component in (0, 1)),
        ]
        for name, found in flows.items()
    ]
    header = ["flow", "ms per pair", "median", "ratio", "mean error px", "blocks r u", "blocks r v"]
    print(
        f"{len(pairs)} pairs of {arguments.people} people, {K} frames apart, in batches of {BATCH}:"
    )
    print(tabulate(rows, header, floatfmt=("", ".1f", ".1f", ".1f", ".4f", ".4f", ".4f")))
    rest = crop_ms + describe(first_faces, flows)
    print(f"cropping and features: {rest:.2f} ms per pair (goal {GOAL_REST:.0f})")
    noise = errors[f"OpenCV, input ± {NOISE}"]
    standard_error = np.hypot(noise.std(), errors["numba"].std()) / np.sqrt(len(noise))
    accurate = errors["numba"].mean() <= noise.mean() + 2 * standard_error
    fast = opencv_ms / np.mean(times["numba"]) >= GOAL_SPEED
    return 0 if accurate and fast and rest <= GOAL_REST else 1


def describe(first_faces: list[Gray], flows: dict[str, list[Flow]]) -> float:
    """Print the differences of the features; return the milliseconds per pair to compute them."""
    model = find_landmark_model()
    describers = [PairDescriber(find_landmarks(first, model)) for first in first_faces]
    features, seconds = {}, 0.0
    for name, found in flows.items():
        begin = time.process_time()
        maps = [
            describer.describe(flow).maps for describer, flow in zip(describers, found, strict=True)
        ]
        seconds += (time.process_time() - begin) / len(flows)
        features[name] = np.array(maps)
    expected, numba = features.pop("OpenCV"), features["numba"]
    gaps = {f"OpenCV or {name}": np.abs(expected - found) for name, found in features.items()}
    gaps["half or single precision"] = np.abs(numba - numba.astype(np.float16))
    rows = [[name, gap.mean(), np.median(gap), gap.max()] for name, gap in gaps.items()]
    header = ["features, from 0 to 1", "mean difference", "median", "maximum"]
    print(tabulate(rows, header, floatfmt=".5f"))
    print(f"standard deviation of the features: {numba.std():.3f}")
    return 1000 * seconds / len(first_faces)


if __name__ == "__main__":
    sys.exit(main())
