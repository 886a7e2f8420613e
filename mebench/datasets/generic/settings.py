"""``dataset.toml``: what a folder in the generic layout says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.records.base import FRAME_LIMIT, Identifier, StrictModel

SETTINGS_FILE = "dataset.toml"


class DatasetSettings(StrictModel):
    """The content of ``dataset.toml``; all of it may be left out."""

    id: Identifier | None = Field(None, description="The data set, as protocols name it.")
    title: str | None = Field(None, min_length=1, description="One line for people.")
    licence: str | None = Field(None, min_length=1, description="Under which terms it may be used.")
    fps: float | None = Field(None, gt=0, description="Frames a second, where the truth has none.")
    first_frame: int | None = Field(
        None,
        ge=0,
        lt=FRAME_LIMIT,
        description="The file number of frame 0; left out, that of each folder's first file.",
    )
    truth_first_frame: Literal[0, 1] | None = Field(
        None, description="The number that truth.csv gives to the first frame; 0 if left out."
    )


def read_settings(root: Path, findings: Findings) -> DatasetSettings:
    """Read ``dataset.toml``; where it is missing, or something is wrong with it, nothing is set.

    Parameters
    ----------
    root : Path
        The data set's folder.
    findings : Findings
        Takes in what is wrong.
    """
    import tomllib

    from mebench.formats.checking import validate_model
    from mebench.formats.strict_json import json_pointer
    from mebench.formats.text import read_text

    path = root / SETTINGS_FILE
    nothing = DatasetSettings.model_validate({})
    if not path.exists():
        return nothing
    try:
        document = tomllib.loads(read_text(path).text)
    except MebenchError as error:
        findings.extend_from(error)
        return nothing
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        findings.error("settings-syntax", f"Not valid TOML: {error}.", "", Place(file=str(path)))
        return nothing
    settings = validate_model(
        DatasetSettings,
        document,
        findings,
        lambda keys: Place(file=str(path), pointer=json_pointer(keys)),
    )
    return settings or nothing


def to_toml(content: dict[str, Any]) -> str:
    """Return plain data as TOML: simple values first, then tables.

    Parameters
    ----------
    content : dict
        Strings, numbers, booleans, lists of these, dicts of these, and lists of such dicts.
    """
    lines: list[str] = []
    _write_table(content, "", lines)
    return "\n".join(lines) + "\n"


def _write_table(content: dict[str, Any], name: str, lines: list[str]) -> None:
    tables = {
        key: value
        for key, value in content.items()
        if isinstance(value, dict) or (isinstance(value, list) and _holds_tables(value))
    }
    lines += [
        f"{_key(key)} = {_value(value)}" for key, value in content.items() if key not in tables
    ]
    for key, value in tables.items():
        inner = f"{name}.{_key(key)}" if name else _key(key)
        for table in value if isinstance(value, list) else [value]:
            lines += ["", f"[[{inner}]]" if isinstance(value, list) else f"[{inner}]"]
            _write_table(table, inner, lines)


def _holds_tables(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict)


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if plain else _value(name)


def _value(value: Any) -> str:
    # TOML spells these as JSON does, but for one character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
