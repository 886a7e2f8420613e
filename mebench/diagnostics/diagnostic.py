"""A single finding (what, where, and the remedy), and the exceptions that carry findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, Self

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


class MebenchError(Exception):
    """Something in the user's files is wrong; ``diagnostics`` says what and where."""

    exit_status = 1

    def __init__(
        self, diagnostics: Iterable[Diagnostic], omitted: Mapping[str, int] | None = None
    ) -> None:
        self.diagnostics = tuple(diagnostics)
        self.omitted = dict(omitted or {})
        super().__init__(
            "\n".join(
                f"{one.place}: {one.severity} [{one.code}] {one.message}"
                + (f" {one.remedy}" if one.remedy else "")
                for one in self.diagnostics
            )
        )

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Let it cross from one process to another with what it carries."""
        return type(self), (self.diagnostics, self.omitted)

    @classmethod
    def of(cls, code: str, message: str, remedy: str = "", place: Place | None = None) -> Self:
        """Build an exception that carries one error."""
        return cls([Diagnostic(code, "error", message, remedy, place or Place())])


class UsageError(MebenchError):
    """The command or call itself cannot be carried out as given."""

    exit_status = 2
