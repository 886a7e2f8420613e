"""The differences between released evaluators and the standard, one function per difference.

Each function does one thing like a released evaluator, and everything else like the standard. Only
``benchmarks.differences`` uses them, for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random

Interval = tuple[int, int]
"""Onset and offset, closed."""

Labeled = tuple[int, int, str]
"""Onset, offset and emotion."""

Video = tuple[Sequence[Labeled], Sequence[Labeled]]
"""The truths and the predictions of a video."""

HALF = Fraction(1, 2)
THRESHOLDS = [Fraction(percent, 100) for percent in range(50, 100, 5)]


def overlap(first: Interval, second: Interval) -> Fraction:
    """Return the IoU of two closed intervals."""
    common = max(0, min(first[1], second[1]) - max(first[0], second[0]) + 1)
    return Fraction(common, _length(first) + _length(second) - common)


def overlap_of_mdmd(first: Interval, second: Interval) -> Fraction:
    """Return the IoU of MDMD (MEGC2020).

    Disjoint intervals have one common frame, because 1 is added after the maximum with 0. Intervals
    of one frame overlap with nothing.
    """
    if first[0] == first[1] or second[0] == second[1]:
        return Fraction(0)
    common = max(0, min(first[1], second[1]) - max(first[0], second[0])) + 1
    return Fraction(common, _length(first) + _length(second) - common)


def overlap_of_lengths(first: Interval, second: Interval) -> Fraction | None:
    """Return the IoU without the last frame of each interval (ActivityNet, AUW-GCN).

    None stands for NaN, the 0/0 of two intervals of one frame; ActivityNet counts it as a hit,
    because it is not below the threshold.
    """
    common = max(0, min(first[1], second[1]) - max(first[0], second[0]))
    union = first[1] - first[0] + second[1] - second[0] - common
    return Fraction(common, union) if union else None


def hits_above(truths: Sequence[Interval], predictions: Sequence[Interval]) -> int:
    """Count hits with IoU > 1/2 instead of >= 1/2 (AUW-GCN)."""
    return sum(
        any(overlap(truth, prediction) > HALF for prediction in predictions) for truth in truths
    )


def hits_of_reused(
    truths: Sequence[Interval],
    predictions: Sequence[Interval],
    overlap: Callable[[Interval, Interval], Fraction] = overlap,
) -> int:
    """Count hits where one prediction may hit several truths (LGSNet, MDMD, STRS-Metric)."""
    return sum(
        any(overlap(truth, prediction) >= HALF for prediction in predictions) for truth in truths
    )


def hits_at_float(truths: Sequence[Interval], predictions: Sequence[Interval], step: int) -> int:
    """Count hits at a threshold of ``np.arange(.5, 1, .05)``, which has rounding errors."""
    import numpy as np

    threshold = np.arange(0.5, 1, 0.05)[step]
    return sum(
        any(float(overlap(truth, prediction)) >= threshold for prediction in predictions)
        for truth in truths
    )


def mirrored(truth: Interval, apex: int) -> Interval | None:
    """Return a truth as SFAMNet changes it: a long one ends at its onset, mirrored by its apex.

    None stands for a truth of one frame, before or after that; it is not counted.
    """
    onset, offset = truth
    if offset - onset > 30:
        offset = apex + (apex - onset)
    return None if onset == apex == offset else (onset, offset)


def hits_in_file_order(
    truths: Sequence[Labeled], predictions: Sequence[Labeled]
) -> list[list[Labeled]]:
    """Return the truths that each prediction of a video hits (STRS-Metric).

    In the order of the file, each prediction takes all truths with IoU >= 1/2 that are still free.
    """
    free = list(truths)
    hits = []
    for prediction in predictions:
        hits.append([truth for truth in free if overlap(truth[:2], prediction[:2]) >= HALF])
        free = [truth for truth in free if truth not in hits[-1]]
    return hits


def strs_in_file_order(videos: Sequence[Video], classes: Sequence[str]) -> float:
    """Return STRS with the matching of :func:`hits_in_file_order` (STRS-Metric).

    Without a hit there is no column of truths, and ``KeyError`` is raised; without a right emotion
    the result is NaN.
    """
    hits = [hits_in_file_order(*video) for video in videos]
    pairs = [
        (truth[2], prediction[2])
        for video, in_video in zip(videos, hits, strict=True)
        for prediction, hit in zip(video[1], in_video, strict=True)
        for truth in hit
    ]
    if not pairs:
        raise KeyError("gt")
    matrix = [[pairs.count((row, column)) for column in classes] for row in classes]
    precision = uar_as_precision(matrix)
    recall = _mean([_ratio(row[index], sum(row)) for index, row in enumerate(matrix)])
    if not precision + recall:
        return float("nan")
    wrong = sum(not hit for in_video in hits for hit in in_video)
    missed = sum(len(video[0]) for video in videos) - len(pairs)
    spotting = 2 * len(pairs) / (2 * len(pairs) + wrong + missed)
    return spotting * 2 * precision * recall / (precision + recall)


def uar_as_precision(matrix: Sequence[Sequence[int]]) -> float:
    """Return the mean precision over classes, which STRS-Metric and MEGC2024 print as UAR."""
    columns = list(zip(*matrix, strict=True))
    return _mean([_ratio(row[index], sum(columns[index])) for index, row in enumerate(matrix)])


def uf1_of_collapsed(matrix: Sequence[Sequence[int]]) -> float:
    """Return UF1 where the only class gets 0, even if all its samples are correct (STRS-Metric)."""
    total = sum(map(sum, matrix))
    scores = []
    for index, row in enumerate(matrix):
        hits, truths = row[index], sum(row)
        predictions = sum(other_row[index] for other_row in matrix)
        true_negatives = total - truths - predictions + hits
        collapses = true_negatives == 0 and truths == hits == predictions
        scores.append(0.0 if collapses else _ratio(2 * hits, truths + predictions))
    return _mean(scores)


def file_order_ap(hits: Sequence[Sequence[bool]], truths: int) -> float:
    """Return AP@[.5:.95] ranked by the order of rows in the file (MEAN, STRS-Metric).

    Parameters
    ----------
    hits : sequence of sequence of bool
        For each threshold: whether each prediction is a hit, in the order of the file.
    truths : int
        Number of truths.
    """
    return _mean([_area(at_threshold, truths) for at_threshold in hits])


def ap_at_101_recalls(hits: Sequence[bool], truths: int, *, exact: bool = False) -> float:
    """Return the mean precision at 101 recalls, compared as floating-point numbers (COCO).

    ``hits`` are those of the predictions, by decreasing score. ``exact`` compares the recalls as
    integers, like the standard.
    """
    import numpy as np

    if not len(hits):
        return 0.0
    found = np.cumsum(hits)
    precision = (found / np.arange(1, len(hits) + 1))[::-1]
    highest = np.append(np.maximum.accumulate(precision)[::-1], 0.0)
    if exact:
        points = np.searchsorted(100 * found, np.arange(101) * truths)
    else:
        points = np.searchsorted(found / truths, np.linspace(0, 1, 101))
    return float(highest[points].mean())


def loss_at_float_recalls(draws: int, most_truths: int, seed: int = 0) -> list[float]:
    """Return by how much COCO's AP@[.5:.95] is too small on random data sets.

    Each truth is predicted with a chance of .8, with an IoU between .4 and 1; there are as many
    false positives as truths at most. The scores are all different.
    """
    random = Random(seed)
    losses = []
    for _ in range(draws):
        truths = random.randint(1, most_truths)
        ious = [random.uniform(0.4, 1) for _ in range(truths) if random.random() < 0.8]
        ious += [0.0] * random.randint(0, truths)
        random.shuffle(ious)
        ranked = [[100 * iou >= hundredths for iou in ious] for hundredths in range(50, 100, 5)]
        exact, as_floats = (
            _mean([ap_at_101_recalls(hits, truths, exact=exact) for hits in ranked])
            for exact in (True, False)
        )
        losses.append(exact - as_floats)
    return losses


def within_tolerance(truth: Interval, prediction: Interval, fps: int) -> bool:
    """Return whether onset and offset agree to .05 s, the offset also to 20 % of the truth.

    This is the rule of ``mir_eval.transcription``, with the intervals as notes of one pitch.
    """
    duration = _length(truth) / fps
    onset, offset = (round(abs(truth[end] - prediction[end]) / fps, 4) for end in (0, 1))
    return onset <= 0.05 and offset <= max(0.2 * duration, 0.05)


def mean_over_folds(folds: Mapping[str, tuple[int, int, int]]) -> float:
    """Return the mean F1 over folds, from (hits, truths, predictions) per fold."""
    return _mean(
        [_ratio(2 * hits, truths + predictions) for hits, truths, predictions in folds.values()]
    )


def _area(hits: Sequence[bool], truths: int) -> float:
    """Return the area under the interpolated precision-recall curve."""
    remaining, best, area = sum(hits), 0.0, 0.0
    for rank in range(len(hits), 0, -1):
        best = max(best, remaining / rank)
        if hits[rank - 1]:
            area += best / truths
            remaining -= 1
    return area


def _length(interval: Interval) -> int:
    return interval[1] - interval[0] + 1


def _ratio(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
