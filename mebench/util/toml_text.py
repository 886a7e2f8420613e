"""Parse TOML text in a time that is proportional to its length; write keys and values."""

from __future__ import annotations

import json
import re
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
