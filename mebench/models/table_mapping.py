"""How to read a table of another laboratory: its columns, labels, kinds and numbers."""

from __future__ import annotations

from numbers import Integral
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from mebench.models.base import Kind, StrictModel

ColumnName = str | int
"""The name of a column, or its number, counted from 1."""

_Column = Annotated[
    ColumnName | None, Field(description="The column: its name, or its number from 1.")
]


class ColumnNames(StrictModel):
    """The column in which a table has each field; a field that is left out has its usual name."""

    dataset: _Column = None
    subject: _Column = None
    video: _Column = None
    sample: _Column = None
    onset: _Column = None
    apex: _Column = None
    offset: _Column = None
    emotion: _Column = None
    kind: _Column = None
    score: _Column = None
    n_frames: _Column = None

    def given(self) -> dict[str, ColumnName]:
        """Return the column of each field that has one."""
        return {field: column for field, column in self if column is not None}


class TableMapping(StrictModel):
    """How to read a table that has not the columns, labels or numbers of a known format."""

    columns: ColumnNames = Field(
        default_factory=ColumnNames,
        description="From our fields to the table's columns, by name or by number from 1.",
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description="From labels of the table to classes; case and spaces at both ends are "
        "ignored.",
    )
    kinds: dict[str, Kind] = Field(
        default_factory=dict, description="From the table's kinds to micro and macro."
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="The decimal separator; by default detected."
    )
    seconds: bool = Field(False, description="Whether the table has seconds in place of frames.")
    fps: int | float | str | None = Field(
        None, description="Frames per second, for seconds: 200, 29.97 or 30000/1001."
    )
    header: bool = Field(True, description="Whether the first row has the names of the columns.")
    first_frame: Literal[0, 1] | None = Field(
        None, description="The number of a video's first frame in the table."
    )

    @field_validator("labels", "kinds", mode="before")
    @classmethod
    def _texts_of_numbers(cls, given: Any) -> Any:
        """Accept the integers of a data frame as the texts that its table has."""
        if not isinstance(given, dict):
            return given
        return {
            str(key) if isinstance(key, Integral) and not isinstance(key, bool) else key: value
            for key, value in given.items()
        }

    @property
    def without_labels(self) -> TableMapping:
        """The part that only tables need; labels are replaced in files of any format."""
        return self.model_copy(update={"labels": {}})
