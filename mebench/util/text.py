"""Text helpers: similar and equal-looking names, formulas, plurals, sizes, ranges of numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Characters without a glyph that are not in the categories Cc and Cf: fillers and selectors.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)))
)


def normalize_label(label: str) -> str:
    """Return a label for comparison: case and spaces at both ends are ignored."""
    return label.strip().casefold()


def lookalike_key(text: str) -> str:
    """Return a key that texts share if readers would hardly see their difference.

    They differ only in case, padding, width, invisible characters or Unicode form.
    """
    if text.isascii() and text.isprintable():
        return text.casefold().strip()
    visible = "".join(filter(_is_visible, text))
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def _is_visible(character: str) -> bool:
    if character in _INVISIBLE or 0xE0000 <= ord(character) < 0xE1000:
        return False
    return character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}


def disarm_formula(text: str) -> str:
    """Return a text for a CSV cell; an apostrophe precedes what a spreadsheet would execute.

    :func:`restore_formula` removes it again. So that this is exact, a text that already has such
    an apostrophe gets another one.
    """
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def restore_formula(cell: str) -> str:
    """Return the text of a CSV cell that :func:`disarm_formula` wrote."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(text: str) -> bool:
    """Return whether a spreadsheet could execute a cell, also one with full-width signs."""
    return text.startswith(("\t", "\r", "\n")) or lookalike_key(text).startswith(
        ("=", "+", "-", "@")
    )


def closest_names(name: str, known: Iterable[str], most: int) -> list[str]:
    """Return the most similar known names, then longer names that begin with this one."""
    from difflib import get_close_matches

    if len(name) > 200:
        return []
    by_casefolded = {known_name.casefold(): known_name for known_name in known}
    text = name.strip().casefold()
    close = get_close_matches(text, by_casefolded, n=most, cutoff=0.6)
    longer = [one for one in by_casefolded if one.startswith(text)] if len(text) >= 3 else []
    return [by_casefolded[one] for one in dict.fromkeys([*close, *sorted(longer, key=len)])][:most]


def closest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the most similar known name, or None if none is similar."""
    return next(iter(closest_names(name, known, 1)), None)


def did_you_mean(name: str, known: Iterable[str], most: int = 1) -> str:
    """Return `` Did you mean 'x'?``, or an empty text if no known name is similar.

    ``most`` is the number of names that are suggested at most: `` Did you mean 'x' or 'y'?``
    """
    *others, last = [*map(repr, closest_names(name, known, most))] or [""]
    either = f"{', '.join(others)} or " if others else ""
    return f" Did you mean {either}{last}?" if last else ""


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
