"""Speed of matching and all metrics, compared with pycocotools, up to a million predictions.

``python -m benchmarks.matching [--quick]`` has three parts; every number is a median of runs:

- 25,000 predictions against 5,000 truths in 500 videos at ten thresholds, arrays in memory, and
  the same with pycocotools' ``evaluate`` + ``accumulate`` (area ``all`` only, unlimited
  detections, no tied scores). mebench also matches the operating point and computes every metric.
- The same from arrays with up to 1,000,000 predictions, each size in its own process: time and
  peak memory.
- The same from a JSON file, including reading, validation and the report.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from mebench.metrics.expressions import Expressions
from mebench.metrics.registry import metrics_of
from mebench.metrics.subject_counts import count_spotting
from mebench.models.annotation_table import NO_FRAME
from mebench.models.protocol import Protocol, ProtocolDataset

SUBJECTS, VIDEOS, TRUTHS, PREDICTIONS, FRAMES = 50, 500, 5_000, 25_000, 2_000
SIZES = (25_000, 100_000, 400_000, 1_000_000)
RUNS = 5
GOAL_RATIO, GOAL_MEMORY, GOAL_GROWTH = 5.0, 2 * 1024**3, 1.3
CLASSES = ("negative", "positive", "surprise")

PROTOCOL = Protocol(
    id="benchmark@1",
    title="For timing",
    task="spot-then-recognize",
    targets=["micro"],
    classes=list(CLASSES),
    datasets=[ProtocolDataset(id="made")],
)


class RandomInput(NamedTuple):
    """Truths and predictions of all videos."""

    truths: Expressions
    predictions: Expressions


def random_input(predictions: int) -> RandomInput:
    """Return random truths, and predictions near them and elsewhere."""
    random = np.random.default_rng(1)
    video = np.sort(random.integers(0, VIDEOS, TRUTHS))
    onset = random.integers(0, FRAMES - 40, TRUTHS)
    offset = onset + random.integers(8, 40, TRUTHS)
    near = random.integers(0, TRUTHS, predictions)
    elsewhere = random.random(predictions) < 0.3
    start = np.where(
        elsewhere, random.integers(0, FRAMES - 40, predictions), onset[near]
    ) + random.integers(-8, 9, predictions)
    end = np.maximum(
        start,
        np.where(elsewhere, start + 20, offset[near]) + random.integers(-8, 9, predictions),
    )
    return RandomInput(
        truths=_expressions(video, onset, offset, random.integers(0, 3, TRUTHS), None),
        predictions=_expressions(
            video[near],
            start,
            end,
            random.integers(0, 3, predictions),
            random.permutation(predictions) / predictions,
        ),
    )


def _expressions(video: Any, onset: Any, offset: Any, label: Any, score: Any) -> Expressions:
    return Expressions(
        video=video,
        kind=np.zeros(len(video), np.int8),
        onset=onset,
        offset=offset,
        apex=np.full(len(video), NO_FRAME),
        label=label,
        score=score,
    )


def score_arrays(spotting_input: RandomInput) -> dict[str, Any]:
    """Match at the operating point and at ten thresholds, and compute every metric."""
    subject_counts = count_spotting(
        *spotting_input, np.arange(VIDEOS) % SUBJECTS, units=SUBJECTS, classes=len(CLASSES)
    )
    counts = subject_counts.pool(("micro",))
    return {metric.id: metric.value(counts) for metric in metrics_of(PROTOCOL)}


def coco_evaluator(spotting_input: RandomInput) -> Any:
    """Return the evaluator of pycocotools for the same intervals, as boxes one pixel high."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def boxes(expressions: Expressions) -> list[dict[str, Any]]:
        lengths = expressions.offset - expressions.onset + 1
        columns = (expressions.video.tolist(), expressions.onset.tolist(), lengths.tolist())
        return [
            {
                "id": number + 1,
                "image_id": video,
                "category_id": 1,
                "bbox": [onset, 0, length, 1],
                "area": length,
                "iscrowd": 0,
            }
            for number, (video, onset, length) in enumerate(zip(*columns, strict=True))
        ]

    assert spotting_input.predictions.score is not None
    detections = [
        box | {"score": score}
        for box, score in zip(
            boxes(spotting_input.predictions),
            spotting_input.predictions.score.tolist(),
            strict=True,
        )
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "info": {},
            "images": [{"id": video} for video in range(VIDEOS)],
            "categories": [{"id": 1, "name": "micro"}],
            "annotations": boxes(spotting_input.truths),
        }
        truth.createIndex()
        evaluator = COCOeval(truth, truth.loadRes(detections), "bbox")
    evaluator.params.areaRng, evaluator.params.areaRngLbl = [[0, 1e10]], ["all"]
    evaluator.params.maxDets = [len(detections)]
    return evaluator


def compare_with_coco() -> float:
    """Time both in turn; return the median ratio."""
    spotting_input = random_input(PREDICTIONS)
    evaluator = coco_evaluator(spotting_input)
    ours, theirs = [], []
    for _ in range(RUNS):
        begin = time.perf_counter()
        values = score_arrays(spotting_input)
        ours.append(time.perf_counter() - begin)
        with contextlib.redirect_stdout(io.StringIO()):
            begin = time.perf_counter()
            evaluator.evaluate()
            evaluator.accumulate()
            theirs.append(time.perf_counter() - begin)
    precision = evaluator.eval["precision"]
    ratio = median(other / one for one, other in zip(ours, theirs, strict=True))
    print(
        f"{PREDICTIONS:,} predictions, {TRUTHS:,} truths, {VIDEOS} videos, ten thresholds:\n"
        f"  mebench {median(ours) * 1000:6.0f} ms   101-point AP {values['ap_coco101']:.6f}\n"
        f"  pycocotools {median(theirs) * 1000:6.0f} ms   {precision[precision > -1].mean():.6f}\n"
        f"  mebench is {ratio:.1f} times faster (goal {GOAL_RATIO:.0f})"
    )
    return ratio


def child(source: str, size: int, folder: str) -> None:
    """Score once, from arrays or from a file; print seconds and peak memory."""
    spotting_input = None if source == "json" else random_input(size)
    begin = time.perf_counter()
    if spotting_input is not None:
        score_arrays(spotting_input)
    else:
        from mebench import score

        score(Path(folder) / f"{size}.json", Path(folder) / "truth.json", PROTOCOL)
    taken = time.perf_counter() - begin
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def write_files(size: int, folder: Path) -> None:
    """Write the input as a truth file and a submission."""
    spotting_input = random_input(size)

    def videos(expressions: Expressions, extra: dict[str, Any]) -> list[dict[str, Any]]:
        rows = [
            {"subject": f"s{number % SUBJECTS}", "video": f"v{number}", "intervals": [], **extra}
            for number in range(VIDEOS)
        ]
        scores = (
            [None] * len(expressions) if expressions.score is None else expressions.score.tolist()
        )
        for row, video in enumerate(expressions.video.tolist()):
            interval: dict[str, Any] = {
                "onset": int(expressions.onset[row]),
                "offset": int(expressions.offset[row]),
                "emotion": CLASSES[int(expressions.label[row])],
            }
            if scores[row] is not None:
                interval["score"] = scores[row]
            rows[video]["intervals"].append(interval)
        return rows

    truth = {"format": "mebench-truth/1", "dataset": "made"}
    (folder / "truth.json").write_text(
        json.dumps(truth | {"videos": videos(spotting_input.truths, {})})
    )
    spotting_input.predictions.onset = np.maximum(spotting_input.predictions.onset, 0)
    spotting_input.predictions.offset = np.maximum(
        spotting_input.predictions.offset, spotting_input.predictions.onset
    )
    head = {"format": "mebench-submission/1", "protocol": PROTOCOL.id, "system": {"name": "made"}}
    document = head | {"videos": videos(spotting_input.predictions, {})}
    (folder / f"{size}.json").write_text(json.dumps(document))


def growth(source: str, sizes: tuple[int, ...]) -> tuple[float, float]:
    """Print time and memory per size; return the growth of time per prediction, and the peak."""
    print(f"from {source}:")
    with tempfile.TemporaryDirectory() as folder:
        costs, peaks = [], []
        for size in sizes:
            if source == "json":
                write_files(size, Path(folder))
            command = [sys.executable, "-m", "benchmarks.matching", "child", source, str(size)]
            runs = [
                tuple(map(float, subprocess.check_output([*command, folder]).split()))
                for _ in range(3)
            ]
            taken, peak = median(run[0] for run in runs), max(run[1] for run in runs)
            costs.append(taken / size)
            peaks.append(peak)
            print(
                f"  {size:>9,} predictions {taken:7.2f} s {taken / size * 1e6:6.2f} us each"
                f"   peak {peak / 1024**2:6.0f} MiB"
            )
    return costs[-1] / costs[0], max(peaks)


def main() -> int:
    """Run all parts; return 1 if a goal is missed."""
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2], int(sys.argv[3]), sys.argv[4])
        return 0
    sizes = SIZES[:2] if "--quick" in sys.argv else SIZES
    ratio = compare_with_coco()
    results = [growth(source, sizes) for source in ("arrays", "json")]
    met = (
        ratio >= GOAL_RATIO
        and all(growth <= GOAL_GROWTH for growth, _ in results)
        and all(peak < GOAL_MEMORY for _, peak in results)
    )
    print(
        f"goals: {GOAL_RATIO:.0f} times pycocotools, linear (time per prediction grows by at most "
        f"{GOAL_GROWTH} x), below 2 GiB: {'met' if met else 'missed'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
