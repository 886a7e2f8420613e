"""A collection of findings of limited size, so that a bad file cannot fill the memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NoReturn

from mebench.diagnostics.diagnostic import Diagnostic, MebenchError, Place, Severity

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
