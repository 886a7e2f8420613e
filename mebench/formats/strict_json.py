"""JSON read strictly, and found again: from a pointer back to line and column.

The standard library's scanner reads the text at full speed. Duplicate keys are noticed on the way;
where anything stood is looked up afterwards, and only for what is reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.text_file import TextFile

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
_STRING: Callable[[str, int], tuple[str, int]] = json.decoder.scanstring  # type: ignore[attr-defined]

KeyPath = tuple[str | int, ...]


def parse(source: TextFile, findings: Findings) -> Any:
    """Parse JSON.

    Parameters
    ----------
    source : TextFile
        The text.
    findings : Findings
        Takes in duplicate keys.

    Returns
    -------
    plain data
        ``NaN`` and ``Infinity`` come through as floats, for the records to refuse with their place.

    Raises
    ------
    MebenchError
        ``json-syntax``, ``json-truncated``, ``json-too-deep`` or ``number-too-long``.
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
            "Brackets are nested too deeply.",
            "A mebench file needs at most seven levels.",
            Place(file=source.name),
        ) from None
    except ValueError:
        offset = max(re.finditer(r"\d+", source.text), key=lambda digits: len(digits[0])).start()
        raise MebenchError.of(
            "number-too-long",
            "A number has thousands of digits.",
            "No frame and no score needs them.",
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
            "Was it cut off while being written or copied? Write it again.",
            place,
        )
    return MebenchError.of(
        "json-syntax",
        f"Not valid JSON: {error.msg}.",
        "Write JSON with a library, or mend it here.",
        place,
    )


def json_pointer(keys: Iterable[str | int]) -> str:
    """Return the JSON pointer (RFC 6901) of a path of keys."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class JsonLocator:
    """Finds where values stand in valid JSON, remembering every container it has walked.

    Parameters
    ----------
    text : str
        Valid JSON.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._arrays: dict[int, list[int]] = {}
        self._objects: dict[int, dict[str | int, tuple[int, int]]] = {}

    def offset(self, keys: KeyPath) -> int:
        """Return where a value stands.

        Parameters
        ----------
        keys : tuple of str and int
            The path to the value. Where its end is missing in the text (a missing field), the
            innermost value that is there is found instead.

        Returns
        -------
        int
            Offset in characters: of the member's key in an object, else of the value.
        """
        shown = offset = _skip_space(self._text, 0)
        for key in keys:
            found = self._child(offset, key)
            if found is None:
                break
            shown, offset = found
        return shown

    def _child(self, offset: int, key: str | int) -> tuple[int, int] | None:
        """Return where a child is shown (its key) and where its value begins; the last of twins."""
        if self._text[offset] == "[" and isinstance(key, int):
            if offset not in self._arrays:
                self._arrays[offset] = [begin for _, _, begin in _members(self._text, offset)]
            begins = self._arrays[offset]
            return (begins[key], begins[key]) if key < len(begins) else None
        if self._text[offset] == "{" and isinstance(key, str):
            if offset not in self._objects:
                self._objects[offset] = {
                    name: (shown, begin) for name, shown, begin in _members(self._text, offset)
                }
            return self._objects[offset].get(key)
        return None


def _members(text: str, offset: int) -> Iterable[tuple[str | int, int, int]]:
    """Yield (key, where the member begins, where its value begins) of a container's members."""
    is_object = text[offset] == "{"
    position = _skip_space(text, offset + 1)
    place = 0
    while text[position] not in "]}":
        shown = position
        key: str | int = place
        if is_object:
            key, position = _STRING(text, position + 1)
            position = _skip_space(text, _skip_space(text, position) + 1)
        yield key, shown, position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        place += 1


def _skip_space(text: str, offset: int) -> int:
    match = _SPACE.match(text, offset)
    return match.end() if match else offset


def _report_duplicates(source: TextFile, document: Any, findings: Findings) -> None:
    waiting: list[tuple[int, KeyPath]] = [(_skip_space(source.text, 0), ())]
    while waiting:
        offset, path = waiting.pop()
        seen: set[str | int] = set()
        inner: list[tuple[int, KeyPath]] = []
        for key, shown, begin in _members(source.text, offset):
            if key in seen:
                findings.error(
                    "json-duplicate-key",
                    f"The key {key!r} stands twice in one object.",
                    "Keep one of the two.",
                    source.place(shown, json_pointer((*path, key))),
                )
            seen.add(key)
            if source.text[begin] in "[{":
                inner.append((begin, (*path, key)))
        waiting += reversed(inner)
