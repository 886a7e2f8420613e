"""The result of :func:`mebench.validate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mebench.diagnostics import Diagnostic
from mebench.diagnostics.formatting import as_text

if TYPE_CHECKING:
    import pandas as pd


class Validation:
    """What was found in predictions or a truth; true if there are no errors.

    Attributes
    ----------
    diagnostics : tuple of Diagnostic
        Errors, warnings and notes, each with its place; at most 1,000 of a code.
    omitted : dict of str to int
        The number of further ones, by code.
    format : str or None
        What the data were read as; None if the checks could not be completed.
    """

    def __init__(
        self, diagnostics: Sequence[Diagnostic], omitted: Mapping[str, int], format: str | None
    ) -> None:
        self.diagnostics = tuple(diagnostics)
        self.omitted = dict(omitted)
        self.format = format

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors, which prevent a score."""
        return tuple(one for one in self.diagnostics if one.severity == "error")

    def __bool__(self) -> bool:
        """Return whether there are no errors."""
        return not self.errors

    def to_frame(self) -> pd.DataFrame:
        """Return one row per finding: code, severity, message, remedy and place."""
        import pandas as pd

        return pd.DataFrame([one.as_dict() for one in self.diagnostics])

    def __str__(self) -> str:
        """Return the findings as `mebench validate` prints them."""
        verdict = f"{len(self.errors) or 'no'} error{'s' * (len(self.errors) != 1)}"
        coverage = f"read as {self.format}" if self.format else "not checked to the end"
        found = as_text(self.diagnostics, self.omitted)
        return f"{found}\n{verdict}; {coverage}.".strip()

    def __repr__(self) -> str:
        """Return the number of errors."""
        return f"<Validation: {len(self.errors)} errors, {len(self.diagnostics)} findings>"
