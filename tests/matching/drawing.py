"""Random small groups of intervals, and their conversion to the columns that matching uses.

Frames come from a small range, so that ties, duplicates and conflict groups are frequent. The
intervals are those of the reference (:class:`~tests.reference.model.Interval`); ``spans_of``
converts them to columns, through :class:`~mebench.metrics.expressions.Expressions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from mebench.matching.iou import Spans
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_CLASS, NO_FRAME
from mebench.models.base import KINDS
from tests.reference.model import Interval

CLASSES = ("negative", "positive", "surprise")
OUTSIDER = "contempt"
"""An emotion outside the class list."""

VIDEOS = ("1/a", "1/b", "2/a")
SCORES = (Fraction(-1), Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1))


def intervals(
    *,
    videos: Sequence[str] = VIDEOS[:1],
    kinds: Sequence[str] = KINDS[:1],
    emotions: Sequence[str] = CLASSES,
    scores: Sequence[Fraction | None] = SCORES,
    first: int = -3,
    last: int = 8,
    longest: int = 10,
) -> st.SearchStrategy[Interval]:
    """Return a strategy for one interval; the bounds are those of its onset and its length.

    Only intervals with a score have an apex: two truths that differ in nothing else are an error.
    """

    def built(
        video: str,
        onset: int,
        length: int,
        kind: str,
        emotion: str,
        score: Fraction | None,
        inside: int | None,
    ) -> Interval:
        apex = None if inside is None else onset + inside % length
        return Interval(video, onset, onset + length - 1, kind, emotion, apex, score)

    return st.builds(
        built,
        st.sampled_from(videos),
        st.integers(first, last),
        st.integers(1, longest),
        st.sampled_from(kinds),
        st.sampled_from(emotions),
        st.sampled_from(scores),
        st.sampled_from([None] if list(scores) == [None] else [None, None, 0, 1, 2]),
    )


def expressions_of(rows: Sequence[Interval]) -> Expressions:
    """Return intervals as the package's columns."""
    return Expressions(
        video=np.array([VIDEOS.index(row.video) for row in rows], np.int64),
        kind=np.array([KINDS.index("macro" if row.kind == "macro" else "micro") for row in rows])
        .astype(np.int8)
        .reshape(len(rows)),
        onset=np.array([row.onset for row in rows], np.int64),
        offset=np.array([row.offset for row in rows], np.int64),
        apex=np.array([NO_FRAME if row.apex is None else row.apex for row in rows], np.int64),
        label=np.array(
            [CLASSES.index(row.emotion) if row.emotion in CLASSES else NO_CLASS for row in rows],
            np.int64,
        ),
        score=np.array([float(row.score or 0) for row in rows], np.float64),
    )


def spans_of(rows: Sequence[Interval]) -> Spans:
    """Return the columns that matching uses; a missing score is 0."""
    return expressions_of(rows).spans
