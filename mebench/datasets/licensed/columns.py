"""The columns of the field's sheets, by every spelling in circulation.

Case, spaces, underscores and line breaks do not count: ``Onset Frame`` is ``OnsetFrame``.
"""

from __future__ import annotations

from dataclasses import replace

from mebench.datasets.sheets.table import Column

SUBJECT = Column("subject", ("Subject", "Subjects", "Sub", "Participant"))
FILENAME = Column("filename", ("Filename", "File", "Video", "Clip", "Sample"))
ONSET = Column("onset", ("Onset", "OnsetFrame", "OnsetF"))
APEX = Column("apex", ("Apex", "ApexFrame", "ApexF", "ApexFrame1"))
OFFSET = Column("offset", ("Offset", "OffsetFrame", "OffsetF"))
FIRST = Column("first", ("FirstF", "FirstFrame", "First"))
EMOTION = Column("emotion", ("EstimatedEmotion", "Emotion", "Emotions", "Label"))
TYPE = Column("type", ("Type", "ExpressionType", "Micro"))

INTERVAL = (SUBJECT, FILENAME, ONSET, APEX, OFFSET)
"""Whose it is and where, which nearly every sheet has."""


def optional(column: Column) -> Column:
    """Return a column that a sheet may lack."""
    return replace(column, required=False)
