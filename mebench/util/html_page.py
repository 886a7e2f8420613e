"""HTML pages in one file that works offline: untrusted text, embedded data, templates.

Names of files and systems are untrusted. A template escapes them, a script only sets text, and
:func:`json_for_html` embeds data that cannot end its element.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mebench.diagnostics.escaping import escape_json, escape_unprintable
from mebench.util.extras import require_package


def json_for_html(data: Any) -> str:
    """Return data as JSON that cannot end its HTML element."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return escape_json(text)


def make_visible(data: Any) -> Any:
    """Return plain data in which all texts show their invisible characters."""
    if isinstance(data, dict):
        return {make_visible(key): make_visible(value) for key, value in data.items()}
    if isinstance(data, list):
        return list(map(make_visible, data))
    return escape_unprintable(data) if isinstance(data, str) else data


def fill_template(
    template: Path, filters: Mapping[str, Callable[..., Any]], values: Mapping[str, Any]
) -> str:
    """Return a page: a Jinja2 template that escapes all values unless they are marked safe."""
    require_package("jinja2")
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(template.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment.get_template(template.name).render(values)
