"""Installed baselines: find a class by name, read its metadata, list all as tables.

A baseline is not our code and may raise anything, so every call of its methods is guarded here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from inspect import isabstract
from typing import Any, TypeVar

from pydantic import ValidationError

from mebench.diagnostics import MebenchError, UsageError
from mebench.models.submission import System
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.run_config import option_name
from mebench.tables.grid import Grid
from mebench.util.entry_points import load_plugin
from mebench.util.terminal import stdout_width
from mebench.util.text import did_you_mean

GROUP = "mebench.baselines"

KNOWN_PACKAGES = {"mean": "mebench-mean", "flow-magnitude": "mebench-mean"}
"""Baselines of this project that are in packages of their own, and may not be installed."""

# Not by name from an index: nobody has registered these names there, so anybody could.
INSTALL_LINE = "In a checkout of mebench: python -m pip install ./baselines/vision ./baselines/mean"


@cache
def baseline_names() -> tuple[str, ...]:
    """Return the names of all installed baselines, in alphabetical order."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def baseline_class(name: str) -> type[Baseline]:
    """Return a baseline's class.

    Raises
    ------
    UsageError
        ``baseline-not-installed``, ``unknown-baseline``, ``plugin-broken`` or
        ``plugin-collision``.
    """
    if name in baseline_names():
        baseline = load_plugin(GROUP, name, Baseline)  # type: ignore[type-abstract]
        _check_class(baseline, name)
        return baseline
    if name in KNOWN_PACKAGES:
        raise UsageError.of(
            "baseline-not-installed",
            f"The baseline {name!r} is in the package {KNOWN_PACKAGES[name]}, which is not "
            "installed.",
            INSTALL_LINE,
        )
    known = [*baseline_names(), *KNOWN_PACKAGES]
    raise UsageError.of(
        "unknown-baseline",
        f"There is no baseline {name[:80]!r}.{did_you_mean(name, known)}",
        "`mebench run-baseline --list` lists all baselines; docs/baselines.md explains how to "
        "write one.",
    )


def _check_class(baseline: type[Baseline], name: str) -> None:
    """Check the attributes of a class that an entry point names.

    Raises
    ------
    UsageError
        ``plugin-broken``.
    """
    own_name = getattr(baseline, "name", None)
    if own_name != name:
        raise UsageError.of(
            "plugin-broken",
            f"The entry point {name!r} names a baseline class whose `name` is {own_name!r}.",
            "Give both the same name.",
        )
    if isabstract(baseline):
        raise UsageError.of(
            "plugin-broken",
            f"The baseline {name!r} has no method predict().",
            "Implement predict() in the baseline.",
        )
    for attribute in ("version", "title"):
        value = getattr(baseline, attribute)
        if not isinstance(value, str):
            raise UsageError.of(
                "plugin-broken",
                f"The {attribute} of the baseline {name!r} is {value!r:.80}; expected a string.",
                f"Make `{attribute}` a string in the baseline.",
            )
    options_type = baseline.options_type
    if not (isinstance(options_type, type) and issubclass(options_type, BaselineOptions)):
        raise UsageError.of(
            "plugin-broken",
            f"The options_type of the baseline {name!r} is not a subclass of BaselineOptions.",
            "Derive it from mebench.runner.BaselineOptions.",
        )


def package_of(name: str) -> tuple[str, str]:
    """Return the package that a baseline comes from, and its version."""
    for point in entry_points(group=GROUP, name=name):
        if point.dist is not None:
            return point.dist.name, point.dist.version
    return "?", "?"


Value = TypeVar("Value")


def deviations(baseline: type[Baseline], options: BaselineOptions) -> list[str]:
    """Return where the baseline differs from its paper.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or the baseline's own error; the same holds for the functions below.
    """
    return _call_baseline(
        baseline, options, "deviations", lambda sentences: [str(sentence) for sentence in sentences]
    )


def dependencies(baseline: type[Baseline], options: BaselineOptions) -> dict[str, str]:
    """Return what the predictions depend on besides the options."""
    return _call_baseline(
        baseline,
        options,
        "dependencies",
        lambda versions: {str(name): str(versions[name]) for name in versions},
    )


def variant_name(baseline: type[Baseline], options: BaselineOptions) -> str:
    """Return the short name of the variant that these options select."""
    return _call_baseline(baseline, options, "variant_name", str)


def warm_up(baseline: type[Baseline], options: BaselineOptions) -> None:
    """Let the baseline compile what every worker would otherwise compile again."""
    _call_baseline(baseline, options, "warm_up", lambda nothing: None)


def _call_baseline(
    baseline: type[Baseline],
    options: BaselineOptions,
    method: str,
    convert: Callable[[Any], Value],
) -> Value:
    """Call a method of a new instance, and convert what it returns."""
    try:
        return convert(getattr(baseline(options), method)())
    except MebenchError:
        raise
    except Exception as error:
        raise MebenchError.of(
            "baseline-raised",
            f"{method}() of the baseline {baseline.name} failed: "
            f"{type(error).__name__}: {error!s:.300}.",
            f"Correct __init__() or {method}() of the baseline.",
        ) from error


def system_metadata(baseline: type[Baseline], options: BaselineOptions) -> System:
    """Return the metadata of a baseline with these options, for the submission.

    Raises
    ------
    UsageError
        ``plugin-broken``.
    """
    variant = variant_name(baseline, options)
    metadata = {
        "name": baseline.name,
        "version": f"{baseline.version} ({variant})" if variant else baseline.version,
        "authors": list(baseline.authors),
        "paper": baseline.paper,
        "url": baseline.url,
        "code": baseline.code,
        "model_selection": baseline.model_selection,
        "uses_truth": baseline.needs_truth,
    }
    stated = {name: value for name, value in metadata.items() if value not in (None, [], False)}
    try:
        return System.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError.of(
            "plugin-broken",
            f"The metadata of the baseline {baseline.name!r} is not valid: "
            f"`{first['loc'][0]}` is {first['input']!r:.80}: {first['msg']}.",
            f"Correct `{first['loc'][0]}` in the baseline.",
        ) from None


def baselines_as_text() -> str:
    """Return a table of all baselines; known ones that are not installed come last."""
    grid = Grid(
        ["baseline", "version", "package", "title"], "llll", optional=["package", "version"]
    )
    for name in baseline_names():
        try:
            baseline = baseline_class(name)
        except MebenchError as error:
            grid.rows.append([name, None, package_of(name)[0], error.diagnostics[0].message])
            continue
        grid.rows.append([name, baseline.version, " ".join(package_of(name)), baseline.title])
    missing = [name for name in KNOWN_PACKAGES if name not in baseline_names()]
    grid.rows += [[name, None, KNOWN_PACKAGES[name], "(not installed)"] for name in missing]
    lines = grid.as_text("", stdout_width())
    if missing:
        lines += ["", f"Not installed: {', '.join(missing)}. {INSTALL_LINE}"]
    return "\n".join(lines)


def options_as_text(name: str) -> str:
    """Return a table of a baseline's own options, and one of its studies."""
    baseline = baseline_class(name)
    studies = Grid(["--study", "what it shows"], "ll")
    studies.rows += [[study, title] for study, title in studies_of(baseline).items()]
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


FOLD_STUDIES = {
    "learning": ("learning_curves", "Learning curves of the networks that name emotions"),
    "grad-cam": (
        "explain",
        "Where the networks looked, on each subject's highest-scoring hit",
    ),
    "cost": ("cost", "Parameters, operations and time"),
}
"""Studies that need a method of the baseline besides predict(): the method, and the title."""

GENERAL_STUDIES = {
    "seeds": "The same settings with three seeds",
    "confusion": "Confusion matrices",
}
"""Studies that work with any baseline."""


def studies_of(baseline: type[Baseline]) -> dict[str, str]:
    """Return the studies that a baseline offers, with their titles."""
    comparisons = {
        name: f"{variants.title} [{variants.source}]" for name, variants in baseline.studies.items()
    }
    implemented = {
        name: title for name, (method, title) in FOLD_STUDIES.items() if baseline.implements(method)
    }
    return comparisons | implemented | GENERAL_STUDIES
