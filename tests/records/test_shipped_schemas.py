"""The schemas in ``schemas/``: in sync with the records, versioned, and every field described."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mebench import resources
from mebench.records.schemas import SCHEMAS, schema_of, write_schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_schema_is_the_records(name: str) -> None:
    committed = (resources.folder("schemas") / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(committed) == schema_of(name), "run `make schemas`"


def test_nothing_else_is_committed(tmp_path: Path) -> None:
    written = {path.name: path.read_bytes() for path in write_schemas(tmp_path)}
    committed = {path.name: path.read_bytes() for path in resources.folder("schemas").iterdir()}
    assert committed == written


@pytest.mark.parametrize("name", SCHEMAS)
def test_identifier_names_the_version(name: str) -> None:
    schema = schema_of(name)
    assert schema["$id"] == f"urn:mebench:schema:{name}"
    stated = schema["properties"].get("format", {}).get("const")
    if stated is not None:
        assert stated == "mebench-" + name.replace("-", "/")


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield every field of a schema's objects."""
    definitions = schema.get("$defs", {})
    for owner, body in {"": schema, **definitions}.items():
        for field, content in body.get("properties", {}).items():
            yield f"{owner}.{field}", content, definitions


def described(content: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """Tell whether a field says what it is, itself or through what it refers to."""
    if content.get("description"):
        return True
    inner = [content, *content.get("anyOf", []), *content.get("allOf", [])]
    references = [one["$ref"].rpartition("/")[2] for one in inner if "$ref" in one]
    return any(definitions[name].get("description") for name in references) or any(
        one.get("description") for one in inner
    )


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described(name: str) -> None:
    bare = [
        path for path, content, known in fields(schema_of(name)) if not described(content, known)
    ]
    assert bare == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_is_closed(name: str) -> None:
    schema = schema_of(name)
    bodies = {"": schema, **schema.get("$defs", {})}
    objects = {owner: body for owner, body in bodies.items() if "properties" in body}
    tolerant = {"Finding"}  # reports of later versions may say more of a finding
    opened = [
        owner
        for owner, body in objects.items()
        if body.get("additionalProperties") is not False and owner not in tolerant
    ]
    assert opened == []
