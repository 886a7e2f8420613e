"""What only the protocol can say of a file: classes of mapped labels, data sets of its members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.models.annotation_table import NO_LABEL, AnnotationTable
from mebench.models.protocol import Protocol
from mebench.models.table_mapping import TableMapping
from mebench.protocols.label_mapping import ClassList
from mebench.util.text import did_you_mean, normalize_label

if TYPE_CHECKING:
    from mebench.formats.combined_tables import CombinedPlaces


def replace_labels(
    table: AnnotationTable, mapping: TableMapping | None, protocol: Protocol, findings: Findings
) -> None:
    """Replace the labels that a mapping names; a label that the file has not is noted.

    Raises the usage error ``unknown-class`` if a label is mapped to something that the protocol
    does not know.
    """
    if mapping is None or not mapping.labels or not protocol.classes:
        return
    classes = ClassList(protocol)
    for label, name in mapping.labels.items():
        if not classes.knows(name):
            raise UsageError.of(
                "unknown-class",
                f"--label {label}={name}: {protocol.id} has no such class."
                + did_you_mean(name, classes.names),
                f"Its classes are {', '.join(classes.names)}.",
            )
    new_names = {normalize_label(label): name for label, name in mapping.labels.items()}
    intervals = table.intervals
    in_file = {*intervals.labels, *(sample.emotion or "" for sample in table.samples)}
    unused = [
        label
        for label in mapping.labels
        if normalize_label(label) not in set(map(normalize_label, in_file))
    ]
    if unused:
        findings.note(
            "label-unused",
            f"The file has no label {', '.join(map(repr, unused))}."
            + did_you_mean(unused[0], in_file - {""}),
            "",
            Place(file=table.file),
        )
    replaced = [new_names.get(normalize_label(label), label) for label in intervals.labels]
    intervals.labels = tuple(dict.fromkeys(replaced))
    codes = np.array([*map(intervals.labels.index, replaced), NO_LABEL], np.int32)
    intervals.emotion = codes[intervals.emotion]  # NO_LABEL is -1, the last one
    table.samples = [
        sample._replace(emotion=new_names.get(normalize_label(sample.emotion), sample.emotion))
        if sample.emotion
        else sample
        for sample in table.samples
    ]


def set_datasets_of_members(table: AnnotationTable, protocol: Protocol) -> None:
    """Set the data set of rows in a zip with several files, by the names of the files.

    Raises ``archive-several-files`` if the protocol has one data set, or if a name fits none of
    its data sets, or several.
    """
    if not table.foreign:
        return
    from mebench.formats.combined_tables import CombinedPlaces

    places = table.places
    if not isinstance(places, CombinedPlaces):
        return
    datasets: dict[str, str] = {}
    for part in places.parts:
        fitting = [one.id for one in protocol.datasets if _fits(part.file, [one.id])]
        if not fitting:
            fitting = [one.id for one in protocol.datasets if _fits(part.file, one.also_named)]
        if len(fitting) != 1 or fitting[0] in datasets.values():
            raise _undecided(table, places, protocol)
        datasets[part.file] = fitting[0]
    table.videos = [
        row if row.dataset else row._replace(dataset=datasets[places.part_of("video", index).file])
        for index, row in enumerate(table.videos)
    ]
    table.samples = [
        row if row.dataset else row._replace(dataset=datasets[places.part_of("sample", index).file])
        for index, row in enumerate(table.samples)
    ]


def _fits(file: str, names: list[str]) -> bool:
    """Return whether a word of a file's name begins like one of some names, or the reverse."""
    words = re.findall("[a-z]+[0-9]*", file.rpartition("/")[2].casefold())
    plain = [re.sub("[^a-z0-9]", "", name.casefold()) for name in names]
    return any(
        len(word) >= 3 and (name.startswith(word) or word.startswith(name))
        for word in words
        for name in plain
    )


def _undecided(table: AnnotationTable, places: CombinedPlaces, protocol: Protocol) -> MebenchError:
    from mebench.formats.packed_files import several_files_error

    files = [part.file for part in places.parts]
    [diagnostic] = several_files_error(table.file or "", files).diagnostics
    ids = ", ".join(one.id for one in protocol.datasets)
    message = f"{diagnostic.message} Their names do not state which is of which data set ({ids})."
    if not protocol.is_composite:
        message = f"{diagnostic.message} {protocol.id} has one data set, {ids}."
    return MebenchError.of(diagnostic.code, message, diagnostic.remedy, diagnostic.place)
