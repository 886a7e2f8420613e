"""Canonical JSON and its hash, for signatures and cache keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

DIGEST_LENGTH = 8

_CHUNK_SIZE = 10_000
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical_json(content: Any) -> str:
    """Return canonical JSON: keys sorted, no spaces, numbers in their shortest round-trip form."""
    return _ENCODER.encode(content)


def digest(content: Any, digits: int = DIGEST_LENGTH) -> str:
    """Return the first hex digits of the SHA-256 of the canonical JSON of plain data."""
    return _digest_of_chunks([canonical_json(content)], digits)


def digest_of_list(items: Iterable[Any]) -> str:
    """Return the digest of a list without building its complete JSON text in memory.

    Parameters
    ----------
    items : iterable of plain data
        In their canonical order.

    Returns
    -------
    str
        The same as ``digest(list(items))``.
    """
    return _digest_of_chunks(_chunks(iter(items)))


def _chunks(items: Iterator[Any]) -> Iterator[str]:
    opening = "["
    while chunk := list(islice(items, _CHUNK_SIZE)):
        yield opening + canonical_json(chunk)[1:-1]
        opening = ","
    yield "[]" if opening == "[" else "]"


def _digest_of_chunks(chunks: Iterable[str], digits: int = DIGEST_LENGTH) -> str:
    sha256 = hashlib.sha256()
    for chunk in chunks:
        sha256.update(chunk.encode("utf-8", "surrogatepass"))
    return sha256.hexdigest()[:digits]
