"""``ap_coco101`` against pycocotools, at each of the ten thresholds and on the mean.

An interval is a box ``[onset, 0, length, 1]``, a video is an image. Both give the same values if

- no two predictions have the same score (COCO would rank them by file order),
- no prediction has the same IoU with two truths (COCO takes the later one),
- the number of truths is a prime above 100, so that only the recalls 0 and 1 are hundredths (COCO
  compares floats and can miss a point at exactly such a recall),
- the IoU thresholds are the nearest doubles of the hundredths (``np.linspace`` is not exact); a
  correctly rounded ratio of small integers reaches them exactly when the exact ratio does.

A batch of one prediction is matched to the free truth with the largest IoU, as COCO does.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from mebench.diagnostics import Findings
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.matching.iou import THRESHOLDS
from mebench.metrics.ap_coco101 import sampled_precision
from mebench.metrics.ratios import Undefined
from tests.metrics import documents
from tests.metrics.documents import Document, protocol_of, score


class Box(NamedTuple):
    """An interval of a video, true or predicted."""

    video: int
    onset: int
    offset: int
    score: float = 0.0

    @property
    def length(self) -> int:
        return self.offset - self.onset + 1


def iou(first: Box, second: Box) -> Fraction:
    shared = min(first.offset, second.offset) - max(first.onset, second.onset) + 1
    if first.video != second.video or shared <= 0:
        return Fraction(0)
    return Fraction(shared, first.length + second.length - shared)


def is_unambiguous(prediction: Box, truths: Sequence[Box]) -> bool:
    overlaps = [iou(prediction, truth) for truth in truths]
    found = [overlap for overlap in overlaps if overlap >= Fraction(1, 2)]
    return len(found) == len(set(found))


def drawn(seed: int, truths: int) -> tuple[list[Box], list[Box]]:
    """Draw overlapping truths, and predictions near them or false positives."""
    random = Random(seed)
    true_ones: list[Box] = []
    while len(true_ones) < truths:
        onset, length = random.randrange(120), random.randint(8, 40)
        box = Box(len(true_ones) % 9, onset, onset + length - 1)
        true_ones += [box] * (box not in true_ones)
    scores = random.sample(range(100_000), 3 * truths)
    predicted = []
    for number in scores:
        meant = random.choice(true_ones)
        jitter = random.choice([0, 1, 2, 3, 6])
        onset = max(0, meant.onset + random.randint(-jitter, jitter))
        offset = max(onset, meant.offset + random.randint(-jitter, jitter))
        if random.random() < 0.2:
            onset, offset = 200 + onset, 200 + offset
        box = Box(meant.video, onset, offset, number / 100_000)
        if is_unambiguous(box, true_ones):
            predicted.append(box)
    return true_ones, predicted


def coco_precisions(truths: Sequence[Box], predictions: Sequence[Box]) -> list[float]:
    """Return COCO's mean precision over the 101 recalls, at each threshold."""
    with contextlib.redirect_stdout(io.StringIO()):
        ground = COCO()
        ground.dataset = {
            "info": {},
            "images": [{"id": video} for video in range(9)],
            "categories": [{"id": 1, "name": "expression"}],
            "annotations": [
                {
                    "id": at + 1,
                    "image_id": box.video,
                    "category_id": 1,
                    "bbox": [box.onset, 0, box.length, 1],
                    "area": box.length,
                    "iscrowd": 0,
                }
                for at, box in enumerate(truths)
            ],
        }
        ground.createIndex()
        results = ground.loadRes(
            [
                {
                    "image_id": box.video,
                    "category_id": 1,
                    "bbox": [box.onset, 0, box.length, 1],
                    "score": box.score,
                }
                for box in predictions
            ]
        )
        evaluation = COCOeval(ground, results, "bbox")
        evaluation.params.iouThrs = np.array([hundredths / 100 for hundredths in THRESHOLDS])
        evaluation.params.maxDets = [1_000_000]
        evaluation.params.areaRng = [[0, 1e10]]
        evaluation.params.areaRngLbl = ["all"]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"]
    assert precision.shape == (len(THRESHOLDS), 101, 1, 1, 1)
    means: list[float] = precision.mean(axis=(1, 2, 3, 4)).tolist()
    return means


def as_documents(truths: Sequence[Box], predictions: Sequence[Box]) -> tuple[Document, Document]:
    true_rows: dict[str, list[Document]] = {f"{video % 4}/{video}": [] for video in range(9)}
    rows: dict[str, list[Document]] = {name: [] for name in true_rows}
    for box in truths:
        true_rows[f"{box.video % 4}/{box.video}"].append(documents.micro(box.onset, box.offset))
    for box in predictions:
        rows[f"{box.video % 4}/{box.video}"].append(
            documents.micro(box.onset, box.offset, score=box.score)
        )
    return documents.submission(rows, protocol=documents.MICRO["id"]), documents.truth(true_rows)


@pytest.mark.parametrize("number", [101, 103, 107, 109, 113, 127, 151])
def test_every_threshold_and_the_mean(number: int) -> None:
    truths, predictions = drawn(number, number)
    assert len(predictions) > number
    expected = coco_precisions(truths, predictions)
    submission, truth = as_documents(truths, predictions)

    case = evaluate_predictions(
        submission, truth, protocol_of(documents.MICRO), ScoringOptions(), Findings()
    )
    curves = case.subject_counts.pool(case.kinds).curves
    assert not isinstance(curves, Undefined)
    ours = [sampled_precision(curve) for curve in curves]
    assert ours == pytest.approx(expected, abs=1e-9)
    assert ours == sorted(ours, reverse=True)
    assert 0 < ours[-1] < ours[0] < 1  # every threshold has an effect

    mean = score(submission, truth, documents.MICRO).metrics["ap_coco101"].value
    assert mean == pytest.approx(sum(expected) / len(expected), abs=1e-9)
