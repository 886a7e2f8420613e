"""From a path of keys to line and column: against a slow tokenizer, and by hand."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mebench.formats.strict_json import JsonLocator, KeyPath
from mebench.formats.text_file import TextFile
from tests.formats.slow_tokenizer import places

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from('"\\/{}[],: \t\n\r~'), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def spread(text: str, chance: random.Random) -> str:
    """Insert blanks where the grammar allows them: around brackets, commas and colons."""
    spaced, quoted, escaped = [], False, False
    for character in text:
        if quoted:
            spaced.append(character)
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
            continue
        quoted = character == '"'
        blank = "".join(chance.choices(" \t\n\r", k=chance.randrange(3)))
        before = blank if character in "]}" else ""
        after = blank if character in "[{,:" else ""
        spaced.append(f"{before}{character}{after}")
    return "".join(spaced)


@given(DOCUMENTS, st.booleans(), st.randoms(use_true_random=False))
def test_every_value_is_found(document: Any, is_ascii: bool, chance: random.Random) -> None:
    text = spread(json.dumps(document, ensure_ascii=is_ascii), chance)
    locator = JsonLocator(text)
    expected = places(text)
    assert {path: locator.offset(path) for path in expected} == expected


@given(DOCUMENTS, st.lists(st.text(max_size=3) | st.integers(0, 5), max_size=4))
def test_a_missing_value_leads_to_its_innermost_container(
    document: Any, path: list[str | int]
) -> None:
    text = json.dumps(document)
    expected = places(text)
    keys: KeyPath = tuple(path)
    while keys not in expected:
        keys = keys[:-1]
    assert JsonLocator(text).offset(tuple(path)) == expected[keys]


def test_by_hand() -> None:
    text = (
        '{\n  "videos": [\n    {"video": "é", "intervals": [{"onset": 1.5, "offset": 2}]}\n  ]\n}'
    )
    source, locator = TextFile("x", text), JsonLocator(text)
    by_hand: dict[KeyPath, tuple[int, int]] = {
        (): (1, 1),
        ("videos",): (2, 3),
        ("videos", 0): (3, 5),
        ("videos", 0, "video"): (3, 6),
        ("videos", 0, "intervals", 0): (3, 34),
        ("videos", 0, "intervals", 0, "offset"): (3, 49),
        ("videos", 0, "intervals", 0, "apex"): (3, 34),
        ("videos", 7): (2, 3),
    }
    for keys, (line, column) in by_hand.items():
        place = source.place(locator.offset(keys))
        assert (place.line, place.column) == (line, column), keys


def test_of_duplicate_keys_the_last_is_found() -> None:
    assert JsonLocator('{"a": 1, "a": 2}').offset(("a",)) == 9
