"""Where something stands in a TOML file of rows; tomllib does not say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from mebench.diagnostics import Place
from mebench.formats.strict_json import KeyPath, json_pointer
from mebench.formats.text import TextFile

_ROW = re.compile(r"(?m)^[ \t]*\[\[[ \t]*rows[ \t]*\]\]")


class TomlPositions:
    """Finds a path of keys in a file of ``[[rows]]``.

    Parameters
    ----------
    source : TextFile
        The text.
    """

    def __init__(self, source: TextFile) -> None:
        self._source = source

    @cached_property
    def _rows(self) -> list[int]:
        return [found.start() for found in _ROW.finditer(self._source.text)]

    def at(self, keys: KeyPath) -> Place:
        """Return the place of a key, or of the innermost one on its path that is found."""
        begin, end, rest = self._part(keys)
        found = begin
        for key in rest:
            if isinstance(key, str):
                name = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"
                pattern = re.compile(
                    rf"(?m)^[ \t]*\[[^\]\n=]*(?<![\w-]){name}(?![\w-])[^\]\n=]*\]"
                    rf"|(?:^|[{{,])[ \t]*(?P<key>{name})[ \t]*[=.]"
                )
                match = pattern.search(self._source.text, found or 0, end)
                if match is None:
                    break
                found = match.start("key") if match["key"] else match.start()
        if found is None:
            return Place(file=self._source.name, pointer=json_pointer(keys))
        return replace(self._source.place(found), pointer=json_pointer(keys))

    def _part(self, keys: KeyPath) -> tuple[int | None, int, KeyPath]:
        """Return where the row of a path begins and ends, and the rest of the path."""
        if len(keys) >= 2 and keys[0] == "rows" and isinstance(keys[1], int):
            ends = [*self._rows[1:], len(self._source.text)]
            if keys[1] < len(self._rows):
                return self._rows[keys[1]], ends[keys[1]], keys[2:]
            return None, 0, ()
        first = self._rows[0] if self._rows else len(self._source.text)
        return None, first, keys
