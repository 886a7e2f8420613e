"""Findings as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping

from mebench.diagnostics.diagnostic import Diagnostic, Place

MAX_SHOWN_PER_CODE = 20
"""So many findings of one code are written out; the rest are counted."""


def as_text(diagnostics: Iterable[Diagnostic], omitted: Mapping[str, int] | None = None) -> str:
    """Return findings for people: errors first, those of one code together.

    Parameters
    ----------
    diagnostics : iterable of Diagnostic
        What was found.
    omitted : mapping of str to int, optional
        How many more there are of a code.
    """
    groups: dict[tuple[int, str], list[Diagnostic]] = {}
    order = {"error": 0, "warning": 1, "note": 2}
    for one in diagnostics:
        groups.setdefault((order[one.severity], one.code), []).append(one)
    lines = []
    for (_, code), members in sorted(groups.items(), key=lambda item: item[0][0]):
        for one in members[:MAX_SHOWN_PER_CODE]:
            where = f"{one.place}: " if one.place.file or one.place.pointer else ""
            lines.append(f"{where}{one.severity} [{code}] {one.message}")
            unit = _unit(one.place)
            if unit:
                lines.append(f"    {unit}")
            if one.remedy and one is members[0]:
                lines.append(f"    {one.remedy}")
        more = len(members) - MAX_SHOWN_PER_CODE + (omitted or {}).get(code, 0)
        if more > 0:
            lines.append(f"... and {more} more [{code}]")
    return "\n".join(map(escape_unprintable, lines))


def escape_unprintable(text: str, otherwise: str | None = None) -> str:
    """Return a text in which nothing moves the cursor, colours or turns the line around.

    Parameters
    ----------
    text : str
        A line; ids and names in it come from files of unknown origin.
    otherwise : str, optional
        What stands for an unprintable character; by default its escape.
    """
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else ascii(one)[1:-1] if otherwise is None else otherwise
        for one in text
    )


def as_json(diagnostics: Iterable[Diagnostic], omitted: Mapping[str, int] | None = None) -> str:
    """Return findings as a JSON document, with how many each code has in all."""
    kept = list(diagnostics)
    counts = Counter(one.code for one in kept)
    counts.update(omitted or {})
    severity = {one.code: one.severity for one in kept}
    document = {
        "findings": [one.as_dict() for one in kept],
        "counts": dict(sorted(counts.items())),
        "errors": sum(number for code, number in counts.items() if severity[code] == "error"),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _unit(place: Place) -> str:
    parts = []
    if place.subject is not None or place.video is not None:
        names = [one for one in (place.dataset, place.subject, place.video) if one is not None]
        parts.append("/".join(one if len(one) <= 80 else f"{one[:79]}…" for one in names))
    if place.pointer:
        parts.append(place.pointer)
    return "  ".join(parts)
