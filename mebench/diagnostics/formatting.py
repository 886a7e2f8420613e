"""Findings as text for people, as JSON for programs, and as annotations for GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mebench.diagnostics.escaping import escape_json, escape_unprintable, workflow_command
from mebench.diagnostics.findings import Diagnostic, Place

__all__ = ["as_annotations", "as_json", "as_text", "escape_unprintable"]

MAX_SHOWN_PER_CODE = 20
"""Maximum number of printed findings per code; further ones are counted."""


def as_text(diagnostics: Iterable[Diagnostic], omitted: Mapping[str, int] | None = None) -> str:
    """Return findings for people: errors first, grouped by code.

    ``omitted`` is the number of further findings per code.
    """
    groups: dict[tuple[int, str], list[Diagnostic]] = {}
    order = {"error": 0, "warning": 1, "note": 2}
    for diagnostic in diagnostics:
        key = (order[diagnostic.severity], diagnostic.code)
        groups.setdefault(key, []).append(diagnostic)
    lines = []
    for (_, code), group in sorted(groups.items(), key=lambda item: item[0][0]):
        for index, diagnostic in enumerate(group[:MAX_SHOWN_PER_CODE]):
            place = diagnostic.place
            location = f"{place}: " if place.file or place.pointer else ""
            lines.append(f"{location}{diagnostic.severity} [{code}] {diagnostic.message}")
            if unit := _unit_and_pointer(place):
                lines.append(f"    {unit}")
            if diagnostic.remedy and index == 0:
                lines.append(f"    {diagnostic.remedy}")
        more = len(group) - MAX_SHOWN_PER_CODE + (omitted or {}).get(code, 0)
        if more > 0:
            lines.append(f"... and {more} more [{code}]")
    return "\n".join(map(escape_unprintable, lines))


def as_json(
    diagnostics: Iterable[Diagnostic],
    omitted: Mapping[str, int] | None = None,
    files: Sequence[Mapping[str, object]] | None = None,
) -> str:
    """Return findings as a JSON document, with the total number per code.

    ``files`` describe the checked files, also those without findings.
    """
    kept = list(diagnostics)
    counts = Counter(diagnostic.code for diagnostic in kept)
    counts.update(omitted or {})
    severity = {diagnostic.code: diagnostic.severity for diagnostic in kept}
    document: dict[str, object] = {} if files is None else {"files": list(files)}
    document |= {
        "findings": [diagnostic.as_dict() for diagnostic in kept],
        "counts": dict(sorted(counts.items())),
        "errors": sum(number for code, number in counts.items() if severity[code] == "error"),
    }
    return escape_json(json.dumps(document, indent=2, ensure_ascii=False))


def as_annotations(diagnostics: Iterable[Diagnostic]) -> str:
    """Return findings as workflow commands of GitHub, which shows them beside the lines of files.

    GitHub shows ten errors, ten warnings and ten notices of a step; so errors are first.
    """
    names = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for diagnostic in sorted(diagnostics, key=lambda one: list(names).index(one.severity)):
        place = diagnostic.place
        text = [diagnostic.message, _unit_and_pointer(place), diagnostic.remedy]
        lines.append(
            workflow_command(
                names[diagnostic.severity],
                "\n".join(filter(None, text)),
                file=place.file,
                line=place.line,
                col=place.column,
                title=f"mebench {diagnostic.code}",
            )
        )
    return "\n".join(lines)


def _unit_and_pointer(place: Place) -> str:
    """Return ``dataset/subject/video  /pointer``, as far as known."""
    parts = []
    if place.subject is not None or place.video is not None:
        ids = (place.dataset, place.subject, place.video)
        names = [name for name in ids if name is not None]
        parts.append("/".join(name if len(name) <= 80 else f"{name[:79]}…" for name in names))
    if place.pointer and place.file is not None:
        parts.append(place.pointer)
    return "  ".join(parts)
