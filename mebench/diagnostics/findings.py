"""A gathering of findings, bounded, so that a hopeless file cannot fill the memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NoReturn

from mebench.diagnostics.diagnostic import Diagnostic, MebenchError, Place, Severity

MAX_KEPT_PER_CODE = 1000
"""So many findings of one code keep their place; the rest are only counted."""

MAX_ERRORS = 10_000
"""After so many errors taken in one by one, a file is hopeless: the rest is not looked at."""


class Findings:
    """All that was found in one run, in the order it was found."""

    def __init__(self) -> None:
        self.kept: list[Diagnostic] = []
        self.counts: Counter[str] = Counter()
        self._errors = 0
        self._singly = 0

    def add(self, diagnostic: Diagnostic) -> None:
        """Take one finding in."""
        self.counts[diagnostic.code] += 1
        self._errors += diagnostic.severity == "error"
        if self.counts[diagnostic.code] <= MAX_KEPT_PER_CODE:
            self.kept.append(diagnostic)
        self._singly += diagnostic.severity == "error"
        if self._singly >= MAX_ERRORS:
            self.stop_reading(diagnostic.place.file)

    def stop_reading(self, file: str | None) -> NoReturn:
        """Raise everything found so far: there is too much of it to look further."""
        self.counts["too-many-errors"] += 1
        self.kept.append(
            Diagnostic(
                "too-many-errors",
                "error",
                f"After {self._errors} errors the rest of the file was not looked at.",
                "Mend what is listed, or see whether this is the right file.",
                Place(file=file),
            )
        )
        raise MebenchError(self.kept, self.omitted)

    def error(self, code: str, message: str, remedy: str = "", place: Place | None = None) -> None:
        """Take in what makes a score impossible."""
        self.add(Diagnostic(code, "error", message, remedy, place or Place()))

    def warning(
        self, code: str, message: str, remedy: str = "", place: Place | None = None
    ) -> None:
        """Take in what a reader of the score must know."""
        self.add(Diagnostic(code, "warning", message, remedy, place or Place()))

    def note(self, code: str, message: str, remedy: str = "", place: Place | None = None) -> None:
        """Take in what was done on the way."""
        self.add(Diagnostic(code, "note", message, remedy, place or Place()))

    def add_rows(
        self,
        rows: Sequence[int],
        describe: Callable[[int], tuple[str, str, Place]],
        code: str,
        severity: Severity = "error",
    ) -> None:
        """Take in one finding a row; ``describe`` is called only for those that are kept.

        Parameters
        ----------
        rows : sequence of int
            The offending rows.
        describe : callable
            From a row to (message, remedy, place).
        code, severity : str
            As in :class:`Diagnostic`.
        """
        room = max(0, MAX_KEPT_PER_CODE - self.counts[code])
        self.kept += [Diagnostic(code, severity, *describe(row)) for row in rows[:room]]
        self.counts[code] += len(rows)
        self._errors += len(rows) if severity == "error" else 0

    def extend_from(self, error: MebenchError) -> None:
        """Take in what an exception carries, unless it was raised with what is here already."""
        known = set(map(id, self.kept))
        new = [one for one in error.diagnostics if id(one) not in known]
        severity = {one.code: one.severity for one in new}
        beyond = Counter({code: n for code, n in error.omitted.items() if code in severity})
        self.kept += new
        self.counts += Counter(one.code for one in new) + beyond
        self._errors += sum(one.severity == "error" for one in new)
        self._errors += sum(n for code, n in beyond.items() if severity[code] == "error")

    @property
    def has_errors(self) -> bool:
        """Whether anything stands in the way of a score."""
        return self._errors > 0

    @property
    def error_count(self) -> int:
        """How many errors, those without a kept place included."""
        return self._errors

    @property
    def omitted(self) -> dict[str, int]:
        """How many findings of each code were counted without keeping their place."""
        return {
            code: count - MAX_KEPT_PER_CODE
            for code, count in self.counts.items()
            if count > MAX_KEPT_PER_CODE
        }

    def raise_errors(self) -> None:
        """Raise :class:`MebenchError` with everything found, if there is an error among it."""
        if self.has_errors:
            raise MebenchError(self.kept, self.omitted)
