"""Time and memory of folds of MEAN on a data set of the size of CASME II.

``python -m benchmarks.mean_fold [--preset paper] [--folds 1] [--spotting-epochs 2]`` fills a store
with random features of 26 subjects with 244 videos of 250 frames at 200 frames per second, trains
and predicts folds in this process, and prints the seconds per fold, the device and the memory. The
memory does not depend on the number of epochs. The paper reports 118 s a fold on a GTX 1080 Ti. The
goal is 700 MB above a process that has trained a network on two pairs: importing Keras and
TensorFlow alone takes about as much. The script needs mebench-mean, and Linux or macOS.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mebench.datasets import Image, Video
from mebench.protocols.loader import load_protocol
from mebench.runner import AnnotatedVideo, Expression, Fold, Store, UnseenVideo
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_vision.networks.backend import device_name, software_versions

SUBJECTS, VIDEOS, FRAMES, FPS = 26, 244, 250, 200.0
CLASSES = ("disgust", "happiness", "others", "surprise", "repression")
GOAL = 700e6
"""In bytes."""

PAPER_SECONDS = 118.0


class FeatureVideo(Video):
    """A video that has no frames, only an id."""

    def __init__(self, number: int) -> None:
        self.dataset, self.subject = "casme2", f"sub{number % SUBJECTS + 1:02}"
        self.id, self.fps, self.n_frames = f"v{number:03}", FPS, FRAMES

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Yield nothing."""
        return iter(())

    def content_key(self) -> str:
        """Return the id."""
        return self.id


def fill_store(store: Store, options: MeanOptions) -> list[AnnotatedVideo]:
    """Store random features of all videos; return the videos, each with one expression."""
    generator, settings = np.random.default_rng(0), options.features()
    videos = []
    for number in range(VIDEOS):
        onset = int(generator.integers(20, 120))
        apex, offset = onset + 30, onset + 66
        emotion = CLASSES[number % len(CLASSES)]
        expression = Expression(onset, offset, apex, "micro", emotion)
        videos.append(AnnotatedVideo(FeatureVideo(number), [expression]))
        count = FRAMES - settings.k_for(videos[-1])
        for key, pairs in (
            (settings.key(videos[-1]), count),
            (settings.pairs_key(videos[-1], ((onset, apex),)), 1),
        ):
            features = generator.random((pairs, 42, 42, 3), np.float32).astype(np.float16)
            store.put(key, {"features": features})
    return videos


def warm_up() -> None:
    """Start the backend, and build and train networks of both kinds, with an epoch on two pairs."""
    from mebench_mean.training import outputs, train_recognition, train_spotting
    from mebench_vision.networks.training import TrainingSchedule

    pairs, schedule = np.zeros((2, 42, 42, 3), np.float16), TrainingSchedule(1, 2, 1e-3)
    spotting = train_spotting(pairs, np.zeros(2, np.float32), schedule, 0, lambda epoch: None)
    classes = np.zeros(2, np.int64), len(CLASSES)
    recognition = train_recognition(spotting, pairs, *classes, schedule, 0, lambda epoch: None)
    for network in (spotting, recognition):
        outputs(network, pairs)


def peak_bytes() -> int:
    """Return the largest memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024)


def run_fold(
    videos: list[AnnotatedVideo], subject: int, store: Store, options: MeanOptions
) -> None:
    """Train and predict a fold."""
    name = f"sub{subject + 1:02}"
    fold = Fold(
        name=name,
        protocol=load_protocol("casme2-str"),
        training=tuple(video for video in videos if video.subject != name),
        test=tuple(UnseenVideo(video) for video in videos if video.subject == name),
        training_samples=(),
        test_samples=(),
        seed=subject,
        store=store,
    )
    assert len(list(Mean(options).predict(fold))) == len(fold.test)


def main() -> int:
    """Print the measurements; return 1 if the memory is above the goal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=["released", "paper"], default="paper")
    parser.add_argument("--folds", type=int, default=1)
    parser.add_argument("--spotting-epochs", type=int, default=2)
    parser.add_argument("--recognition-epochs", type=int, default=20)
    arguments = parser.parse_args()
    options = MeanOptions(
        preset=arguments.preset,
        spotting_epochs=arguments.spotting_epochs,
        recognition_epochs=arguments.recognition_epochs,
    )
    versions = ", ".join(" ".join(item) for item in software_versions().items())
    print(f"{versions} on {device_name()}")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        videos = fill_store(store, options)
        warm_up()
        before = peak_bytes()
        for number in range(arguments.folds):
            begin = time.perf_counter()
            run_fold(videos, number, store, options)
            print(
                f"fold {number}: {time.perf_counter() - begin:.1f} s with "
                f"{options.spotting_epochs} and {options.recognition_epochs} epochs"
            )
    used = peak_bytes() - before
    print(f"memory of the started process: {before / 1e6:,.0f} MB")
    print(f"largest memory above it: {used / 1e6:,.0f} MB (goal {GOAL / 1e6:,.0f} MB)")
    print(f"The paper reports {PAPER_SECONDS:.0f} s a fold on a GTX 1080 Ti.")
    return int(used > GOAL)


if __name__ == "__main__":
    sys.exit(main())
