"""The fingerprint of a metric of another package: a hash of its values on fixed counts.

A version does not identify what a function computes, and its source neither: it calls others. So
the metric is tried on made-up counts, which cover the protocol's classes, and subjects without
expressions, without predictions and without both. Metrics with the same values there have the same
fingerprint. On the way it is checked that the value from integers and those from arrays agree, on
which intervals rely.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mebench.metrics.counts import PooledCounts
from mebench.metrics.expressions import Expressions
from mebench.metrics.metric import Metric
from mebench.metrics.own_metric import OwnMetric, metric_failed
from mebench.metrics.ratios import Undefined, Value
from mebench.metrics.replicates import SubjectSums
from mebench.metrics.subject_counts import CountsPerSubject, count_recognition, count_spotting
from mebench.models.annotation_table import NO_CLASS, NO_FRAME
from mebench.models.base import KINDS, Kind
from mebench.models.protocol import Protocol
from mebench.util.hashing import digest
from mebench.util.random_streams import RandomStream

SUBJECTS, VIDEOS = 8, 5
"""The made-up subjects, and the videos of each."""

AGREEMENT = 1e-9
"""The largest difference between a value from integers and one from arrays."""

_MICRO: tuple[Kind, ...] = ("micro",)


def fingerprint(own: OwnMetric, protocol: Protocol) -> str:
    """Return the fingerprint of a metric under a protocol: 8 hex digits.

    Raises
    ------
    MebenchError
        ``metric-failed``: the metric raises, returns what is no value, or contradicts itself.
    """
    # In a script or a notebook, a variable on which the function depends can change at any time.
    compute = _compute if own.package is None else _compute_once
    return compute(own.metric, protocol.spots, protocol.one_per_video, len(protocol.classes))


def _compute(metric: Metric, spots: bool, one_per_video: bool, classes: int) -> str:
    values = []
    for has_scores in (True, False) if spots else (True,):
        counts = _made_up_counts(spots, one_per_video, classes, has_scores)
        values += _values(metric, counts, has_scores=has_scores or not spots)
    rules = [metric.section, sorted(metric.needs), metric.scale, metric.sufficient]
    return digest(["metric", metric.id, *rules, metric.unit, metric.better, values])


_compute_once = lru_cache(maxsize=64)(_compute)


def _values(metric: Metric, counts: CountsPerSubject, *, has_scores: bool) -> list[str]:
    """Return the values of each subject, of all and of nobody, with 9 digits, or the reasons.

    Without scores the two kinds of values need not agree: whether there are curves is decided once
    for all replicates.
    """
    groups = [*([subject] for subject in range(SUBJECTS)), [*range(SUBJECTS)], []]
    pooled = [counts.pool(_MICRO, group) for group in groups]
    weights = np.vstack([np.eye(SUBJECTS), np.ones(SUBJECTS), np.zeros(SUBJECTS)])
    of_arrays = SubjectSums.of(counts, _MICRO).values([metric], weights)[0].tolist()
    texts = []
    for one, other in zip(pooled, of_arrays, strict=True):
        value = metric.value(one)
        number = np.nan if isinstance(value, Undefined) else float(value)
        agree = np.isclose(number, other, rtol=AGREEMENT, atol=AGREEMENT, equal_nan=True)
        if has_scores and not agree:
            raise metric_failed(metric, _contradiction(one, value, other))
        texts.append(value.reason if isinstance(value, Undefined) else f"{number:.9g}")
    return texts


def _contradiction(counts: PooledCounts, value: Value, other: float) -> str:
    names = {"truths": "true expressions", "predictions": "predictions", "hits": "hits"}
    shown = ", ".join(f"{getattr(counts, name)} {title}" for name, title in names.items())
    if counts.analysis.matrix:
        shown += f", confusion matrix {[list(row) for row in counts.analysis.matrix]!s:.120}"
    found = f"undefined ({value.reason})" if isinstance(value, Undefined) else f"{float(value):.6g}"
    arrays = "undefined (NaN)" if np.isnan(other) else f"{other:.6g}"
    return f"With {shown} it is {found} from integers, but {arrays} from arrays of counts."


@lru_cache(maxsize=8)
def _made_up_counts(
    spots: bool, one_per_video: bool, classes: int, has_scores: bool
) -> CountsPerSubject:
    """Return the counts of eight subjects; the same on every machine and in every version."""
    stream = RandomStream(0, "metric", classes)
    unit = np.repeat(np.arange(SUBJECTS), VIDEOS)

    def label() -> int:
        return stream.integer(0, classes - 1) if classes and not stream.happens(100) else NO_CLASS

    if not spots:
        labels = [(stream.integer(0, classes - 1), label()) for _ in unit]
        truth, prediction = np.array(labels, np.int64).T
        return count_recognition(truth, prediction, unit, units=SUBJECTS, classes=classes)
    truths, predictions = [], []
    for video, subject in enumerate(unit.tolist()):
        length, shift = stream.integer(5, 20), stream.integer(-4, 4)
        apex = NO_FRAME if stream.happens(200) else 20 + length // 2
        emotion = label()
        if subject not in (5, 7):  # these have no expression
            truths.append((video, 20, 20 + length, apex, emotion, 0.0))
        score, guess = stream.integer(0, 9) / 10, emotion if stream.happens(600) else label()
        if subject not in (6, 7) and not stream.happens(150):  # these have no prediction
            predictions.append((video, 20 + shift, 20 + shift + length, NO_FRAME, guess, score))
        if subject < 3 and video % VIDEOS == 0:  # several predictions in a video
            predictions.append((video, 60, 70, NO_FRAME, label(), stream.integer(0, 9) / 10))
    return count_spotting(
        _expressions(truths, has_scores=False),
        _expressions(predictions, has_scores=has_scores),
        unit,
        units=SUBJECTS,
        classes=classes,
        one_per_video=one_per_video,
    )


def _expressions(
    rows: list[tuple[int, int, int, int, int, float]], *, has_scores: bool
) -> Expressions:
    video, onset, offset, apex, label, score = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    kind = np.full(len(rows), KINDS.index("micro"), np.int8)
    return Expressions(video, kind, onset, offset, apex, label, score if has_scores else None)
