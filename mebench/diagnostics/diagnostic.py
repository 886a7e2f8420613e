"""A finding (message, place and remedy), and the exceptions that contain findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, Self

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """The location of a finding.

    Attributes
    ----------
    file : str or None
        The name of the file as the user gave it.
    line, column : int or None
        Counted from 1, as in editors.
    pointer : str or None
        JSON pointer (RFC 6901) into a JSON file.
    dataset, subject, video : str or None
        The ids of the data set, subject and video, as written in the file.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    dataset: str | None = None
    subject: str | None = None
    video: str | None = None

    def __str__(self) -> str:
        """Return ``file:line:column``; unknown parts are left out."""
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
        A stable name that the catalog explains: ``mebench explain CODE``.
    severity : {"error", "warning", "note"}
        Only errors prevent a score.
    message : str
        What is wrong, with the invalid value.
    remedy : str
        What the user should do.
    place : Place
        The location.
    """

    code: str
    severity: Severity
    message: str
    remedy: str = ""
    place: Place = field(default_factory=Place)

    def as_dict(self) -> dict[str, str | int | None]:
        """Return a flat dictionary for ``--format json``."""
        content: dict[str, str | int | None] = {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
        }
        return content | {part.name: getattr(self.place, part.name) for part in fields(Place)}


class MebenchError(Exception):
    """The user's files contain errors; ``diagnostics`` lists them."""

    exit_status = 1

    def __init__(
        self, diagnostics: Iterable[Diagnostic], omitted: Mapping[str, int] | None = None
    ) -> None:
        self.diagnostics = tuple(diagnostics)
        self.omitted = dict(omitted or {})
        super().__init__(
            "\n".join(
                f"{diagnostic.place}: {diagnostic.severity} [{diagnostic.code}] "
                f"{diagnostic.message} {diagnostic.remedy}".rstrip()
                for diagnostic in self.diagnostics
            )
        )

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Keep the diagnostics when the exception is sent to another process."""
        return type(self), (self.diagnostics, self.omitted)

    @classmethod
    def of(cls, code: str, message: str, remedy: str = "", place: Place | None = None) -> Self:
        """Return an exception with one error."""
        return cls([Diagnostic(code, "error", message, remedy, place or Place())])


class UsageError(MebenchError):
    """The command or call itself is invalid."""

    exit_status = 2
