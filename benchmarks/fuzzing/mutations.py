"""Break files: bytes, words, lines and cells; values of a document; members of an archive.

Everything follows from the random stream, so a seed and a number reproduce an input.
"""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any

Chance = random.Random

ODD = [
    *(b"NaN", b"Infinity", b"-1", b"1e999", b"1e400", b"1e99999999", b"12.0", b"12.5", b"null"),
    *(b"true", b"[]", b"{}", b'""', b'"x"', b"9" * 20, b"1" * 5000, b"-0", b"0x10", b"1/0"),
    *(b",", b";", b"\t", b"\r", b"\n", b'"', b"'", b"\\", b"|", b"\xff", b"\0", b"\x1b[31m"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\\ud800", b"\\u0000"),
    *(b"[" * 2000, b"{" * 2000, b"(" * 2000, b"}", b"]", b"-", b"=", b"=1+1", b"@x", b"#", b"%s"),
    *(b"micro", b"macro", b"sub01", b"2", b"mebench-truth/1", b"toy@1", b"../x.toml", b"~nouser"),
    *(b"a" * 300, "é".encode(), "e\u0301".encode(), "微表情".encode(), "１２".encode(), b"00012"),
    *(b"2147483648", b"9223372036854775808", b"1" + b"0" * 400, b"1E+2", b".5", b"5.", b"inf"),
    *(b"(a+)+b", b"(?=a)", b"(", b"\\1", b"1979-05-27T07:32:00Z", b"[[rows]]", b"[a.b.c]"),
]
"""Values that readers often forget."""


def mutate_text(content: bytes, chance: Chance) -> bytes:
    """Replace, remove or insert bytes; duplicate, drop or swap lines; replace words."""
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        at = chance.randrange(len(content) + 1)
        way = chance.randrange(8)
        if way == 0:
            content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
        elif way == 1:
            content = content[:at] + content[at + chance.randrange(1, 20) :]
        elif way == 2:
            content = content[:at] + chance.choice(ODD) + content[at:]
        elif way == 3:
            lines = content.split(b"\n")
            line = chance.randrange(len(lines))
            lines[line : line + chance.randrange(3)] = [lines[line]] * chance.randrange(3)
            content = b"\n".join(lines)
        elif way == 4:
            content = content.replace(*chance.choice(_REPLACED))
        elif words := list(re.finditer(rb'"[^"\n]*"|[\w.+-]+', content[:20_000])):
            word, other = chance.choice(words), chance.choice(words)
            new = chance.choice([chance.choice(ODD), other[0], b""])
            content = content[: word.start()] + new + content[word.end() :]
    return content


_REPLACED = [
    *((b"\n", b"\r\n"), (b"\n", b"\r"), (b",", b";"), (b",", b"\t"), (b"\n", b"\n\n"), (b" ", b"")),
    *((b" ", b"\xc2\xa0"), (b'"', b"'"), (b"0", b"O"), (b"1", b"1.0"), (b".", b","), (b"=", b":")),
]


def mutate_bytes(content: bytes, chance: Chance) -> bytes:
    """Flip, set, repeat, remove or swap bytes of a binary file; write odd integers."""
    broken = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        # Headers decide the most, and they are at the beginning.
        reach = chance.choice([32, 200, 2000, len(broken), len(broken)])
        at = chance.randrange(max(1, min(reach, len(broken))))
        way = chance.randrange(6)
        if way == 0 and broken:
            broken[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            size = chance.choice([1, 2, 4, 8])
            value = chance.choice([0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, 255, 65535])
            order: Any = chance.choice(["little", "big"])
            broken[at : at + size] = (value % 256**size).to_bytes(size, order)
        elif way == 2:
            broken[at : at + chance.randrange(1, 40)] = b""
        elif way == 3:
            piece = broken[at : at + chance.randrange(1, 200)]
            broken[at:at] = piece * chance.choice([1, 1, 2, 50])
        elif way == 4:
            broken[at : at + 4] = chance.choice([chance.randbytes(4), chance.choice(ODD)])
        else:
            other = chance.randrange(max(1, len(broken)))
            broken[at : at + 16], broken[other : other + 16] = (
                broken[other : other + 16],
                broken[at : at + 16],
            )
    return bytes(broken[: chance.choice([len(broken)] * 9 + [at])])


SCALARS: list[Any] = [
    *(None, True, False, 0, -1, 1, 2, 10**9, 2**63, 10**400, -0.0, 0.5, 1e308, 1e-320),
    *(float("nan"), float("inf"), "", " ", "x", "micro", "negative", "1/0", "1e400", "1e99999999"),
    *("a" * 200, "a" * 5000, "\0", "\x1b[2J", "‮x", "é", "é", "=1+1", "[x", "*x", "..", "~nouser"),
    *("\ud800", "1", "01", "sub01", "mebench-submission/1", "toy@1", "synthetic-str@1", "(a+)+b"),
    *([], {}, [[]], [None], {"": None}, [1, 2], {"a": {"a": {}}}),
]
"""Values for any place of a document."""


def mutate_document(document: Any, chance: Chance) -> Any:
    """Replace, remove, rename, duplicate, move or nest values of JSON data; it is changed."""
    for _ in range(chance.choice([1, 1, 2, 4])):
        places: list[tuple[Any, Any]] = []
        _collect(document, places)
        if not places:
            return _copy(chance.choice(SCALARS))
        holder, key = chance.choice(places)
        other_holder, other_key = chance.choice(places)
        way = chance.randrange(8)
        if way <= 2:
            holder[key] = _copy(chance.choice(SCALARS))  # it may be changed in the next round
        elif way == 3:
            del holder[key]
        elif way == 4 and isinstance(holder, dict):
            holder[str(chance.choice([other_key, "x", "", key + "s", "\0"]))] = holder.pop(key)
        elif way == 5 and isinstance(holder, list):
            holder[key:key] = [_copy(holder[key])] * chance.choice([1, 1, 3, 200])
        elif way == 6:
            holder[key] = _copy(other_holder[other_key])
        else:
            holder[key] = chance.choice([[holder[key]], {"x": holder[key]}, str(holder[key])])
    return document


def _collect(value: Any, places: list[tuple[Any, Any]]) -> None:
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            places.append((value, key))
            _collect(value[key], places)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def to_json(document: Any, chance: Chance) -> bytes:
    """Return JSON text, rarely with what is no JSON: NaN, doubled keys, odd escapes."""
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5, indent=chance.choice([None, 1]))
    return text.encode("utf-8", chance.choice(["replace", "surrogatepass"]))


def to_toml(document: Any) -> bytes:
    """Return a table as TOML, all inner tables in one line; null is left out."""
    lines = [f"{json.dumps(str(key))} = {_toml(value)}" for key, value in document.items()]
    return "\n".join(lines).encode("utf-8", "replace")


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(str(key))} = {_toml(inner)}" for key, inner in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return '""' if value is None else json.dumps(value)


def generated(schema: dict[str, Any], chance: Chance, root: dict[str, Any], depth: int = 0) -> Any:
    """Return a random document that mostly follows a JSON Schema of this project."""
    if chance.random() < 0.01:
        return _copy(chance.choice(SCALARS))
    if "$ref" in schema:
        inner = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return generated(inner, chance, root, depth)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return generated(chance.choice(schema[choice]), chance, root, depth)
    if "const" in schema or "enum" in schema:
        return chance.choice(schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _generated_object(schema, chance, root, depth)
    if kind == "array":
        length = 0 if depth > 6 else chance.choice([0, 1, 1, 2, 3])
        length = max(length, schema.get("minItems", 0))
        items = schema.get("items", {})
        return [generated(items, chance, root, depth + 1) for _ in range(length)]
    if kind == "integer":
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        return low + chance.choice([0, 1, 2, 10, 50, 10**6])
    if kind == "number":
        return chance.choice([0.0, 0.25, 0.5, 1.0, 25, 200.0])
    if kind == "boolean":
        return chance.random() < 0.5
    return chance.choice(_TEXTS) if kind == "string" else None


_TEXTS = [
    "1",
    "2",
    "a",
    "b",
    "toy",
    "toy@1",
    "negative",
    "positive",
    "surprise",
    "micro",
    "s1",
    "x",
]


def _generated_object(
    schema: dict[str, Any], chance: Chance, root: dict[str, Any], depth: int
) -> dict[str, Any]:
    required = schema.get("required", [])
    content = {
        name: generated(inner, chance, root, depth + 1)
        for name, inner in schema.get("properties", {}).items()
        if name in required or (depth < 6 and chance.random() < 0.4)
    }
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict) and depth < 6:
        for name in chance.sample(_TEXTS, chance.randrange(3)):
            content[name] = generated(inner, chance, root, depth + 1)
    return content


def mutate_archive(content: bytes, chance: Chance) -> bytes:
    """Break a member of a zip, so that all checksums are right; or the zip itself."""
    if chance.random() < 0.3:
        return mutate_bytes(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    at = chance.randrange(len(members))
    name, inner = members[at]
    way = chance.randrange(12)
    if way == 0:
        del members[at]
    elif way == 1:
        members.append(members[at])
    elif way == 2:
        members[at] = (chance.choice(["x", "../x", "", members[0][0], name.upper()]), inner)
    elif inner[:1] == b"<" and way < 10:
        members[at] = (name, mutate_text(inner, chance))
    else:
        members[at] = (name, mutate_bytes(inner, chance))
    buffer = io.BytesIO()
    method = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, inner in members:
            archive.writestr(zipfile.ZipInfo(name), inner, method)
    return buffer.getvalue()


def mutate_png(content: bytes, chance: Chance) -> bytes:
    """Break an image; of a PNG, mostly with right checksums, so that the decoder sees it."""
    broken = mutate_bytes(content, chance)
    if not broken.startswith(b"\x89PNG") or chance.random() < 0.3:
        return broken
    fixed, at = bytearray(broken), 8
    while at + 12 <= len(fixed):
        length = int.from_bytes(fixed[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(fixed):
            break
        fixed[end : end + 4] = zlib.crc32(fixed[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(fixed)


def either(*ways: Callable[[bytes, Chance], bytes]) -> Callable[[bytes, Chance], bytes]:
    """Return a mutation that chooses one of several."""
    return lambda content, chance: chance.choice(ways)(content, chance)


def mutate_json(content: bytes, chance: Chance) -> bytes:
    """Change values of a JSON document, bytes of its text, or both."""
    if chance.random() < 0.3:
        return mutate_text(content, chance)
    broken = to_json(mutate_document(json.loads(content), chance), chance)
    return mutate_text(broken, chance) if chance.random() < 0.1 else broken


def splice(contents: Sequence[bytes], chance: Chance) -> bytes:
    """Return the beginning of one file and the end of another."""
    first, second = chance.choice(contents), chance.choice(contents)
    return first[: chance.randrange(len(first) + 1)] + second[chance.randrange(len(second) + 1) :]
