"""File names for videos, whatever their ids are."""

from __future__ import annotations

from collections.abc import Iterable

MAX_NAME_BYTES = 150
"""Bytes of a name; with an ending and a number it stays below what file systems take."""


def file_names(names: Iterable[str], ending: str) -> dict[str, str]:
    """Return a file name for each video: ``s01_v1.png`` for ``s01/v1``.

    Two names that would be one file, on a file system that takes upper for lower case too, get
    numbers.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = "".join(one if one.isalnum() or one in "-." else "_" for one in name)
        plain = (
            plain.encode(errors="ignore")[:MAX_NAME_BYTES].decode(errors="ignore").lstrip(".")
            or "_"
        )
        file, number = plain, 1
        while file.casefold() in taken:
            number += 1
            file = f"{plain}-{number}"
        taken.add(file.casefold())
        found[name] = f"{file}.{ending}"
    return found
