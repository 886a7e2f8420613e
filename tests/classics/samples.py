"""A fold of a recognition protocol with a few samples of two synthetic people."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from mebench.protocols.loader import load_protocol
from mebench.runner import AnnotatedSample, Fold, UnseenSample, UnseenVideo
from tests.mean.folds import people, prepared

FRAMES = ((0, 6, 10), (9, 14, 18), (16, 24, 29))
"""Onset, apex and offset of the samples in both videos."""

EMOTIONS = ("negative", "positive", "surprise")


@cache
def samples() -> tuple[tuple[AnnotatedSample, ...], tuple[AnnotatedSample, ...]]:
    """Return the samples of both people, one per emotion."""
    first, second = (
        tuple(
            AnnotatedSample(
                *(video.dataset, video.subject, str(frames[0]), UnseenVideo(video)),
                *(*frames, emotion),
            )
            for frames, emotion in zip(FRAMES, EMOTIONS, strict=True)
        )
        for video in people()
    )
    return first, second


def interval(onset: int, apex: int | None, offset: int) -> UnseenSample:
    """Return an interval in the video of the second person, as a spotting method finds it."""
    known = samples()[1][0]
    name = f"{onset}-{apex}-{offset}"
    return UnseenSample(*(known.dataset, known.subject, name, known.video), *(onset, apex, offset))


def recognition_fold(
    store: Path,
    training: tuple[AnnotatedSample, ...] | None = None,
    test: tuple[UnseenSample, ...] | None = None,
) -> Fold:
    """Return the fold that tests the second person, with the faces of both in its store."""
    known, unknown = samples()
    return Fold(
        unknown[0].subject,
        load_protocol("megc2019-cde"),
        (),
        (),
        known if training is None else training,
        tuple(sample.without_emotion() for sample in unknown) if test is None else test,
        5,
        prepared(store),
    )


def random_flow(seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Return the flow of a face, in pixels."""
    return np.random.default_rng(seed).normal(size=(128, 128, 2)).astype(np.float32)
