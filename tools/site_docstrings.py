"""What the reference of the site changes in docstrings; mkdocs.yml names this file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from griffe import Alias, Attribute, Class, Docstring, Extension, Function, Module

_ROLE = re.compile(r":\w+:`~?([^`]+)`")
_TOGETHER = re.compile(r"^(\w+(?:, \w+)+)\n((?: +.+(?:\n|$))+)", re.MULTILINE)
"""Parameters that a docstring describes together; each has a type of its own."""


class SiteDocstrings(Extension):
    """List the fields of models with their descriptions; show references as code."""

    def on_package(self, *, pkg: Module, **_: Any) -> None:
        """Change the docstrings of a package."""
        for member in _members(pkg):
            if isinstance(member, Class):
                _list_fields(member)
            if member.docstring is not None:
                text = _ROLE.sub(r"`\1`", member.docstring.value)
                member.docstring.value = _TOGETHER.sub(_each, text)


def _each(together: re.Match[str]) -> str:
    return "".join(f"{name}\n{together[2].rstrip()}\n" for name in together[1].split(", "))


def _members(parent: Module | Class) -> Iterator[Class | Function | Attribute]:
    for member in parent.members.values():
        if isinstance(member, Module | Class):
            yield from _members(member)
        if isinstance(member, Class | Function | Attribute):
            yield member


def _list_fields(cls: Class) -> None:
    """List the described fields of a model, and all of a TypedDict, as numpy-style attributes."""
    typed = any(str(base) == "TypedDict" for base in cls.bases)
    fields = []
    for member in cls.all_members.values():
        target = member.final_target if isinstance(member, Alias) else member
        if isinstance(target, Attribute) and not target.name.startswith("_"):
            text = _description(target)
            if text or typed:
                fields += [f"{target.name} : {_type(target)}", f"    {text}"]
    text = cls.docstring.value if cls.docstring else ""
    if fields and "\nAttributes\n" not in text:
        text = "\n".join([text, "", "Attributes", "----------", *fields])
        cls.docstring = Docstring(text, parent=cls, lineno=cls.lineno)


def _description(attribute: Attribute) -> str:
    """Return the ``description`` of a pydantic field, from its value or its annotation."""
    source = f"({attribute.annotation}, {attribute.value})"
    if "description=" in source:
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.keyword)
                and node.arg == "description"
                and isinstance(node.value, ast.Constant)
            ):
                return str(node.value.value)
    return ""


def _type(attribute: Attribute) -> str:
    """Return the type of an attribute, without what only pydantic reads."""
    return ast.unparse(_OnlyTypes().visit(ast.parse(str(attribute.annotation))))


class _OnlyTypes(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        match ast.unparse(node.value), node.slice:
            case "Annotated", ast.Tuple(elts=[wrapped, *_]):
                return wrapped
            case (("Required" | "NotRequired"), wrapped):
                return wrapped
        return node
