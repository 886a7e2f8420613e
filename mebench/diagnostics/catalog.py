"""The catalog of codes: each finding explained at more length than in its message."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class CatalogEntry(NamedTuple):
    """An entry of the catalogue.

    Attributes
    ----------
    severity : {"error", "warning", "note", "usage", "reason"}
        ``usage`` ends a command with status 2; ``reason`` stands beside an undefined metric.
    title : str
        One line.
    text : str
        What is meant, and what to do.
    """

    severity: str
    title: str
    text: str


@cache
def catalog() -> dict[str, CatalogEntry]:
    """Return all entries by code, in the order of the file."""
    import tomllib

    path = Path(__file__).with_name("catalog.toml")
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: CatalogEntry(**entry) for code, entry in document.items()}
