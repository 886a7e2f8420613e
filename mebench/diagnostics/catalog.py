"""The catalog of codes, with a longer explanation than a finding's message."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple


class CatalogEntry(NamedTuple):
    """An entry of the catalog.

    The severity is that of a finding, or "usage" (it ends a command with status 2), or "reason"
    (why a metric is undefined).
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
