"""Whether a truth is the complete data set: compare its counts with those of the protocol."""

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
"""A message lists at most this many differences."""


def summarize_differences(differences: list[str]) -> str:
    """Return the first differences and the number of the others, for a message."""
    more = len(differences) - MAX_NAMED_DIFFERENCES
    return "; ".join(differences[:MAX_NAMED_DIFFERENCES]) + (
        f"; and {more} more" if more > 0 else ""
    )


@dataclass(frozen=True, slots=True)
class CountComparison:
    """A count in the truth, and the one that the protocol expects.

    Attributes
    ----------
    dataset : str or None
        The data set of a composite; None for all data sets together.
    counted : str
        ``subjects``, ``videos``, ``samples``, a class, or ``outside the classes``.
    is_class : bool
        Whether a class is counted.
    expected, found : int
        The two numbers.
    """

    dataset: str | None
    counted: str
    is_class: bool
    expected: int
    found: int

    def __str__(self) -> str:
        """Return the comparison for a message: ``videos 30 instead of 32``."""
        prefix = "" if self.dataset is None else f"{self.dataset} "
        return f"{prefix}{self.counted} {self.found} instead of {self.expected}"


def spotting_differences(truth: SpottingTruth) -> list[str]:
    """Return the counts of a spotting truth that are not as expected, in words."""
    return _differences(spotting_counts(truth))


def recognition_differences(truth: RecognitionTruth) -> list[str]:
    """Return the counts of a recognition truth that are not as expected, in words."""
    return _differences(recognition_counts(truth))


def _differences(counts: list[CountComparison]) -> list[str]:
    return [str(count) for count in counts if count.found != count.expected]


def spotting_counts(truth: SpottingTruth) -> list[CountComparison]:
    """Return every count that a spotting protocol expects, and the one in the truth."""
    datasets = [video.dataset for video in truth.videos]
    return _counts_of_all_data_sets(
        truth.protocol,
        truth.classes,
        truth.subjects,
        np.array(datasets, dtype=object),
        truth.truths.label,
        np.array([datasets[video] for video in truth.truths.video.tolist()], dtype=object),
    )


def recognition_counts(truth: RecognitionTruth) -> list[CountComparison]:
    """Return every count that a recognition protocol expects, and the one in the truth."""
    datasets = np.array([sample.dataset for sample in truth.samples], dtype=object)
    return _counts_of_all_data_sets(
        truth.protocol, truth.classes, truth.subjects, datasets, truth.truth, datasets
    )


def _counts_of_all_data_sets(
    protocol: Protocol,
    classes: ClassList,
    subjects: list[SubjectKey],
    dataset_of_video: np.ndarray,
    labels: IntegerColumn,
    dataset_of_truth: np.ndarray,
) -> list[CountComparison]:
    comparisons = list(
        _compare(None, protocol.expected, classes, len(subjects), len(dataset_of_video), labels)
    )
    for dataset in protocol.datasets:
        if dataset.expected is not None:
            in_dataset: BoolColumn = dataset_of_truth == dataset.id
            comparisons.extend(
                _compare(
                    dataset.id,
                    dataset.expected,
                    classes,
                    sum(subject.dataset == dataset.id for subject in subjects),
                    int((dataset_of_video == dataset.id).sum()),
                    labels[in_dataset],
                )
            )
    return comparisons


def _compare(
    dataset: str | None,
    expected: ExpectedCounts,
    classes: ClassList,
    subjects: int,
    videos: int,
    labels: IntegerColumn,
) -> Iterator[CountComparison]:
    totals = (
        ("subjects", expected.subjects, subjects),
        ("videos", expected.videos, videos),
        ("samples", expected.samples, len(labels)),
    )
    for name, number, found in totals:
        if number is not None:
            yield CountComparison(dataset, name, False, number, found)
    indices = {normalize_label(name): index for index, name in enumerate(classes.names)}
    for name, number in expected.classes.items():
        found = int((labels == indices[normalize_label(name)]).sum())
        yield CountComparison(dataset, name, True, number, found)
    if expected.outside_classes is not None:
        found = int((labels == NO_CLASS).sum())
        yield CountComparison(
            dataset, "outside the classes", False, expected.outside_classes, found
        )
