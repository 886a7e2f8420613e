"""The exceptions mebench raises for bad input; both carry diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from mebench.diagnostics.diagnostic import Diagnostic, Place


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
