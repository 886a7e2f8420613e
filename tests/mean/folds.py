"""Two synthetic people with one short video each, and folds of their videos."""

from __future__ import annotations

import shutil
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
    ignore_progress,
)
from mebench_mean.baseline import Mean
from mebench_mean.options import MeanOptions
from mebench_synthetic.dataset import SyntheticDataset
from mebench_synthetic.recipe import STANDARD, Recipe
from tests.sharing import compile_flow, shared_folder

RECIPE = Recipe.custom(
    subjects=2, videos=1, fps=30, seconds=1, intensity=(0.5, 0.6), noise=0.5, seed=STANDARD.seed
)
"""Its people are the first ones of ``synthetic``, whom other tests need too."""


def people() -> list[AnnotatedVideo]:
    """Return the videos of both people."""
    return [
        AnnotatedVideo(
            video,
            [
                Expression(
                    *(action.onset, action.offset, action.apex, action.kind),
                    action.emotion or "surprise",
                )
                for action in video.script.actions
                if action.kind != "trace"
            ],
        )
        for video in SyntheticDataset(RECIPE).videos()
    ]


def prepared(folder: Path) -> Store:
    """Return a store in a folder, with a copy of the faces and features of both people."""

    def make(made: Path) -> None:
        compile_flow()
        for video in people():
            Mean(MeanOptions()).prepare(video, Store(made), ignore_progress)

    shutil.copytree(shared_folder("mean-store", make), folder, dirs_exist_ok=True)
    return Store(folder)


def spotting_fold(store: Path, *, everybody: bool = False, samples: bool = False) -> Fold:
    """Return the fold that tests the second person.

    Parameters
    ----------
    store : Path
        Folder of the store.
    everybody : bool
        Whether to train on both people and to test nobody.
    samples : bool
        Whether to give the expressions of the second person as samples, the first without apex.
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
        prepared(store),
        ignore_progress,
    )


def recognition_fold(store: Path) -> Fold:
    """Return a fold of a recognition protocol that tests the second person's expressions."""
    first, second = people()
    training_samples = [
        AnnotatedSample(
            *(first.dataset, first.subject, str(expression.onset), UnseenVideo(first)),
            *(expression.onset, expression.apex, expression.offset, "positive"),
        )
        for expression in first.expressions
    ]
    return Fold(
        second.subject,
        load_protocol("megc2019-cde"),
        (),
        (),
        tuple(training_samples),
        tuple(_samples(second)),
        5,
        prepared(store),
        ignore_progress,
    )


def _samples(video: AnnotatedVideo) -> list[UnseenSample]:
    return [
        UnseenSample(
            *(video.dataset, video.subject, f"{video.id}/{expression.onset}", UnseenVideo(video)),
            *(expression.onset, expression.apex if index else None, expression.offset),
        )
        for index, expression in enumerate(video.expressions)
        if expression.kind == "micro"
    ]
