"""The JSON Schemas: in sync with the records, closed, described, and named by version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mebench.models.schemas import SCHEMAS, schema_of

FOLDER = Path(__file__).parents[2] / "schemas"


def objects(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the objects that a schema describes: the document, and what it is made of."""
    yield "the document", schema
    yield from schema.get("$defs", {}).items()


def test_a_file_for_every_record() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_file_is_in_sync(name: str) -> None:
    content = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(content) == schema_of(name), "make schemas"


@pytest.mark.parametrize("name", SCHEMAS)
def test_id_names_the_version(name: str) -> None:
    schema = schema_of(name)
    assert schema["$id"] == f"urn:mebench:schema:{name}"
    assert schema["$schema"].endswith("draft/2020-12/schema")
    stated = schema["properties"].get("format")
    if stated is not None:
        kind, version = name.split("-")
        assert stated["const"] == f"mebench-{kind}/{version}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_is_described(name: str) -> None:
    bare = [
        (of, field)
        for of, one in objects(schema_of(name))
        for field, rules in one.get("properties", {}).items()
        if not any("description" in part for part in (rules, *rules.get("anyOf", [])))
    ]
    assert bare == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_object_is_described_and_closed(name: str) -> None:
    for of, one in objects(schema_of(name)):
        assert one.get("description"), of
        assert "properties" not in one or one.get("additionalProperties") is False, of
