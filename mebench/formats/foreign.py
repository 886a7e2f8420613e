"""Formats of other projects: told apart by how the text begins.

A module of its own because a score of native files does not need to import it.
"""

from __future__ import annotations

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats import columns, recognition_log, spotting_log
from mebench.formats.recognition_log import LogOrder
from mebench.formats.spotting_log import SpottingLog
from mebench.formats.table import header_of
from mebench.formats.text import Source
from mebench.records.sheets import PredictionSheet, TruthSheet

KNOWN_FORMATS = (
    "mebench JSON; CSV with subject,video,onset,offset,emotion; CSV with vid,pred_onset,"
    "pred_offset,type or vid,onset,offset,type; the MEGC spotting log; the MEGC2019 recognition log"
)


def read_predictions(
    source: Source, first_frame: int | None, log_order: LogOrder | None, findings: Findings
) -> PredictionSheet | SpottingLog | tuple[PredictionSheet, TruthSheet]:
    """Read predictions; the logs give the truth along with them.

    Raises
    ------
    MebenchError
        ``unknown-format``, or what keeps the file from being read.
    """
    if spotting_log.is_log(source):
        return spotting_log.read(source, first_frame, findings)
    table = columns.recognised(header_of(source)[0])
    if table is not None:
        return columns.read_predictions(table, source, first_frame, findings)
    if recognition_log.is_log(source):
        return recognition_log.read(source, log_order, findings)
    raise _unknown(source)


def read_truth(
    source: Source, first_frame: int | None, log_order: LogOrder | None, findings: Findings
) -> TruthSheet:
    """Read truth; raises as :func:`read_predictions` does."""
    if spotting_log.is_log(source):
        return spotting_log.read(source, first_frame, findings).truth
    table = columns.recognised(header_of(source)[0])
    if table is not None:
        return columns.read_truth(table, source, first_frame, findings)
    if recognition_log.is_list(source):
        return recognition_log.read_list(source, findings)
    if recognition_log.is_log(source):
        return recognition_log.read(source, log_order, findings)[1]
    raise _unknown(source)


def is_truth_only(source: Source) -> bool:
    """Tell whether the text can be nothing but truth."""
    return recognition_log.is_list(source)


def _unknown(source: Source) -> MebenchError:
    return MebenchError.of(
        "unknown-format",
        f"The file is in no format that mebench knows; it begins {source.first_line[:80]!r}.",
        f"Known are: {KNOWN_FORMATS}.",
        Place(file=source.name, line=1, column=1),
    )
