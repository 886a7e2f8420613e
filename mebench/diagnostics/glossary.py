"""The words of the field and the parts of the signature, for ``mebench explain``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class GlossaryEntry(NamedTuple):
    """A word: what it is in a line, its explanation, and other names of it."""

    title: str
    text: str
    also: tuple[str, ...] = ()


def terms() -> dict[str, GlossaryEntry]:
    """Return the terms of the field and of mebench, in alphabetical order."""
    return _glossary()["terms"]


def signature_fields() -> dict[str, GlossaryEntry]:
    """Return the parts of a signature, in their order."""
    return _glossary()["signature"]


@cache
def _glossary() -> dict[str, dict[str, GlossaryEntry]]:
    import tomllib

    text = Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8")
    return {
        group: {
            word: GlossaryEntry(entry["title"], entry["text"].strip(), tuple(entry.get("also", ())))
            for word, entry in entries.items()
        }
        for group, entries in tomllib.loads(text).items()
    }
