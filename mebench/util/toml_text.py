"""Parse TOML text in a time that is proportional to its length; write TOML."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

MAX_KEY_PARTS = 50
"""The maximum number of parts of a key such as ``rows.values.headline``; the formats need three."""

# Every part starts behind another character than those of a part, so none is read repeatedly.
_LONG_KEY = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){{{MAX_KEY_PARTS}}}")


def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML text.

    Raises ``ValueError`` if the text is not valid, too deeply nested, or has a key of more than
    ``MAX_KEY_PARTS`` parts: the parser of the standard library takes hours for a long one.
    """
    import tomllib

    match = _LONG_KEY.search(text)
    if match is not None:
        line = text.count("\n", 0, match.start()) + 1
        raise ValueError(f"a key has more than {MAX_KEY_PARTS} parts (at line {line})")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def toml_key(name: str) -> str:
    """Return a key as TOML, in quotes if it needs them."""
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain else toml_value(name)


def toml_value(value: Any) -> str:
    """Return a text, a number, a truth value or a list of them as TOML."""
    # TOML and JSON write these values alike, except that TOML escapes the character 7F.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


INLINE_LISTS = ("blind_videos", "subjects")
"""Lists of tables that are written on one line per table."""


def to_toml(content: dict[str, Any], comments: Mapping[str, str] | None = None) -> str:
    """Return plain data as TOML: simple values first, then tables and lists of tables.

    ``comments`` explain keys by their path, such as ``datasets.id``, where they occur first.
    """
    left = dict(comments or {})
    return "\n".join(_lines(content, "", left)).lstrip("\n") + "\n"


def _lines(content: dict[str, Any], name: str, comments: dict[str, str]) -> Iterator[str]:
    tables: list[tuple[str, str, dict[str, Any]]] = []
    for key, value in content.items():
        inner = f"{name}.{toml_key(key)}" if name else toml_key(key)
        if isinstance(value, dict):
            tables.append((f"[{inner}]", inner, value))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            if key not in INLINE_LISTS:
                tables += [(f"[[{inner}]]", inner, table) for table in value]
                continue
            yield from _comment(comments.pop(inner, ""))
            yield f"{toml_key(key)} = ["
            yield from (f"    {_inline(item)}," for item in value)
            yield "]"
        else:
            yield from _comment(comments.pop(inner, ""))
            yield f"{toml_key(key)} = {_text(value)}"
    for header, inner, table in tables:
        yield from ("", *_comment(comments.pop(inner, "")), header)
        yield from _lines(table, inner, comments)


def _inline(value: Any) -> str:
    if not isinstance(value, dict):
        return toml_value(value)
    pairs = (f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items())
    return f"{{ {', '.join(pairs)} }}"


def _text(value: Any) -> str:
    """Return a value; a text of several lines without special characters on several lines."""
    plain = isinstance(value, str) and all(line.isprintable() for line in value.split("\n"))
    if plain and "\n" in value and '"' not in value and "\\" not in value:
        return f'"""\n{value}"""'
    return toml_value(value)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 98, initial_indent="# ", subsequent_indent="# ")
