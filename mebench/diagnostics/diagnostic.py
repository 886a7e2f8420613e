"""One finding: what, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands.

    Attributes
    ----------
    file : str or None
        The file as the user named it.
    line, column : int or None
        1-based, as editors count.
    pointer : str or None
        JSON pointer (RFC 6901) into a JSON file.
    dataset, subject, video : str or None
        The unit the finding speaks of, as the file spells it.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    dataset: str | None = None
    subject: str | None = None
    video: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column``, as far as it is known."""
        parts = [self.file or "<memory>"]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about one place.

    Attributes
    ----------
    code : str
        Stable name, listed in the catalogue: ``mebench explain CODE``.
    severity : {"error", "warning", "note"}
        Only errors stop a score.
    message : str
        What is wrong, with the offending value.
    remedy : str
        What to do about it.
    place : Place
        Where.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    place: Place = field(default_factory=Place)

    def as_dict(self) -> dict[str, str | int | None]:
        """Return a flat mapping for ``--format json``."""
        flat: dict[str, str | int | None] = {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
        }
        return flat | {part.name: getattr(self.place, part.name) for part in fields(Place)}
