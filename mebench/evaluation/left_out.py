"""Subjects that a prediction file leaves out: a score without them has no rank."""

from __future__ import annotations

from collections.abc import Iterable

from mebench.evaluation.build_report import natural_sort_key
from mebench.evaluation.ground_truth import rows_of_task
from mebench.models.annotation_table import PredictionTable
from mebench.models.protocol import Protocol
from mebench.protocols.id_matching import IdIndex, canonical_id


def subjects_left_out(
    table: PredictionTable,
    protocol: Protocol,
    subjects: Iterable[tuple[str | None, str]],
    truth: IdIndex | None = None,
) -> list[str]:
    """Return the subjects in scope of whom the predictions have no video and no sample.

    A video with an empty list is not left out. ``subjects`` are data set and id of those in scope;
    the data set can be None where the protocol has only one. ``truth`` finds the subjects of videos
    without one.
    """

    def key(dataset: str | None, subject: str) -> tuple[str, str]:
        rule = protocol.dataset(dataset or protocol.only_dataset or "")
        if rule is None:
            return dataset or "", subject
        return rule.id, canonical_id(rule.subjects, subject)

    given: set[tuple[str | None, str]] = set()
    for dataset, subject, name in rows_of_task(table, protocol):
        if subject is not None:
            given.add((dataset or table.dataset, subject))
        elif truth is not None:
            row = truth.find(dataset or table.dataset, None, name)
            if isinstance(row, int):
                given.add(truth.names[row][:2])
    predicted = {key(*pair) for pair in given}
    names = (
        (dataset, subject) if dataset is not None and protocol.is_composite else (subject,)
        for dataset, subject in subjects
        if key(dataset, subject) not in predicted
    )
    return ["/".join(name) for name in sorted(names, key=natural_sort_key)]
