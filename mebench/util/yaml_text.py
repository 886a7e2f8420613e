"""Write YAML: mappings, lists, texts, numbers and truth values, with every text in quotes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def to_yaml(document: dict[str, Any]) -> str:
    """Return a mapping as YAML; all parsers of YAML 1.1 and 1.2 read it alike.

    Keys are names that need no quotes.
    """
    return "\n".join(_lines(document)) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict | list) and item:
                yield f"{key}:"
                yield from (f"  {line}" for line in _lines(item))
            else:
                yield f"{key}: {_scalar(item)}"
    else:
        for item in value:
            first, *others = _lines(item) if isinstance(item, dict | list) else [_scalar(item)]
            yield f"- {first}"
            yield from (f"  {line}" for line in others)


def _scalar(value: Any) -> str:
    # A text in the quotes of JSON is the same text in YAML, if everything beyond ASCII is
    # escaped in the way of YAML, which has no pairs of surrogates.
    if not isinstance(value, str):
        return json.dumps(value)
    return "".join(
        f"\\U{ord(character):08x}" if character == "\x7f" or character > "~" else character
        for character in json.dumps(value, ensure_ascii=False)
    )
