"""Is this the complete data set? The truth's counts beside those that the protocol expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from mebench.metrics.trial import OUTSIDE, SubjectKey
from mebench.protocols import Rules
from mebench.records.protocol import ExpectedCounts
from mebench.records.sheets import BoolColumn, IntegerColumn
from mebench.scoring.labels import Classes, folded
from mebench.scoring.manifest import Manifest

if TYPE_CHECKING:
    from mebench.scoring.recognition import SampleManifest

NAMED = 6
"""So many differences are named in a message."""


def in_short(differ: list[str]) -> str:
    """Return differences for a message, the first of them by name."""
    more = f"; and {len(differ) - NAMED} more" if len(differ) > NAMED else ""
    return "; ".join(differ[:NAMED]) + more


def differences(manifest: Manifest) -> list[str]:
    """Return what differs in the truth of a spotting protocol, in words."""
    datasets = [video.dataset for video in manifest.videos]
    of_truth = manifest.truths.video
    return _all_differences(
        manifest.rules,
        manifest.classes,
        manifest.subjects,
        np.array(datasets, dtype=object),
        manifest.truths.label,
        np.array([datasets[video] for video in of_truth.tolist()], dtype=object),
    )


def sample_differences(manifest: SampleManifest) -> list[str]:
    """Return what differs in the truth of a recognition protocol, in words."""
    datasets = np.array([sample.dataset for sample in manifest.samples], dtype=object)
    return _all_differences(
        manifest.rules, manifest.classes, manifest.subjects, datasets, manifest.truth, datasets
    )


def _all_differences(
    rules: Rules,
    classes: Classes,
    subjects: list[SubjectKey],
    dataset_of_video: np.ndarray,
    labels: IntegerColumn,
    dataset_of_truth: np.ndarray,
) -> list[str]:
    found = list(
        _compare("", rules.protocol.expected, classes, len(subjects), len(dataset_of_video), labels)
    )
    for dataset in rules.protocol.datasets:
        if dataset.expected is not None:
            here: BoolColumn = dataset_of_truth == dataset.id
            found.extend(
                _compare(
                    f"{dataset.id} ",
                    dataset.expected,
                    classes,
                    sum(subject.dataset == dataset.id for subject in subjects),
                    int((dataset_of_video == dataset.id).sum()),
                    labels[here],
                )
            )
    return found


def _compare(
    prefix: str,
    expected: ExpectedCounts,
    classes: Classes,
    subjects: int,
    videos: int,
    labels: IntegerColumn,
) -> Iterator[str]:
    wanted: dict[str, int | None] = {
        "subjects": expected.subjects,
        "videos": expected.videos,
        "samples": expected.samples,
    }
    given = {"subjects": subjects, "videos": videos, "samples": len(labels)}
    places = {folded(name): place for place, name in enumerate(classes.names)}
    for name, class_size in expected.classes.items():
        wanted[name] = class_size
        given[name] = int((labels == places[folded(name)]).sum())
    if expected.outside_classes is not None:
        wanted["outside the classes"] = expected.outside_classes
        given["outside the classes"] = int((labels == OUTSIDE).sum())
    for name, number in wanted.items():
        if number is not None and number != given[name]:
            yield f"{prefix}{name} {given[name]} instead of {number}"
