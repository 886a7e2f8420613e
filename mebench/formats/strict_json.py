"""Parse JSON strictly, and find the position of any value in the text.

The parser of the standard library reads the text at full speed and detects duplicate keys.
Positions are looked up afterwards, only for the values in findings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text_file import TextFile

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_STRING: Callable[[str, int], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]

KeyPath = tuple[str | int, ...]
Members = Iterator[tuple[str | int, int, int]]


def parse(source: TextFile, findings: Findings) -> Any:
    """Parse JSON; duplicate keys are findings, other errors are raised.

    ``NaN`` and ``Infinity`` are returned as floats; the models report them with their position.
    """
    duplicated = False

    def collect(members: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal duplicated
        collected = dict(members)
        if len(collected) != len(members):
            duplicated = True
        return collected

    try:
        document = json.loads(source.text, object_pairs_hook=collect)
    except json.JSONDecodeError as error:
        raise _syntax_error(source, error) from None
    except RecursionError:
        raise MebenchError.of(
            "json-too-deep",
            "The brackets are nested too deeply.",
            "Check the file: a mebench file has at most seven levels.",
            Place(file=source.name),
        ) from None
    except ValueError:
        offset = max(re.finditer(r"\d+", source.text), key=lambda digits: len(digits[0])).start()
        raise MebenchError.of(
            "number-too-long",
            "A number has thousands of digits.",
            "Correct the number.",
            source.place(offset),
        ) from None
    if duplicated:
        _report_duplicates(source, document, findings)
    return document


def _syntax_error(source: TextFile, error: json.JSONDecodeError) -> MebenchError:
    place = source.place(error.pos)
    if error.pos >= len(source.text.rstrip()) or error.msg.startswith("Unterminated string"):
        return MebenchError.of(
            "json-truncated",
            "The file ends in the middle of the JSON text.",
            "Write or copy the file again; it is incomplete.",
            place,
        )
    return MebenchError.of(
        "json-syntax",
        f"Not valid JSON: {error.msg}.",
        "Correct the file at this position; best write JSON with a library.",
        place,
    )


def json_pointer(keys: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path of keys."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class JsonLocator:
    """Finds the positions of values in valid JSON; caches what it has scanned of each container."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._arrays: dict[int, tuple[list[int], Members]] = {}
        self._objects: dict[int, dict[str | int, tuple[int, int]]] = {}

    def offset(self, keys: KeyPath) -> int:
        """Return the offset in characters of a value: of its key in an object, else of the value.

        If the value is missing in the text (a missing field), it is the offset of the innermost
        existing container.
        """
        member = value = _skip_space(self._text, 0)
        for key in keys:
            child = self._child(value, key)
            if child is None:
                break
            member, value = child
        return member

    def _child(self, offset: int, key: str | int) -> tuple[int, int] | None:
        """Return the offsets of a member (its key) and of its value; the last of equal keys."""
        if self._text[offset] == "[" and isinstance(key, int):
            if offset not in self._arrays:
                self._arrays[offset] = [], _members(self._text, offset)
            values, rest = self._arrays[offset]
            values += [value for _, _, value in islice(rest, max(0, key + 1 - len(values)))]
            return (values[key], values[key]) if key < len(values) else None
        if self._text[offset] == "{" and isinstance(key, str):
            if offset not in self._objects:
                self._objects[offset] = {
                    name: (member, value) for name, member, value in _members(self._text, offset)
                }
            return self._objects[offset].get(key)
        return None


def _members(text: str, offset: int) -> Members:
    """Yield the key of each member of a container, and the offsets of the member and its value."""
    is_object = text[offset] == "{"
    position = _skip_space(text, offset + 1)
    index = 0
    while text[position] not in "]}":
        member = position
        key: str | int = index
        if is_object:
            key, position = _STRING(text, position + 1)
            position = _skip_space(text, _skip_space(text, position) + 1)
        yield key, member, position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        index += 1


def _skip_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _report_duplicates(source: TextFile, document: Any, findings: Findings) -> None:
    waiting: list[tuple[int, KeyPath]] = [(_skip_space(source.text, 0), ())]
    while waiting:
        offset, path = waiting.pop()
        seen: set[str | int] = set()
        inner: list[tuple[int, KeyPath]] = []
        for key, member, value in _members(source.text, offset):
            if key in seen:
                findings.error(
                    "json-duplicate-key",
                    f"The key {key!r} occurs twice in the same object.",
                    "Remove one of the two.",
                    source.place(member, json_pointer((*path, key))),
                )
            seen.add(key)
            if source.text[value] in "[{":
                inner.append((value, (*path, key)))
        waiting += reversed(inner)
