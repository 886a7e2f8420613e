"""From plain data to a record, or to everything that is wrong with it.

The words for what is wrong (``structure.py``) are fetched only when there is something to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mebench.diagnostics import Findings, Place
from mebench.formats.strict_json import KeyPath
from mebench.formats.structure import report_field_errors

Model = TypeVar("Model", bound=BaseModel)


def validate_model(
    model: type[Model], document: Any, findings: Findings, place: Callable[[KeyPath], Place]
) -> Model | None:
    """Build a record from plain data.

    Parameters
    ----------
    model : type
        The record.
    document : plain data
        What the file holds.
    findings : Findings
        Takes in everything that is wrong.
    place : callable
        From a path of keys to the place in the file.

    Returns
    -------
    StrictModel or None
        None if anything was wrong.
    """
    try:
        return model.model_validate(document)
    except ValidationError:
        report_field_errors(model, document, findings, place)
        return None
