"""What there is: tables of baselines, options and studies, for ``run-baseline --list``."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mebench.diagnostics import MebenchError, UsageError
from mebench.runner.confusion_study import ConfusionStudy
from mebench.runner.contract import Baseline, Study
from mebench.runner.registry import (
    INSTALL_LINE,
    KNOWN_PACKAGES,
    baseline_class,
    baseline_names,
    package_of,
)
from mebench.runner.run_config import option_name
from mebench.runner.sweep import Sweep
from mebench.tables.grid import Grid
from mebench.util.terminal import stdout_width
from mebench.util.text import did_you_mean

GENERAL_STUDIES: Mapping[str, Study] = {
    "seeds": Sweep("The same settings with three seeds", seeds=3),
    "confusion": ConfusionStudy(),
}
"""Studies that work with any baseline."""


def find_study(baseline: type[Baseline], name: str) -> Study:
    """Return a study of a baseline by its name."""
    studies = {**baseline.studies, **GENERAL_STUDIES}
    if name not in studies:
        raise UsageError.of(
            "unknown-study",
            f"The baseline {baseline.name} has no study {name[:80]!r}."
            f"{did_you_mean(name, studies)}",
            f"Choose one of {', '.join(studies)}.",
        )
    return studies[name]


def baselines_as_text() -> str:
    """Return a table of all baselines; known ones that are not installed come last."""
    grid = Grid(
        ["baseline", "does", "version", "package", "title"],
        "lllll",
        optional=["package", "version"],
    )
    for name in baseline_names():
        try:
            baseline = baseline_class(name)
        except MebenchError as error:
            message = error.diagnostics[0].message
            grid.rows.append([name, None, None, package_of(name)[0], message])
            continue
        package = " ".join(package_of(name))
        grid.rows.append([name, _tasks(baseline), baseline.version, package, baseline.title])
    missing = [name for name in KNOWN_PACKAGES if name not in baseline_names()]
    grid.rows += [[name, None, None, KNOWN_PACKAGES[name], "(not installed)"] for name in missing]
    lines = grid.as_text("", stdout_width())
    if missing:
        named = ", ".join(f"{name} ({KNOWN_PACKAGES[name]})" for name in missing)
        lines += ["", f"Not installed: {named}. {INSTALL_LINE}"]
    return "\n".join(lines)


def _tasks(baseline: type[Baseline]) -> str:
    if baseline.spots and baseline.recognizes:
        return "both"
    return "spot" if baseline.spots else "recognize"


def options_as_text(name: str) -> str:
    """Return a table of a baseline's own options, and one of its studies."""
    baseline = baseline_class(name)
    studies = Grid(["--study", "what it shows"], "ll")
    for key, study in {**baseline.studies, **GENERAL_STUDIES}.items():
        studies.rows.append([key, study.title])
    return "\n\n".join([_options_table(baseline), "\n".join(studies.as_text("", stdout_width()))])


def _options_table(baseline: type[Baseline]) -> str:
    fields = baseline.options_type.model_fields
    if not fields:
        return f"{baseline.name} has no options of its own."
    grid = Grid(["option", "default", "meaning"], "lll")
    for field, info in fields.items():
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        text = None if default is None else json.dumps(default, default=str).strip('"')
        text = "required" if info.is_required() else text
        grid.rows.append([option_name(field), text, info.description or ""])
    return "\n".join(grid.as_text("", stdout_width()))
