"""The inputs of a score: protocol, predictions and truth, from whatever the user gives."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeAlias

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.file_mapping import replace_labels, set_datasets_of_members
from mebench.evaluation.frame_rates import set_truth_frames
from mebench.evaluation.log_scores import (
    leave_out_sections,
)
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import LoadedPredictions, read_predictions, read_truth
from mebench.formats.text_file import TextFile
from mebench.models.annotation_table import (
    AnnotationTable,
    TruthTable,
)
from mebench.models.protocol import Protocol
from mebench.models.submission import Submission
from mebench.models.truth import TruthManifest
from mebench.protocols.alias_sets import translate_ids
from mebench.protocols.blind_videos import assign_datasets
from mebench.protocols.loader import load_protocol, load_shipped_protocol, prefer_shipped
from mebench.util.extras import DATASET_INSTALL_LINE, DATASET_PACKAGES
from mebench.util.resources import shipped_truth_path

if TYPE_CHECKING:
    from mebench.formats.memory_tables import DataInput

PredictionsInput: TypeAlias = "str | Path | DataInput | Submission"
"""A file in any known format, a submission, or data in memory."""

TruthInput: TypeAlias = "str | Path | DataInput | TruthManifest | TruthTable"
"""As the predictions; a truth table was read before, to score many submissions."""

ProtocolInput = str | Path | Protocol


def resolve_protocol(given: ProtocolInput | None, stated: str | None, place: Place) -> Protocol:
    """Return the given protocol, or else the one that the predictions state."""
    if given is None:
        if not stated:
            raise UsageError.of(
                "protocol-needed",
                "The file does not state its protocol.",
                "Pass --protocol ID; `mebench protocols` lists them.",
                place,
            )
        try:
            return load_shipped_protocol(stated)
        except UsageError as error:
            [diagnostic] = error.diagnostics
            raise MebenchError.of(
                diagnostic.code, diagnostic.message, diagnostic.remedy, place
            ) from None
    protocol = prefer_shipped(given) if isinstance(given, Protocol) else load_protocol(given)
    if stated and stated not in {protocol.id, protocol.id.rpartition("@")[0]}:
        raise MebenchError.of(
            "wrong-protocol",
            f"The file states the protocol {stated!r}; expected {protocol.id!r}.",
            "Remove --protocol, or correct `protocol` in the file.",
            place,
        )
    return protocol


def load_predictions(
    source: PredictionsInput | TextFile, options: ScoringOptions, findings: Findings
) -> LoadedPredictions:
    """Read predictions with the options of a score."""
    read = read_predictions(
        source,
        findings,
        first_frame=options.first_frame,
        log_order=options.log_order,
        mapping=options.mapping,
    )
    for table in (read.table, read.truth):
        if table is not None and table.foreign:
            table.dataset = options.dataset
    return read


def load_truth(
    source: TruthInput | TextFile,
    protocol: Protocol | None,
    options: ScoringOptions,
    findings: Findings,
) -> TruthTable:
    """Read a truth with the options of a score; without a protocol its ids are not translated."""
    if isinstance(source, TruthTable):
        return source
    table = read_truth(
        source,
        findings,
        first_frame=options.truth_first_frame,
        log_order=options.log_order,
        mapping=options.truth_mapping,
    )
    if protocol is not None:
        replace_labels(table, options.truth_mapping, protocol, findings)
        translate_ids(table, protocol, options.truth_ids, findings)
    if options.truth_rate is not None:
        set_truth_frames(table, protocol, options.truth_rate, findings)
    return table


def translate_predictions(
    read: LoadedPredictions, protocol: Protocol, options: ScoringOptions, findings: Findings
) -> LoadedPredictions:
    """Translate the ids of a prediction file, and of the truth in it, under an alias set.

    Sections of a log that belong to other data sets are left out. The data sets of several files in
    a zip are set, and those of a challenge's file by its list of videos. Labels are replaced under
    a mapping.
    """
    read = leave_out_sections(read, protocol, findings)
    set_datasets_of_members(read.table, protocol)
    replace_labels(read.table, options.mapping, protocol, findings)
    translate_ids(read.table, protocol, options.ids, findings)
    if protocol.is_blind:
        assign_datasets(read.table, protocol)
    if read.truth is not None:
        translate_ids(read.truth, protocol, options.ids, findings)
    return read


def check_task(table: AnnotationTable, protocol: Protocol, findings: Findings) -> None:
    """Report rows of the other task: samples in spotting, or intervals in recognition.

    Predictions must have no such row. A truth may have rows for both tasks, or no row at all.
    """
    rows = (("intervals in videos", len(table.videos)), ("samples", len(table.samples)))
    (own, own_rows), (other, other_rows) = rows if protocol.spots else rows[::-1]
    place = Place(file=table.file)
    if isinstance(table, TruthTable):
        if other_rows and not own_rows:
            findings.error(
                "wrong-task",
                f"{protocol.id} scores {own}, but the truth has only {other}.",
                "Check that the truth belongs to this protocol.",
                place,
            )
    elif other_rows:
        scored, given, other_task = "labels of samples", "intervals", "spotting"
        if protocol.spots:
            scored, given, other_task = own, other, "recognition"
        findings.error(
            "wrong-task",
            f"{protocol.id} scores {scored}, but the file has {given}.",
            f"Use a {other_task} protocol.",
            place,
        )


def read_truth_table(
    read: LoadedPredictions,
    truth: TruthInput | None,
    protocol: Protocol,
    options: ScoringOptions,
    findings: Findings,
) -> TruthTable:
    """Return the given truth; else that of the prediction file, or one that mebench contains."""
    if truth is not None:
        table = load_truth(truth, protocol, options, findings)
    elif read.truth is not None:
        table = read.truth
        findings.note("truth-from-log", "The truth was read from the same file.")
    elif (shipped := shipped_truth_path(protocol.only_dataset)) is not None:
        table = read_truth(shipped, findings)
        findings.note(
            "truth-shipped",
            f"The truth of {protocol.only_dataset} is part of mebench.",
        )
    elif protocol.is_blind:
        raise UsageError.of(
            "truth-withheld",
            f"Nobody but the organizers has the truth of {protocol.id}, so it cannot be scored "
            "here.",
            f"Check a file with `mebench validate FILE --protocol {quote(protocol.id)}`, and send "
            "it to the organizers. They pass --truth FILE.",
        )
    else:
        remedy = "Pass --truth FILE: truth JSON, or a CSV with subject,video,onset,offset,emotion."
        if protocol.only_dataset in DATASET_PACKAGES:
            remedy += f" {DATASET_INSTALL_LINE} brings it along."
        raise UsageError.of(
            "truth-needed", f"The truth of {protocol.id} is not part of mebench.", remedy
        )
    check_task(table, protocol, findings)
    if table.blind:
        raise MebenchError.of(
            "truth-blind",
            "This truth is blind: its labels were removed.",
            "Pass the complete truth; a blind truth only serves `mebench validate`.",
            Place(file=table.file),
        )
    return table
