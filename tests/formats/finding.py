"""Helpers: validate a text as a user's file, and return its findings in short form."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Diagnostic
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.formats.external_formats import Role
from tests.evaluation.documents import TOY, interval, truth, write

TRUTH = truth(
    {
        "1/a": [interval(10, 20, apex=15, kind="micro")],
        "1/b": [],
        "2/a": [interval(30, 40, "positive", kind="micro")],
    }
)


class Found(NamedTuple):
    """The code and position of a finding."""

    code: str
    line: int | None
    column: int | None
    pointer: str | None = None


LEFT_OUT = ("subjects-not-listed", "videos-not-listed")


def findings_in(
    folder: Path,
    content: Any,
    *,
    role: Role = "predictions",
    against: Any = TRUTH,
    protocol: Any = TOY,
    options: ScoringOptions | None = None,
) -> list[Diagnostic]:
    """Validate a file with this content: bytes, text, or data to be written as JSON.

    Findings about the videos that it leaves out are not returned.
    """
    path = folder / "file"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write(folder, "file", content)
    truth_path = None if against is None or role == "truth" else write(folder, "truth", against)
    found, _ = validate(path, role=role, truth=truth_path, protocol=protocol, options=options)
    return [one for one in found.kept if one.code not in LEFT_OUT]


def errors(found: list[Diagnostic]) -> list[Found]:
    """Return code and position of the errors among findings."""
    return [
        Found(finding.code, finding.place.line, finding.place.column, finding.place.pointer)
        for finding in found
        if finding.severity == "error"
    ]


def spots(found: list[Diagnostic]) -> list[tuple[str, int | None, int | None]]:
    """Return code, line and column of the errors among findings."""
    return [error[:3] for error in errors(found)]
