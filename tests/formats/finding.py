"""Reading a text as a user's file, and saying in short what was found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Diagnostic
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.formats.loader import Role
from tests.evaluation.documents import TOY, interval, truth, write

TRUTH = truth(
    {
        "1/a": [interval(10, 20, apex=15, kind="micro")],
        "1/b": [],
        "2/a": [interval(30, 40, "positive", kind="micro")],
    }
)


class Found(NamedTuple):
    """A finding's code and place."""

    code: str
    line: int | None
    column: int | None
    pointer: str | None = None


def findings_in(
    folder: Path,
    content: Any,
    *,
    role: Role = "predictions",
    against: Any = TRUTH,
    protocol: Any = TOY,
    settings: ScoringOptions | None = None,
) -> list[Diagnostic]:
    """Validate a file with this content: bytes, text, or data to be written as JSON."""
    path = folder / "file"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write(folder, "file", content)
    true = None if against is None or role == "truth" else write(folder, "truth", against)
    found, _ = validate(path, role=role, truth=true, protocol=protocol, settings=settings)
    return found.kept


def errors(found: list[Diagnostic]) -> list[Found]:
    """Return the errors among findings, in short."""
    return [
        Found(one.code, one.place.line, one.place.column, one.place.pointer)
        for one in found
        if one.severity == "error"
    ]


def spots(found: list[Diagnostic]) -> list[tuple[str, int | None, int | None]]:
    """Return code, line and column of the errors among findings."""
    return [one[:3] for one in errors(found)]
