"""Positions of all values in a JSON text: slow, by the grammar, one character at a time."""

from __future__ import annotations

from collections.abc import Iterator

KeyPath = tuple[str | int, ...]

_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def places(text: str) -> dict[KeyPath, int]:
    """Return the offset of every member's key, list entry and of the document itself."""
    found: dict[KeyPath, int] = {}
    end = _value(text, _blank(text, 0), (), found)
    assert _blank(text, end) == len(text)
    found[()] = _blank(text, 0)
    return found


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _value(text: str, at: int, path: KeyPath, found: dict[KeyPath, int]) -> int:
    if text[at] == "{":
        return _members(text, at, path, found)
    if text[at] == "[":
        return _entries(text, at, path, found)
    if text[at] == '"':
        return _string(text, at)[1]
    while at < len(text) and text[at] not in ",]} \t\r\n":
        at += 1
    return at


def _members(text: str, at: int, path: KeyPath, found: dict[KeyPath, int]) -> int:
    at = _blank(text, at + 1)
    while text[at] != "}":
        begin = at
        key, at = _string(text, at)
        found[(*path, key)] = begin
        at = _blank(text, at)
        assert text[at] == ":"
        at = _blank(text, _value(text, _blank(text, at + 1), (*path, key), found))
        at = _blank(text, at + 1) if text[at] == "," else at
    return at + 1


def _entries(text: str, at: int, path: KeyPath, found: dict[KeyPath, int]) -> int:
    at, number = _blank(text, at + 1), 0
    while text[at] != "]":
        found[(*path, number)] = at
        at = _blank(text, _value(text, at, (*path, number), found))
        at = _blank(text, at + 1) if text[at] == "," else at
        number += 1
    return at + 1


def _string(text: str, at: int) -> tuple[str, int]:
    units = list(_units(text, at + 1))
    end = units.pop()
    raw = b"".join(ord(unit).to_bytes(4, "little") for unit in units if isinstance(unit, str))
    key = raw.decode("utf-32-le", "surrogatepass")
    # Two escapes may spell one character.
    return key.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"), int(end)


def _units(text: str, at: int) -> Iterator[str | int]:
    while text[at] != '"':
        if text[at] != "\\":
            yield text[at]
            at += 1
        elif text[at + 1] == "u":
            yield chr(int(text[at + 2 : at + 6], 16))
            at += 6
        else:
            yield _ESCAPES[text[at + 1]]
            at += 2
    yield at + 1
