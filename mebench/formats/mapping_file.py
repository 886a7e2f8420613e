"""Read and write the mapping of a table: a small TOML file, or a dictionary with its content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.strict_json import json_pointer
from mebench.formats.text_file import read_text
from mebench.formats.validate_model import validate_model
from mebench.models.table_mapping import TableMapping
from mebench.util.arguments import check_argument
from mebench.util.toml_text import parse_toml, toml_key, toml_value

MappingInput = str | Path | dict[str, Any] | TableMapping


def load_mapping(given: MappingInput | None, argument: str = "mapping") -> TableMapping | None:
    """Read a mapping, or raise all problems in it as a usage error; None stays None."""
    known = given is None or isinstance(given, str | Path | dict | TableMapping)
    check_argument(argument, given, known, "a path, a dict, or a TableMapping")
    if given is None or isinstance(given, TableMapping):
        return given
    place, document = Place(), given
    if not isinstance(given, dict):
        place = Place(file=str(given))
        try:
            document = parse_toml(read_text(given).text)
        except MebenchError as error:
            raise UsageError(error.diagnostics) from None
        except ValueError as error:
            remedy = "`mebench inspect FILE -o MAPPING.toml` writes a mapping to begin with."
            problem = f"Not valid TOML: {error}."
            raise UsageError.of("mapping-syntax", problem, remedy, place) from None
    findings = Findings()
    mapping = validate_model(
        TableMapping, document, findings, lambda keys: replace(place, pointer=json_pointer(keys))
    )
    if mapping is None:
        raise UsageError(findings.kept)
    return mapping


def to_toml(mapping: TableMapping, comments: list[str] | None = None) -> str:
    """Return a mapping as TOML, with comments above it."""
    lines = [f"# {comment}" for comment in comments or ()]
    plain = mapping.model_dump(mode="json", exclude_defaults=True)
    tables = {name: plain.pop(name) for name in ("columns", "labels", "kinds") if name in plain}
    lines += [f"{name} = {toml_value(value)}" for name, value in plain.items()]
    for name, rows in tables.items():
        lines += ["", f"[{name}]"]
        lines += [f"{toml_key(key)} = {toml_value(value)}" for key, value in rows.items() if value]
    return "\n".join(lines).strip() + "\n"
