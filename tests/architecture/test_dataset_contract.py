"""The harness uses declared members of the data-set contract only: no optional attributes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mebench.datasets.contract import Adapter, Dataset, Video

ROOT = Path(__file__).parents[2]
ROOMS = ("datasets", "runner", "cli")
OBJECTS = {"adapter", "copy", "dataset", "opened", "source", "video"}
"""Names of variables that hold an object of the contract."""

MEMBERS = {
    name
    for contract in (Adapter, Dataset, Video)
    for name in (*vars(contract), *contract.__annotations__)
    if not name.startswith("_")
} - {"id", "title"}
"""Names of what is declared, without those that other plugins have as well."""


def optional_attributes(tree: ast.AST) -> list[str]:
    """Return every place that finds out at run time whether an object has an attribute."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and looks_up_member(node))
        or (isinstance(node, ast.ImportFrom) and "runtime_checkable" in map(name_of, node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "runtime_checkable")
    ]


def looks_up_member(call: ast.Call) -> bool:
    """Tell whether a call is ``getattr(dataset, "…")``, or the like."""
    if not isinstance(call.func, ast.Name) or call.func.id not in {"getattr", "hasattr"}:
        return False
    target, attribute = call.args[:2]
    if not isinstance(attribute, ast.Constant):
        return False
    base = ast.unparse(target).rpartition(".")[2]
    return base in OBJECTS or attribute.value in MEMBERS


def name_of(alias: ast.alias) -> str:
    return alias.name


@pytest.mark.parametrize("room", ROOMS)
def test_no_attribute_of_a_data_set_is_optional(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}, {place}"
        for path in sorted((ROOT / "mebench" / room).rglob("*.py"))
        # What else a baseline can do is found out at run time; it is not about data sets.
        if path.name != "contract.py" or room != "runner"
        for place in optional_attributes(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong


@pytest.mark.parametrize(
    "code",
    [
        "getattr(dataset, 'settings', None)",
        "getattr(self.source, 'anything')",
        "getattr(one, 'repairs', ())",
        "hasattr(one, 'survey')",
        "from typing import runtime_checkable",
        "@typing.runtime_checkable\nclass Shape: ...",
    ],
)
def test_optional_attributes_are_found(code: str) -> None:
    assert optional_attributes(ast.parse(code))


def test_other_attributes_are_allowed() -> None:
    assert not optional_attributes(ast.parse("getattr(error, 'strerror', None); getattr(a, name)"))


def test_the_contract_declares_what_the_harness_asks() -> None:
    assert {"survey", "repairs", "looks_right", "protocol_file", "inspect", "frames_at"} <= MEMBERS
