"""Read published rows from TOML and CSV files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import KeyPath, json_pointer
from mebench.formats.text_file import TextFile, read_text
from mebench.formats.validate_model import validate_model
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedFile, PublishedRow
from mebench.published.flat_rows import read_csv
from mebench.published.row_claims import LocatedRow, check_rows, find_protocol
from mebench.util import resources
from mebench.util.toml_text import parse_toml

_NAME = r"[\w-]+|\"[^\"\n]*\"|'[^'\n]*'"
_KEYS = re.compile(
    rf"(?m)^[ \t]*\[(?P<header>[^\]\n=]*)\]|(?:^|[{{,])[ \t]*(?P<key>{_NAME})[ \t]*[=.]"
)
_ROW = re.compile(r"(?m)^[ \t]*\[\[[ \t]*rows[ \t]*\]\]")


class TomlPlaces:
    """Finds the places of keys in a TOML file of rows, which is searched only once."""

    def __init__(self, source: TextFile) -> None:
        self._source = source
        starts = [match.start() for match in _ROW.finditer(source.text)]
        self._bounds = [*starts, len(source.text)]

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        """The positions of each name: of the key, or of the header that it is in."""
        positions: dict[str, list[int]] = {}
        for match in _KEYS.finditer(self._source.text):
            if match["key"]:
                found = [(match["key"], match.start("key"))]
            else:
                found = [(name, match.start()) for name in re.findall(_NAME, match["header"])]
            for name, position in found:
                positions.setdefault(name.strip("\"'"), []).append(position)
        return positions

    def at(self, keys: KeyPath) -> Place:
        """Return the place of a key, or of the innermost key of the path that is found."""
        position, end, rest = None, self._bounds[0], keys
        if len(keys) >= 2 and keys[0] == "rows" and isinstance(keys[1], int):
            rest = ()
            if keys[1] + 1 < len(self._bounds):
                position, end = self._bounds[keys[1]], self._bounds[keys[1] + 1]
                rest = keys[2:]
        for key in rest:
            if isinstance(key, str):
                found = self._positions.get(key, [])
                index = bisect_left(found, position or 0)
                if index == len(found) or found[index] >= end:
                    break
                position = found[index]
        source = self._source
        place = Place(file=source.name) if position is None else source.place(position)
        return replace(place, pointer=json_pointer(keys))


MAX_CHARACTERS = 4_000_000
"""Larger files are refused; a thousand rows have about a million characters."""


def shipped_files() -> list[Path]:
    """Return the files of published rows in mebench: those of boards, then further tables."""
    folder = resources.shared_folder("leaderboards")
    return [*sorted(folder.glob("*/published.toml")), *sorted((folder / "tables").glob("*.toml"))]


def read_published(path: str | Path, protocol: Protocol | None = None) -> list[PublishedRow]:
    """Return the rows of a file, or raise all problems; ``protocol`` as for `read_located`."""
    findings = Findings()
    rows = read_located(path, findings, protocol)
    findings.raise_errors()
    return [located.row for located in rows]


def read_located(
    path: str | Path, findings: Findings, protocol: Protocol | None = None
) -> list[LocatedRow]:
    """Read the rows of a ``.toml`` or CSV file, each with its protocol and place.

    ``protocol`` is that of rows that name none, and of those that name its id. ``findings``
    receives the problems of single rows; a file that cannot be read raises.
    """
    source = read_text(path)
    if len(source.text) > MAX_CHARACTERS:
        raise MebenchError.of(
            "file-too-large",
            f"The file has {len(source.text) / 1e6:.1f} million characters; at most "
            f"{MAX_CHARACTERS / 1e6:.0f} million are allowed.",
            "Check that this is the correct file.",
            Place(file=source.name),
        )
    read = _read_toml if source.name.casefold().endswith(".toml") else read_csv
    return check_rows(read(source, findings, protocol), findings)


def _read_toml(source: TextFile, findings: Findings, own: Protocol | None) -> Iterator[LocatedRow]:
    try:
        document = parse_toml(source.text)
    except ValueError as error:
        raise UsageError.of(
            "published-syntax",
            f"Not valid TOML: {error}.",
            "Write published rows as TOML, or as a CSV file that ends in .csv.",
            Place(file=source.name),
        ) from None
    place_of = TomlPlaces(source).at
    if own is not None:
        document.setdefault("protocol", own.id)
    file = validate_model(PublishedFile, document, findings, place_of)
    if file is None:
        return
    for index, row in enumerate(file.rows):

        def place_in(*keys: str | int, index: int = index) -> Place:
            return place_of(("rows", index, *keys))

        name = row.protocol or file.protocol or ""
        keys = ("rows", index, "protocol") if row.protocol else ("protocol",)
        protocol = find_protocol(name, own, partial(place_of, keys), findings)
        if protocol is not None:
            yield LocatedRow(row, protocol, place_in(), place_in)
