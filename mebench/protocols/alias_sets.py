"""Read files whose ids are those of another source: the alias sets of a protocol.

The same text can mean one subject in the data set and another one in a spreadsheet that numbers the
subjects anew. A single row does not show which, so a set is used only if the user names it.
"""

from __future__ import annotations

from shlex import quote

import numpy as np

from mebench.diagnostics import Findings, UsageError
from mebench.models.annotation_table import AnnotationTable
from mebench.models.protocol import AliasSet, Protocol, ProtocolDataset
from mebench.protocols.id_index import IdIndex
from mebench.protocols.id_matching import quote_name, subject_from_name
from mebench.util.text import did_you_mean

RowIds = tuple[str | None, str | None, str]
"""Data set, subject, and video or sample."""


def translate_ids(
    table: AnnotationTable, protocol: Protocol, name: str | None, findings: Findings
) -> None:
    """Replace the ids of a file by those of the data set, under an alias set of the protocol.

    Rows that name the same video in several ways become one video. Native files keep their ids,
    with a note. Positions keep the ids of the file.

    Parameters
    ----------
    table : AnnotationTable
        The file; it is changed.
    protocol : Protocol
        The protocol that declares the set.
    name : str or None
        The name of the set; None: nothing is changed.
    findings : Findings
        Collects the problems.

    Raises
    ------
    UsageError
        ``unknown-alias-set``.
    MebenchError
        If the file has ids that the set does not list, with all findings.
    """
    if name is None:
        return
    _check_name(protocol, name)
    if not table.foreign:
        findings.note(
            "alias-set-ignored",
            "A native file has the ids of the data set, always.",
            "",
            table.places.header(),
        )
        return
    videos = [
        row._replace(subject=subject, video=video)
        for row, (subject, video) in zip(
            table.videos, _translated_rows(table, protocol, name, "video", findings), strict=True
        )
    ]
    table.samples = [
        row._replace(subject=subject, sample=sample)
        for row, (subject, sample) in zip(
            table.samples, _translated_rows(table, protocol, name, "sample", findings), strict=True
        )
    ]
    findings.raise_errors()
    table.videos = list(dict.fromkeys(videos))
    index = {row: number for number, row in enumerate(table.videos)}
    numbers = np.array([index[row] for row in videos], np.int64)
    table.places.first_rows = np.unique(numbers, return_index=True)[1].tolist()
    table.intervals.video = numbers[table.intervals.video]


def _check_name(protocol: Protocol, name: str) -> None:
    known = list(dict.fromkeys(set_ for one in protocol.datasets for set_ in one.alias_sets))
    if name not in known:
        raise UsageError.of(
            "unknown-alias-set",
            f"{protocol.id} has no alias set {quote_name(name)}.{did_you_mean(name, known)}",
            f"It has {', '.join(known)}." if known else "Leave out the option.",
        )


def _translated_rows(
    table: AnnotationTable, protocol: Protocol, name: str, what: str, findings: Findings
) -> list[tuple[str | None, str]]:
    """Return subject and video (or sample) of each row; ids that are not listed are errors."""
    rows = [row[:3] for row in (table.videos if what == "video" else table.samples)]
    place = table.places.video if what == "video" else table.places.sample
    translated: list[tuple[str | None, str]] = []
    for row, (own_dataset, subject, identifier) in enumerate(rows):
        dataset = protocol.dataset(own_dataset or table.dataset or protocol.only_dataset or "")
        aliases = None if dataset is None else dataset.alias_sets.get(name)
        if dataset is None or aliases is None:
            translated.append((subject, identifier))
            continue
        stated = subject_from_name(dataset, identifier) if subject is None else subject
        ids = _translated_ids(dataset, aliases, stated, identifier)
        translated.append((ids[0], ids[1] or identifier))
        for field, given, found in (("subject", stated, ids[0]), (what, identifier, ids[1])):
            if given is not None and found is None:
                findings.error(
                    f"unknown-{field}",
                    f"The alias set {name!r} of {protocol.id} has no {field} {quote_name(given)}.",
                    "Correct it; or read the file without the alias set, if it has the ids of the "
                    "data set.",
                    place(row, field),
                )
    return translated


def _translated_ids(
    dataset: ProtocolDataset, aliases: AliasSet, subject: str | None, name: str
) -> tuple[str | None, str | None]:
    """Return the ids of the data set, under the alias rules; None for one that is not listed."""
    own_subject = None if subject is None else aliases.subjects.translate(subject)
    in_name = subject_from_name(dataset, name)
    if in_name is not None and aliases.subjects.translate(in_name) != own_subject:
        return own_subject, name  # the name has the ids of the data set, or is wrong
    own_name = aliases.videos.translate(name)
    if own_name is not None:
        own_name = dataset.videos.apply_patterns(own_name)
        own_name = dataset.videos.names.get(own_name, own_name)
    return own_subject, own_name


def suggest_alias_set(index: IdIndex, dataset: str | None, subject: str | None, name: str) -> str:
    """Return the remedy for an unknown id that an alias set explains; otherwise nothing.

    An alias set explains it if the truth has the video or sample under it.
    """
    rules = index.protocol.dataset(dataset or index.protocol.only_dataset or "")
    if rules is None:
        return ""
    stated = subject_from_name(rules, name) if subject is None else subject
    for set_name, aliases in rules.alias_sets.items():
        own_subject, own_name = _translated_ids(rules, aliases, stated, name)
        if own_subject and own_name and index.has(rules, own_subject, own_name):
            return (
                f"If the file has {aliases.title}, pass --ids {quote(set_name)}. "
                "Otherwise use the ids of the truth."
            )
    return ""
