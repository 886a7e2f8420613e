"""What a user says of an entry, held against the limits of the records."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from mebench.diagnostics import UsageError
from mebench.records.base import StrictModel

RecordT = TypeVar("RecordT", bound=StrictModel)


def validated(model: type[RecordT], **fields: Any) -> RecordT:
    """Build a record from what a command was given.

    Raises
    ------
    UsageError
        ``bad-entry-text``.
    """
    try:
        return model(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "entry"
        raise UsageError.of(
            "bad-entry-text",
            f"The {name} cannot be kept: {first['msg'].lower()}.",
            "Names and reasons are texts of some words; a caveat is a sentence or two.",
        ) from None
