"""The folds that a protocol prescribes: the test subjects of each, for the runner and the checks.

k-fold by subject is reproducible by hand. The subjects are sorted by the data set's id and the
subject's canonical id (``1`` for ``sub01``), as text, character by character. They are shuffled
with ``RandomStream(seed, "k-fold")``, and the subject at position ``i`` of the result is tested in
fold ``i mod k``. Names of videos, labels and the order of files have no effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mebench.models.base import SubjectKey
from mebench.models.fold_rule import FoldRule
from mebench.models.protocol import Protocol
from mebench.protocols.id_matching import canonical_id
from mebench.util.random_streams import RandomStream


class PlannedFold(NamedTuple):
    """A fold: its name, and the subjects that it tests in the order of the truth."""

    name: str
    test: list[SubjectKey]


def canonical_subject(protocol: Protocol, dataset: str, subject: str) -> tuple[str, str]:
    """Return the data set and the subject in their canonical spelling."""
    rule = protocol.dataset(dataset)
    return (rule.id, canonical_id(rule.subjects, subject)) if rule else (dataset, subject)


def minimum_of_subjects(protocol: Protocol) -> int:
    """Return the least number of test subjects with which the folds can be made."""
    rule = protocol.folds
    if isinstance(rule, FoldRule):
        return rule.k or 1
    return 2


def plan_folds(protocol: Protocol, subjects: Sequence[SubjectKey]) -> list[PlannedFold]:
    """Return the folds of the subjects in scope; ``any`` is leave-one-subject-out here.

    Fewer subjects than folds give fewer folds: see :func:`minimum_of_subjects`.
    """
    rule = protocol.folds
    if rule == "leave-one-dataset-out":
        ids = dict.fromkeys(subject.dataset for subject in subjects)
        return [PlannedFold(id_, [one for one in subjects if one.dataset == id_]) for id_ in ids]
    if not isinstance(rule, FoldRule):
        return [PlannedFold(subject_name(protocol, subject), [subject]) for subject in subjects]
    if rule.type == "holdout":
        return [PlannedFold("holdout", list(subjects))] if subjects else []
    assert rule.k is not None and rule.seed is not None
    ordered = sorted(subjects, key=lambda subject: canonical_subject(protocol, *subject))
    shuffled = RandomStream(rule.seed, "k-fold").shuffled(ordered)
    fold_of = {subject: index % rule.k for index, subject in enumerate(shuffled)}
    return [
        PlannedFold(f"{number + 1} of {rule.k}", test)
        for number in range(rule.k)
        if (test := [subject for subject in subjects if fold_of[subject] == number])
    ]


def subject_name(protocol: Protocol, subject: SubjectKey) -> str:
    """Return a subject for messages; in composites with its data set."""
    return "/".join(subject) if protocol.is_composite else subject.subject
