"""Two synthetic people, one short video each, and folds of them."""

from __future__ import annotations

from pathlib import Path

from mebench.protocols.loader import load_protocol
from mebench.runner import (
    AnnotatedSample,
    AnnotatedVideo,
    Expression,
    Fold,
    Store,
    UnseenSample,
    UnseenVideo,
)
from mebench_synthetic.dataset import SyntheticDataset
from mebench_synthetic.recipe import Recipe

RECIPE = Recipe.custom(
    subjects=2, videos=1, fps=30, seconds=1, intensity=(0.5, 0.6), noise=0.5, seed=11
)


def people() -> list[AnnotatedVideo]:
    """Return their videos."""
    return [
        AnnotatedVideo(
            video,
            [
                Expression(one.onset, one.offset, one.apex, one.kind, one.emotion or "surprise")
                for one in video.script.actions
                if one.kind != "trace"
            ],
        )
        for video in SyntheticDataset(RECIPE).videos()
    ]


def spotting_fold(store: Path, *, everybody: bool = False, samples: bool = False) -> Fold:
    """Return the fold that tests the second person; with ``everybody``, both are learnt from.

    Parameters
    ----------
    store : Path
        Where arrays are kept.
    samples : bool
        Whether the test person's expressions are given as samples, the apex of the first unknown.
    """
    first, second = people()
    return Fold(
        "all" if everybody else second.subject,
        load_protocol("synthetic-str"),
        (first, second) if everybody else (first,),
        () if everybody else (UnseenVideo(second),),
        (),
        tuple(_samples(second)) if samples else (),
        5,
        Store(store),
        lambda share, what: None,
    )


def recognition_fold(store: Path) -> Fold:
    """Return a fold of a recognition protocol: the second person's expressions are to be named."""
    first, second = people()
    learnt = [
        AnnotatedSample(
            *(first.dataset, first.subject, str(one.onset), UnseenVideo(first)),
            *(one.onset, one.apex, one.offset, "positive"),
        )
        for one in first.expressions
    ]
    return Fold(
        second.subject,
        load_protocol("megc2019-cde"),
        (),
        (),
        tuple(learnt),
        tuple(_samples(second)),
        5,
        Store(store),
        lambda share, what: None,
    )


def _samples(video: AnnotatedVideo) -> list[UnseenSample]:
    return [
        UnseenSample(
            *(video.dataset, video.subject, f"{video.id}/{one.onset}", UnseenVideo(video)),
            *(one.onset, one.apex if place else None, one.offset),
        )
        for place, one in enumerate(video.expressions)
        if one.kind == "micro"
    ]
