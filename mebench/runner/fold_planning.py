"""The folds of a run, as the protocol prescribes them; each has its own seed."""

from __future__ import annotations

import re
from itertools import filterfalse

from mebench.diagnostics import MebenchError, UsageError
from mebench.protocols.fold_plan import PlannedFold, minimum_of_subjects, plan_folds
from mebench.runner.run_data import RunData
from mebench.runner.types import AnnotatedSample, AnnotatedVideo, Fold, UnseenVideo
from mebench.util.array_store import Store
from mebench.util.random_streams import RandomStream

SEED_LIMIT = 2**31
"""Seeds are smaller than this: every numerical library accepts them."""


def cross_validation_folds(
    run_data: RunData, seed: int, store: Store, *, with_truth: bool = False
) -> list[Fold]:
    """Return the folds of the protocol, with the videos and samples of their test subjects.

    Parameters
    ----------
    run_data : RunData
        The data of the run.
    seed : int
        The run's seed; the seed of a fold depends only on it and on the fold's test subjects.
    store : Store
        The cache of prepared arrays.
    with_truth : bool
        Keep the annotations of the test videos (``needs_truth``).

    Raises
    ------
    MebenchError
        ``too-few-subjects``.
    """
    protocol, subjects = run_data.protocol, run_data.tested
    planned = plan_folds(protocol, subjects)
    minimum = minimum_of_subjects(protocol)
    has_training = len(planned) > 1 or set(run_data.subjects) > set(subjects)
    if len(subjects) < minimum or not has_training:
        needed = f"{minimum} subject{'s' * (minimum > 1)} to test, and others to train on"
        raise MebenchError.of(
            "too-few-subjects",
            f"The folds ({protocol.folds}) need at least {needed}; {len(subjects)} of "
            f"{len(run_data.subjects)} subjects in the scope of {protocol.id} are tested.",
            "Run `mebench datasets check ID` to see what the copy lacks.",
        )
    return [_fold(run_data, fold, seed, store, with_truth) for fold in planned]


def _fold(
    run_data: RunData, planned: PlannedFold, seed: int, store: Store, with_truth: bool
) -> Fold:
    tested = {tuple(subject) for subject in planned.test}

    def is_test(unit: AnnotatedVideo | AnnotatedSample) -> bool:
        return (unit.dataset, unit.subject) in tested

    test = tuple(filter(is_test, run_data.videos))
    test_samples = tuple(filter(is_test, run_data.samples))
    path = [text for subject in planned.test for text in subject]
    return Fold(
        name=planned.name,
        protocol=run_data.protocol,
        training=tuple(filterfalse(is_test, run_data.videos)),
        test=test if with_truth else tuple(map(UnseenVideo, test)),
        training_samples=tuple(filterfalse(is_test, run_data.samples)),
        test_samples=test_samples
        if with_truth
        else tuple(sample.without_emotion() for sample in test_samples),
        seed=RandomStream(seed, "fold", *path).integer(0, SEED_LIMIT - 1),
        store=store,
        test_subjects=tuple(planned.test),
    )


def all_subjects(run_data: RunData, seed: int, store: Store) -> Fold:
    """Return the fold that trains on all subjects and tests none."""
    return Fold(
        name="all subjects",
        protocol=run_data.protocol,
        training=run_data.videos,
        test=(),
        training_samples=run_data.samples,
        test_samples=(),
        seed=RandomStream(seed, "everybody").integer(0, SEED_LIMIT - 1),
        store=store,
    )


def parse_fold_selection(text: str, count: int) -> list[int]:
    """Parse ``0,3-5`` as fold numbers, in ascending order."""
    chosen: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", part)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if low > high or high >= count:
            raise UsageError.of(
                "bad-folds",
                f"--folds {text!r}: {part.strip()!r} is neither a fold nor a range of folds.",
                f"Choose from the folds 0 to {count - 1} of this run, for example --folds 0,3-5",
            )
        chosen.update(range(low, high + 1))
    return sorted(chosen)
