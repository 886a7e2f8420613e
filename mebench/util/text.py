"""Text helpers for messages: similar names, plurals, sizes and ranges of numbers."""

from __future__ import annotations

from collections.abc import Iterable


def closest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the most similar known name, or None if none is similar."""
    from difflib import get_close_matches

    if len(name) > 200:
        return None
    by_casefolded = {known_name.casefold(): known_name for known_name in known}
    matches = get_close_matches(name.strip().casefold(), by_casefolded, n=1, cutoff=0.6)
    return by_casefolded[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?``, or an empty text if no known name is similar."""
    closest = closest_name(name, known)
    return f" Did you mean {closest!r}?" if closest is not None else ""


def pluralize(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun: ``1 interval``, ``2 intervals``."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def format_bytes(size: float) -> str:
    """Return a number of bytes with a unit: ``1.2 MB``."""
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5:
            return f"{size:.3g} {unit}" if size < 99.95 else f"{size:.0f} {unit}"
    return f"{size / 1000:.3g} TB"


def format_ranges(runs: Iterable[tuple[int, int]], most: int = 8) -> str:
    """Return ranges of numbers, at most ``most`` of them: ``3, 7 to 9``."""
    texts: list[str] = []
    for first, last in runs:
        if len(texts) == most:
            texts.append("…")
            break
        texts.append(str(first) if first == last else f"{first} to {last}")
    return ", ".join(texts)
