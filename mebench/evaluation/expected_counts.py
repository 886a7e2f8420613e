"""Whether a truth is the complete data set: compare its counts with those of the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import RecognitionTruth, SpottingTruth, build_truth
from mebench.models.annotation_table import NO_CLASS, IntegerColumn
from mebench.models.protocol import ExpectedCounts, Protocol
from mebench.protocols.label_mapping import ClassList
from mebench.util.text import normalize_label


def summarize_differences(differences: list[str], most: int = 6) -> str:
    """Return the first differences and the number of the others, for a message."""
    more = len(differences) - most
    return "; ".join(differences[:most]) + (f"; and {more} more" if more > 0 else "")


class CountComparison(NamedTuple):
    """A count in the truth, and the one that the protocol expects.

    ``dataset`` is None for all data sets together; ``counted`` is ``subjects``, ``videos``,
    ``samples``, a class, or ``outside the classes``.
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


def warn_if_incomplete(
    truth: SpottingTruth | RecognitionTruth, remedy: str, findings: Findings, place: Place
) -> bool:
    """Warn if a truth does not have the expected counts; return whether it does not."""
    comparisons = compare_counts(truth)
    differences = [str(count) for count in comparisons if count.found != count.expected]
    if differences:
        findings.warning(
            "counts-differ",
            f"The truth does not have the counts that {truth.protocol.id} expects: "
            f"{summarize_differences(differences)}.",
            remedy,
            place,
        )
    return bool(differences)


def compare_counts(truth: SpottingTruth | RecognitionTruth) -> list[CountComparison]:
    """Return every count that a protocol expects, and the one in the truth."""
    protocol, classes = truth.protocol, truth.classes
    labels = truth.truths.label if isinstance(truth, SpottingTruth) else truth.truth
    totals = (len(truth.subjects), len(truth.names))
    comparisons = list(_compare(None, protocol.expected, classes, totals, labels))
    for dataset in protocol.datasets:
        if dataset.expected is not None:
            totals = (
                sum(subject.dataset == dataset.id for subject in truth.subjects),
                sum(name.dataset == dataset.id for name in truth.names),
            )
            is_here = np.array([name.dataset == dataset.id for name in truth.names], bool)
            of_truths = is_here[truth.truths.video] if isinstance(truth, SpottingTruth) else is_here
            comparisons += _compare(
                dataset.id, dataset.expected, classes, totals, labels[of_truths]
            )
    return comparisons


def _compare(
    dataset: str | None,
    expected: ExpectedCounts,
    classes: ClassList,
    totals: tuple[int, int],
    labels: IntegerColumn,
) -> Iterator[CountComparison]:
    """Yield each expected count; ``totals`` are the numbers of subjects and videos."""
    counts = [
        ("subjects", False, expected.subjects, totals[0]),
        ("videos", False, expected.videos, totals[1]),
        ("samples", False, expected.samples, len(labels)),
    ]
    indices = {normalize_label(name): index for index, name in enumerate(classes.names)}
    counts += [
        (name, True, number, int((labels == indices[normalize_label(name)]).sum()))
        for name, number in expected.classes.items()
    ]
    outside = int((labels == NO_CLASS).sum())
    counts.append(("outside the classes", False, expected.outside_classes, outside))
    for counted, is_class, number, found in counts:
        if number is not None:
            yield CountComparison(dataset, counted, is_class, number, found)


def expect_counts(protocol: Protocol, truth: str | Path) -> Protocol:
    """Return a protocol that expects the counts of a truth, or raise the problems of the truth."""
    from mebench.formats.loader import read_truth

    findings = Findings()
    built = build_truth(read_truth(truth, findings), protocol, findings)
    findings.raise_errors()
    labels = built.truths.label if isinstance(built, SpottingTruth) else built.truth
    names = protocol.classes
    expected = ExpectedCounts(
        subjects=len(built.subjects),
        videos=len(built.names),
        samples=len(labels),
        classes={name: int((labels == index).sum()) for index, name in enumerate(names)},
        outside_classes=int((labels == NO_CLASS).sum()) if names else None,
    )
    return protocol.model_copy(update={"expected": expected})
