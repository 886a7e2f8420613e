"""Speed of the statistics: replicates of all counts and of AP, and a score with intervals.

``python -m benchmarks.replicates`` draws data of the size of CASME II (26 subjects, 244
expressions) and prints the seconds of 10,000 replicates, and of one score in a running process,
with and without intervals.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import mebench
from benchmarks.coverage import DATASETS, SETTINGS, draw_sizes, draw_trial
from mebench.metrics.registry import METRICS_BY_ID

REPLICATES = 10_000
COUNTED = ("spotting_f1", "spotting_precision", "spotting_recall", "analysis_f1", "uf1", "strs")
RUNS = 7


def best(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some runs."""
    seconds = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def files() -> tuple[dict[str, object], dict[str, object]]:
    """Return a submission and a truth of the size of CASME II, under the protocol casme2-str."""
    rng = np.random.default_rng(0)
    sizes = draw_sizes(DATASETS["CASME II"], rng).astype(int)
    classes = ["disgust", "happiness", "surprise", "repression", "others"]
    truths, predictions = [], []
    for subject, size in enumerate(sizes):
        for video in range(size):
            onset, shift = int(rng.integers(20, 60)), int(rng.integers(-15, 15))
            emotion, guess = rng.choice(classes, 2).tolist()
            name = {"subject": f"sub{subject:02}", "video": f"v{video}"}
            true = {"onset": onset, "offset": onset + 40, "kind": "micro", "emotion": emotion}
            spotted = {"onset": onset + shift, "offset": onset + shift + 40, "emotion": guess}
            truths.append({**name, "n_frames": 200, "intervals": [true]})
            score = float(rng.integers(1, 100)) / 100
            predictions.append({**name, "intervals": [{**spotted, "score": score}]})
    submission: dict[str, object] = {
        "format": "mebench-submission/1",
        "protocol": "casme2-str@1",
        "system": {"name": "benchmark"},
        "videos": predictions,
    }
    return submission, {"format": "mebench-truth/1", "dataset": "casme2", "videos": truths}


def tuples(submission: Any) -> dict[tuple[str, str], list[tuple[Any, ...]]]:
    """Return the videos of a submission as the dict that a training loop has."""
    return {
        (video["subject"], video["video"]): [
            (one["onset"], one["offset"], one["score"], one["emotion"])
            for one in video["intervals"]
        ]
        for video in submission["videos"]
    }


def main() -> None:
    """Print the seconds."""
    rng = np.random.default_rng(0)
    sizes = draw_sizes(DATASETS["CASME II"], rng)
    sums = draw_trial(SETTINGS[5], sizes, rng)
    weights = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), REPLICATES).astype(
        float
    )
    counted = [METRICS_BY_ID[name] for name in COUNTED]
    seconds = best(lambda: sums.values(counted, weights))
    print(f"{REPLICATES:,} replicates of {len(counted)} count metrics  {seconds:.3f} s")
    seconds = best(lambda: sums.values([METRICS_BY_ID["ap"]], weights))
    print(f"{REPLICATES:,} replicates of AP               {seconds:.3f} s")
    submission, truth = files()
    for words, ci in (("with", True), ("without", False)):
        seconds = best(partial(mebench.score, submission, truth, ci=ci))
        print(f"score in a running process, {words} intervals  {1000 * seconds:.1f} ms")
    scorer, rows = mebench.Scorer(truth, "casme2-str@1"), tuples(submission)
    print(f"scorer on a dict from videos to tuples  {1000 * best(partial(scorer, rows)):.1f} ms")


if __name__ == "__main__":
    main()
