"""The fields of models in the reference of the site; mkdocs.yml names this file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from griffe import Alias, Attribute, Class, Docstring, Extension, Module


class FieldDescriptions(Extension):
    """List the pydantic fields of a class, with their descriptions, as numpy-style attributes."""

    def on_package(self, *, pkg: Module, **_: Any) -> None:
        """Extend the docstrings of all classes of a package."""
        for cls in _classes(pkg):
            fields = [line for member in _attributes(cls) for line in _described(member)]
            text = cls.docstring.value if cls.docstring else ""
            if fields and "\nAttributes\n" not in text:
                text = "\n".join([text, "", "Attributes", "----------", *fields])
                cls.docstring = Docstring(text, parent=cls, lineno=cls.lineno)


def _classes(parent: Module | Class) -> Iterator[Class]:
    for member in parent.members.values():
        if isinstance(member, Module | Class):
            yield from _classes(member)
        if isinstance(member, Class):
            yield member


def _attributes(cls: Class) -> Iterator[Attribute]:
    for member in cls.all_members.values():
        target = member.final_target if isinstance(member, Alias) else member
        if isinstance(target, Attribute):
            yield target


def _described(attribute: Attribute) -> Iterator[str]:
    """Yield the lines of an attribute, if it is a field with a description."""
    source = f"({attribute.annotation}, {attribute.value})"
    if "description=" in source:
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.keyword)
                and node.arg == "description"
                and isinstance(node.value, ast.Constant)
            ):
                yield f"{attribute.name} : {_type(str(attribute.annotation))}"
                yield f"    {node.value.value}"


def _type(annotation: str) -> str:
    """Return a type without what only pydantic reads."""
    return ast.unparse(_OnlyTypes().visit(ast.parse(annotation)))


class _OnlyTypes(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:  # noqa: N802 - named by ast
        self.generic_visit(node)
        match ast.unparse(node.value), node.slice:
            case "Annotated", ast.Tuple(elts=[wrapped, *_]):
                return wrapped
            case ("Required" | "NotRequired"), wrapped:
                return wrapped
        return node
