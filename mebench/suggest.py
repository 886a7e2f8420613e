"""Guessing what was meant by a name that is not known."""

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
