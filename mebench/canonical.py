"""One spelling for the same content, and its hash: the ground of every signature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

DIGITS = 8


def digest(content: Any) -> str:
    """Return the first 8 hex digits of the SHA-256 of some plain data's canonical JSON."""
    return digest_of_chunks([canonical(content)])


def canonical(content: Any) -> str:
    """Return canonical JSON: keys sorted, no spaces, numbers in their shortest round-trip form."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest_of_rows(head: Any, rows: Iterable[list[Any]]) -> str:
    """Return the digest of a head and its rows, without holding their text in memory.

    Parameters
    ----------
    head : plain data
        What stands before the rows.
    rows : iterable of list
        Already in their canonical order.
    """

    def chunks() -> Iterator[str]:
        yield canonical(head)
        for row in rows:
            yield "\n"
            yield canonical(row)

    return digest_of_chunks(chunks())


def digest_of_chunks(chunks: Iterable[str]) -> str:
    """Return the digest of a text that comes in pieces."""
    running = hashlib.sha256()
    for chunk in chunks:
        running.update(chunk.encode("utf-8", "surrogatepass"))
    return running.hexdigest()[:DIGITS]
