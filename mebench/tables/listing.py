"""A list of small records that is a table in notebooks and a DataFrame on request."""

from __future__ import annotations

from dataclasses import asdict, astuple, fields
from typing import TYPE_CHECKING, TypeVar

from mebench.tables.grid import Grid

if TYPE_CHECKING:
    import pandas as pd
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)
else:
    Record = TypeVar("Record")


class Listing(list[Record]):
    """A list of records: ``print`` and notebooks show a table, ``to_frame()`` is a DataFrame."""

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame: one row per record, one column per field; unknown values are NA."""
        import pandas as pd

        return pd.DataFrame([asdict(record) for record in self]).convert_dtypes()

    def __str__(self) -> str:
        """Return the table as text."""
        return "\n".join(self._grid().as_text(""))

    def _repr_html_(self) -> str:
        return self._grid().as_html()

    def _grid(self) -> Grid:
        header = [field.name for field in fields(self[0])] if self else []
        rows = [[_as_text(value) for value in astuple(record)] for record in self]
        columns = zip(*map(astuple, self), strict=True)
        align = "".join("r" if _is_numeric(column) else "l" for column in columns)
        return Grid(header, align, rows)


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) or None
    return None if value is None else str(value)


def _is_numeric(column: tuple[object, ...]) -> bool:
    return all(value is None or type(value) in (int, float) for value in column)
