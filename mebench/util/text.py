"""Text helpers for messages: the closest known name, and a number with its noun."""

from __future__ import annotations

from collections.abc import Iterable


def closest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like this one, if any is like it."""
    from difflib import get_close_matches

    if len(name) > 200:
        return None
    by_folded = {one.casefold(): one for one in known}
    found = get_close_matches(name.strip().casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?``, or nothing."""
    found = closest_name(name, known)
    return f" Did you mean {found!r}?" if found is not None else ""


def pluralize(number: int, noun: str, plural: str | None = None) -> str:
    """Return ``1 interval``, ``2 intervals``.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        What, in the singular.
    plural : str, optional
        Where it is not the noun with an s.
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def format_bytes(size: float) -> str:
    """Return a number of bytes for people."""
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.5:
            return f"{size:.3g} {unit}" if size < 99.95 else f"{size:.0f} {unit}"
    return f"{size / 1000:.3g} TB"


def format_ranges(runs: Iterable[tuple[int, int]], most: int = 8) -> str:
    """Return ``3, 7 to 9`` of runs of numbers, the first of them."""
    shown: list[str] = []
    for first, last in runs:
        if len(shown) == most:
            shown.append("…")
            break
        shown.append(str(first) if first == last else f"{first} to {last}")
    return ", ".join(shown)
