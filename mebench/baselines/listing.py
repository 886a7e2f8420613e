"""The baselines, and the options of one, as tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mebench.baselines.options import option_name
from mebench.baselines.registry import KNOWN_PACKAGES, baseline_class, baseline_names, package_of
from mebench.diagnostics import MebenchError
from mebench.tables.grid import Grid

if TYPE_CHECKING:
    from mebench.baselines.contract import Baseline


def baselines_as_text() -> str:
    """Return a table of all baselines; those of known packages that are missing stand last."""
    grid = Grid(["baseline", "version", "package", "title"], "llll")
    for name in baseline_names():
        try:
            kind = baseline_class(name)
        except MebenchError as error:
            grid.rows.append([name, None, package_of(name)[0], error.diagnostics[0].message])
            continue
        grid.rows.append([name, kind.version, " ".join(package_of(name)), kind.title])
    for name, package in KNOWN_PACKAGES.items():
        if name not in baseline_names():
            grid.rows.append(
                [name, None, "not installed", f"install it: python -m pip install {package}"]
            )
    return "\n".join(grid.as_text(indent=""))


def options_as_text(name: str) -> str:
    """Return a table of a baseline's own options, and one of its studies."""
    kind = baseline_class(name)
    return "\n\n".join([_options_table(kind), _studies_table(kind)])


def _studies_table(kind: type[Baseline]) -> str:
    from mebench.baselines.studies.offered import studies_of

    grid = Grid(["--study", "what it shows"], "ll")
    grid.rows += [[name, title] for name, title in studies_of(kind).items()]
    return "\n".join(grid.as_text(indent=""))


def _options_table(kind: type[Baseline]) -> str:
    fields = kind.options_type.model_fields
    if not fields:
        return f"{kind.name} has no options of its own."
    grid = Grid(["option", "default", "meaning"], "lll")
    for field, info in fields.items():
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        shown = None if default is None else json.dumps(default, default=str).strip('"')
        shown = "needed" if info.is_required() else shown
        grid.rows.append([option_name(field), shown, info.description or ""])
    return "\n".join(grid.as_text(indent=""))
