"""A finding (message, place and remedy), collections of findings, and exceptions with findings.

A collection has a limited size, so that a bad file cannot fill the memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, NoReturn, Self

from mebench.diagnostics.escaping import escape_unprintable

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
        JSON pointer (RFC 6901) into a JSON file; the row and column of a table in memory.
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
        """Return ``file:line:column``; unknown parts are left out.

        Data in memory have a pointer in place of the line.
        """
        if self.file is None and self.pointer:
            return f"<memory> {self.pointer}"
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
        return content | asdict(self.place)


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
                escape_unprintable(
                    f"{diagnostic.place}: {diagnostic.severity} [{diagnostic.code}] "
                    f"{diagnostic.message} {diagnostic.remedy}".rstrip()
                )
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


MAX_KEPT_PER_CODE = 1000
"""Maximum number of stored findings per code; further ones are only counted."""

MAX_ERRORS = 10_000
"""Reading a file stops after this number of errors from :meth:`Findings.add`."""


class Findings:
    """The findings of one run, in the order in which they were added.

    ``error_count`` includes the errors that are only counted.
    """

    def __init__(self) -> None:
        self.kept: list[Diagnostic] = []
        self.counts: Counter[str] = Counter()
        self.error_count = 0
        self._errors_added = 0

    def add(self, diagnostic: Diagnostic) -> None:
        """Add one finding."""
        is_error = diagnostic.severity == "error"
        self.counts[diagnostic.code] += 1
        self.error_count += is_error
        if self.counts[diagnostic.code] <= MAX_KEPT_PER_CODE:
            self.kept.append(diagnostic)
        self._errors_added += is_error
        if self._errors_added >= MAX_ERRORS:
            self.stop_reading(diagnostic.place.file)

    def stop_reading(self, file: str | None) -> NoReturn:
        """Raise all findings, because the file has too many errors."""
        self.counts["too-many-errors"] += 1
        self.kept.append(
            Diagnostic(
                "too-many-errors",
                "error",
                f"Reading stopped after {self.error_count} errors.",
                "Correct the listed errors, or check whether this is the right file.",
                Place(file=file),
            )
        )
        raise MebenchError(self.kept, self.omitted)

    def error(self, code: str, message: str, remedy: str = "", place: Place | None = None) -> None:
        """Add an error, which prevents a score."""
        self.add(Diagnostic(code, "error", message, remedy, place or Place()))

    def warning(
        self, code: str, message: str, remedy: str = "", place: Place | None = None
    ) -> None:
        """Add a warning, which readers of the score must know."""
        self.add(Diagnostic(code, "warning", message, remedy, place or Place()))

    def note(self, code: str, message: str, remedy: str = "", place: Place | None = None) -> None:
        """Add a note on how the file was read."""
        self.add(Diagnostic(code, "note", message, remedy, place or Place()))

    def add_rows(
        self,
        rows: Sequence[int],
        describe: Callable[[int], tuple[str, str, Place]],
        code: str,
        severity: Severity = "error",
    ) -> None:
        """Add one finding per row.

        ``describe`` returns message, remedy and place of a row; it is called only for the findings
        that are stored.
        """
        room = max(0, MAX_KEPT_PER_CODE - self.counts[code])
        self.kept += [Diagnostic(code, severity, *describe(row)) for row in rows[:room]]
        self.counts[code] += len(rows)
        self.error_count += len(rows) if severity == "error" else 0

    def extend_from(self, error: MebenchError) -> None:
        """Add the findings of an exception, except those that are already in this collection."""
        known = set(map(id, self.kept))
        new = [diagnostic for diagnostic in error.diagnostics if id(diagnostic) not in known]
        severity = {diagnostic.code: diagnostic.severity for diagnostic in new}
        omitted = Counter({code: n for code, n in error.omitted.items() if code in severity})
        counts = Counter(diagnostic.code for diagnostic in new) + omitted
        self.kept += new
        self.counts += counts
        self.error_count += sum(n for code, n in counts.items() if severity[code] == "error")

    @property
    def has_errors(self) -> bool:
        """Whether there are errors."""
        return self.error_count > 0

    @property
    def omitted(self) -> dict[str, int]:
        """The number of findings per code that are only counted."""
        return {
            code: count - MAX_KEPT_PER_CODE
            for code, count in self.counts.items()
            if count > MAX_KEPT_PER_CODE
        }

    def raise_errors(self) -> None:
        """Raise :class:`MebenchError` with all findings if there are errors."""
        if self.has_errors:
            raise MebenchError(self.kept, self.omitted)
