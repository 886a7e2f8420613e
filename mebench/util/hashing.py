"""Canonical JSON and its hash, for signatures and cache keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from mebench.util.arguments import check_argument, wrong_argument

DIGEST_LENGTH = 8

_CHUNK_SIZE = 10_000
_ENCODER = json.JSONEncoder(
    # A list within itself is a RecursionError; the check that names it would take a sixth longer.
    check_circular=False,
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
)


def canonical_json(content: Any) -> str:
    """Return canonical JSON: keys sorted, no spaces, numbers in their shortest round-trip form."""
    return _ENCODER.encode(content)


def digest(content: Any, digits: int = DIGEST_LENGTH) -> str:
    """Return the first hex digits of the SHA-256 of the canonical JSON of plain data."""
    check_argument("digits", digits, type(digits) is int and 0 < digits <= 64, "1 to 64")
    try:
        octets = _encoded(canonical_json(content))
    except (TypeError, ValueError, RecursionError):
        raise wrong_argument("content", content, "plain JSON data without NaN") from None
    return hashlib.sha256(octets).hexdigest()[:digits]


def digest_of_list(items: Iterable[Any]) -> str:
    """Return ``digest(list(items))`` without building its complete JSON text in memory."""
    return _digest_of_parts(canonical_json(chunk)[1:-1] for chunk in _chunks(items))


def digest_of_texts(texts: Iterable[str]) -> str:
    """Return the same from the canonical JSON of each item."""
    return _digest_of_parts(",".join(chunk) for chunk in _chunks(texts))


def _chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, _CHUNK_SIZE)):
        yield chunk


def _digest_of_parts(parts: Iterable[str]) -> str:
    sha256, separator = hashlib.sha256(b"["), ""
    for part in parts:
        sha256.update(_encoded(separator + part))
        separator = ","
    sha256.update(b"]")
    return sha256.hexdigest()[:DIGEST_LENGTH]


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
