"""The CSV formats of the field: one row per expression, one column per field.

===================  ===============================================  ===========
format               columns                                          first frame
===================  ===============================================  ===========
STR CSV              subject, video, onset, offset, emotion,          0
                     optional dataset, apex, kind, score, n_frames
MEGC2022 CSV         vid, pred_onset, pred_offset, type               1
MEGC2023 CSV         vid, onset, offset, type                         1
recognition CSV      subject, sample, emotion, optional dataset       –
USTC CSV             subject, video_name, start_frame, apex_frame,    1
                     end_frame, type_idx (1 macro, 2 micro), au
MULT CSV             subject, video, type, type_idx, startFrame,      1
                     endFrame, frame_num, length
table                as the STR CSV, under other names                0
===================  ===============================================  ===========

The columns may have any order. In all formats, a row with empty onset and offset declares a video
without expressions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from mebench.models.base import Kind


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """The columns of a CSV format: from column names in the file to our field names."""

    name: str
    first_frame: int
    required: dict[str, str]
    optional: dict[str, str]
    ignored: tuple[str, ...] = ()
    kinds: dict[str, Kind] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, str]:
        """All columns of the format."""
        return self.required | self.optional


def _same_names(*names: str) -> dict[str, str]:
    return {name: name for name in names}


STR_CSV = CsvFormat(
    "STR CSV",
    0,
    _same_names("subject", "video", "onset", "offset"),
    _same_names("emotion", "dataset", "apex", "kind", "score", "n_frames") | {"type": "kind"},
)
MEGC2022_CSV = CsvFormat(
    "MEGC2022 CSV",
    1,
    {"vid": "video", "pred_onset": "onset", "pred_offset": "offset", "type": "kind"},
    _same_names("score"),
)
MEGC2023_CSV = CsvFormat(
    "MEGC2023 CSV",
    1,
    {"vid": "video", "onset": "onset", "offset": "offset", "type": "kind"},
    _same_names("score"),
)
RECOGNITION_CSV = CsvFormat(
    "recognition CSV", 0, _same_names("subject", "sample", "emotion"), _same_names("dataset")
)

USTC_CSV = CsvFormat(
    "USTC CSV",
    1,
    {
        "subject": "subject",
        "video_name": "video",
        "start_frame": "onset",
        "end_frame": "offset",
        "type_idx": "kind",
    },
    {"apex_frame": "apex"},
    ("au",),
    {"1": "macro", "2": "micro"},
)
MULT_CSV = CsvFormat(
    "MULT CSV",
    1,
    {
        "subject": "subject",
        "video": "video",
        "startframe": "onset",
        "endframe": "offset",
        "type": "kind",
    },
    {},
    ("type_idx", "frame_num", "length"),
)
FAMILIES = (USTC_CSV, MULT_CSV)
"""Formats of projects whose files others have taken over; they count as the data sets' sheets."""

TABLE_CSV = CsvFormat(
    "table",
    0,
    _same_names("video", "onset", "offset"),
    _same_names("subject", "dataset", "apex", "emotion", "kind", "score", "n_frames"),
)
"""A table whose columns have other names."""

MEANINGS = {
    name: field
    for csv_format in (STR_CSV, MEGC2022_CSV, MEGC2023_CSV, RECOGNITION_CSV)
    for name, field in csv_format.columns.items()
}
"""Our field name for each column name of any format."""


def detect_csv_format(header: list[str]) -> CsvFormat | None:
    """Return the format with this header, even if the header has errors; None if none fits."""
    names = set(header)
    if "vid" in names:
        return MEGC2022_CSV if names & {"pred_onset", "pred_offset"} else MEGC2023_CSV
    if {"sample", "emotion"} <= names:
        return RECOGNITION_CSV
    if len(names & set(STR_CSV.columns)) >= 2:
        return STR_CSV
    return None


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How to read one table.

    ``names`` are its columns, by the names of the format where they are known. ``understood`` are
    the fields of columns that have another name, by this name; ``unread`` the names of columns in
    place of which a mapping names others. ``is_mapped`` states that a mapping names any; ``fps`` is
    given if the table has seconds.
    """

    csv_format: CsvFormat
    names: list[str]
    delimiter: str
    has_header: bool
    understood: dict[str, str]
    unread: list[str]
    is_mapped: bool
    kinds: dict[str, Kind]
    decimal: str | None
    fps: Fraction | None
