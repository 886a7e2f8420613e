"""Subjects that a prediction file leaves out: a score without them is not comparable."""

from __future__ import annotations

from collections.abc import Iterable

from mebench.evaluation.build_report import natural_sort_key
from mebench.models.annotation_table import PredictionTable
from mebench.models.protocol import Protocol
from mebench.protocols.id_matching import canonical_id


def subjects_left_out(
    table: PredictionTable, protocol: Protocol, subjects: Iterable[tuple[str | None, str]]
) -> list[str]:
    """Return the subjects in scope of whom the predictions have no video and no sample.

    A video with an empty list is not left out. ``subjects`` are data set and id of those in scope;
    the data set can be None where the protocol has only one.
    """

    def key(dataset: str | None, subject: str | None) -> tuple[str, str | None]:
        rule = protocol.dataset(dataset or protocol.only_dataset or "")
        if rule is None or subject is None:
            return dataset or "", subject
        return rule.id, canonical_id(rule.subjects, subject)

    given = {(row.dataset, row.subject) for rows in (table.videos, table.samples) for row in rows}
    predicted = {key(*pair) for pair in given}
    names = (
        f"{dataset}/{subject}" if protocol.is_composite else subject
        for dataset, subject in subjects
        if key(dataset, subject) not in predicted
    )
    return sorted(names, key=natural_sort_key)
