"""Whether a truth is the complete data set: its counts next to those that the protocol expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mebench.evaluation.ground_truth import SpottingTruth
from mebench.models.annotation_table import NO_CLASS, BoolColumn, IntegerColumn
from mebench.models.base import SubjectKey
from mebench.models.protocol import ExpectedCounts, Protocol
from mebench.protocols.label_mapping import ClassList, normalize_label

if TYPE_CHECKING:
    from mebench.evaluation.ground_truth import RecognitionTruth


MAX_NAMED_DIFFERENCES = 6
"""So many differences are named in a message."""


def summarize_differences(differ: list[str]) -> str:
    """Return differences for a message, the first of them by name."""
    more = (
        f"; and {len(differ) - MAX_NAMED_DIFFERENCES} more"
        if len(differ) > MAX_NAMED_DIFFERENCES
        else ""
    )
    return "; ".join(differ[:MAX_NAMED_DIFFERENCES]) + more


@dataclass(frozen=True, slots=True)
class CountComparison:
    """What a truth has of something, and what a protocol expects.

    Attributes
    ----------
    dataset : str or None
        The data set of a composite that is counted; None for the whole.
    counted : str
        ``subjects``, ``videos``, ``samples``, a class, or ``outside the classes``.
    is_class : bool
        Whether it is a class.
    expected, found : int
        The two numbers.
    """

    dataset: str | None
    counted: str
    is_class: bool
    expected: int
    found: int

    def __str__(self) -> str:
        """Return it in words."""
        of = "" if self.dataset is None else f"{self.dataset} "
        return f"{of}{self.counted} {self.found} instead of {self.expected}"


def spotting_differences(manifest: SpottingTruth) -> list[str]:
    """Return what differs in the truth of a spotting protocol, in words."""
    return [str(one) for one in spotting_counts(manifest) if one.found != one.expected]


def recognition_differences(manifest: RecognitionTruth) -> list[str]:
    """Return what differs in the truth of a recognition protocol, in words."""
    return [str(one) for one in recognition_counts(manifest) if one.found != one.expected]


def spotting_counts(manifest: SpottingTruth) -> list[CountComparison]:
    """Return all that a spotting protocol expects, beside what is there."""
    datasets = [video.dataset for video in manifest.videos]
    of_truth = manifest.truths.video
    return _counts_of_all_data_sets(
        manifest.protocol,
        manifest.classes,
        manifest.subjects,
        np.array(datasets, dtype=object),
        manifest.truths.label,
        np.array([datasets[video] for video in of_truth.tolist()], dtype=object),
    )


def recognition_counts(manifest: RecognitionTruth) -> list[CountComparison]:
    """Return all that a recognition protocol expects, beside what is there."""
    datasets = np.array([sample.dataset for sample in manifest.samples], dtype=object)
    return _counts_of_all_data_sets(
        manifest.protocol, manifest.classes, manifest.subjects, datasets, manifest.truth, datasets
    )


def _counts_of_all_data_sets(
    protocol: Protocol,
    classes: ClassList,
    subjects: list[SubjectKey],
    dataset_of_video: np.ndarray,
    labels: IntegerColumn,
    dataset_of_truth: np.ndarray,
) -> list[CountComparison]:
    found = list(
        _compare(None, protocol.expected, classes, len(subjects), len(dataset_of_video), labels)
    )
    for dataset in protocol.datasets:
        if dataset.expected is not None:
            here: BoolColumn = dataset_of_truth == dataset.id
            found.extend(
                _compare(
                    dataset.id,
                    dataset.expected,
                    classes,
                    sum(subject.dataset == dataset.id for subject in subjects),
                    int((dataset_of_video == dataset.id).sum()),
                    labels[here],
                )
            )
    return found


def _compare(
    dataset: str | None,
    expected: ExpectedCounts,
    classes: ClassList,
    subjects: int,
    videos: int,
    labels: IntegerColumn,
) -> Iterator[CountComparison]:
    whole = (
        ("subjects", expected.subjects, subjects),
        ("videos", expected.videos, videos),
        ("samples", expected.samples, len(labels)),
    )
    for name, number, found in whole:
        if number is not None:
            yield CountComparison(dataset, name, False, number, found)
    places = {normalize_label(name): place for place, name in enumerate(classes.names)}
    for name, number in expected.classes.items():
        found = int((labels == places[normalize_label(name)]).sum())
        yield CountComparison(dataset, name, True, number, found)
    if expected.outside_classes is not None:
        found = int((labels == NO_CLASS).sum())
        yield CountComparison(
            dataset, "outside the classes", False, expected.outside_classes, found
        )
