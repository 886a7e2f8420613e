"""Subjects that a prediction file leaves out: a score without them has no rank."""

from __future__ import annotations

from collections.abc import Iterable

from mebench.diagnostics import Findings, Place
from mebench.evaluation.build_report import natural_sort_key
from mebench.evaluation.ground_truth import OUT_OF_SCOPE, GroundTruth, rows_of_task
from mebench.models.annotation_table import PredictionTable
from mebench.models.protocol import Protocol
from mebench.protocols.id_index import IdIndex, LookupProblem
from mebench.protocols.id_matching import canonical_id, quote_name
from mebench.util.text import pluralize


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

    rows = rows_of_task(table, protocol)
    default = table.dataset or protocol.only_dataset
    given = {
        (dataset or default, subject)
        for dataset, subject in {row[:2] for row in rows}
        if subject is not None
    }
    for dataset, subject, name in rows:
        if subject is None and truth is not None:
            row = truth.find(dataset or table.dataset, None, name)
            if isinstance(row, int):
                given.add(truth.names[row][:2])
    spelled_otherwise = [pair for pair in subjects if pair not in given]
    predicted = {key(*pair) for pair in given} if spelled_otherwise else set()
    names = (
        (dataset, subject) if dataset is not None and protocol.is_composite else (subject,)
        for dataset, subject in spelled_otherwise
        if key(dataset, subject) not in predicted
    )
    return ["/".join(name) for name in sorted(names, key=natural_sort_key)]


MAX_NAMED = 10


def warn_of_left_out(table: PredictionTable, truth: GroundTruth, findings: Findings) -> None:
    """Warn of subjects and videos in scope that the predictions do not list.

    The expressions of these videos count as missed. A video with an empty list is not left out.
    """
    listed = set()
    for row in table.videos:
        match = truth.id_index.find(row.dataset or table.dataset, row.subject, row.video)
        if not isinstance(match, LookupProblem) and truth.scope[match] != OUT_OF_SCOPE:
            listed.add(int(truth.scope[match]))
    given = {int(truth.subject_index[index]) for index in listed}
    composite = truth.protocol.is_composite
    subjects = [
        "/".join(key) if composite else key.subject
        for index, key in enumerate(truth.subjects)
        if index not in given
    ]
    videos = [
        "/".join(name if composite else name[1:])
        for index, name in enumerate(truth.names)
        if index not in listed and int(truth.subject_index[index]) in given
    ]
    place = Place(file=table.file)
    if subjects:
        findings.warning(
            "subjects-not-listed",
            f"The file has no video of {_named(subjects, 'subject')}.",
            "Predict every subject of the truth: their expressions count as missed, and a ranking "
            "does not rank the file.",
            place,
        )
    if videos:
        findings.warning(
            "videos-not-listed",
            f"The file does not list {_named(videos, 'video')}.",
            "List every video of the truth, also those without predictions: with an empty list, or "
            "in a CSV with a row without frames. Expressions of other videos count as missed.",
            place,
        )


def _named(names: list[str], noun: str) -> str:
    shown = ", ".join(quote_name(name) for name in sorted(names, key=_natural)[:MAX_NAMED])
    more = " and others" * (len(names) > MAX_NAMED)
    return f"{pluralize(len(names), noun)}: {shown}{more}"


def _natural(name: str) -> list[tuple[int, int, str]]:
    return natural_sort_key((name,))
