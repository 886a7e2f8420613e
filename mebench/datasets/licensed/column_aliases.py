"""Columns of the data sets' spreadsheets, with every spelling in circulation.

Case, spaces, underscores and line breaks are ignored: ``Onset Frame`` is ``OnsetFrame``.
"""

from __future__ import annotations

from dataclasses import replace

from mebench.datasets.spreadsheets.table import ColumnSpec

SUBJECT = ColumnSpec("subject", ("Subject", "Subjects", "Sub", "Participant"))
FILENAME = ColumnSpec("filename", ("Filename", "File", "Video", "Clip", "Sample"))
ONSET = ColumnSpec("onset", ("Onset", "OnsetFrame", "OnsetF"))
APEX = ColumnSpec("apex", ("Apex", "ApexFrame", "ApexF", "ApexFrame1"))
OFFSET = ColumnSpec("offset", ("Offset", "OffsetFrame", "OffsetF"))
FIRST = ColumnSpec("first", ("FirstF", "FirstFrame", "First"))
EMOTION = ColumnSpec("emotion", ("EstimatedEmotion", "Emotion", "Emotions", "Label"))
TYPE = ColumnSpec("type", ("Type", "ExpressionType", "Micro"))

INTERVAL = (SUBJECT, FILENAME, ONSET, APEX, OFFSET)
"""The columns of nearly every sheet: subject, file name and frames."""


def optional(column: ColumnSpec) -> ColumnSpec:
    """Return a column that need not be in a sheet."""
    return replace(column, required=False)
