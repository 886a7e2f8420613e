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
from mebench.util.text import did_you_mean

GROUP = "mebench.baselines"

KNOWN_PACKAGES = {"mean": "mebench-mean", "flow-magnitude": "mebench-mean"}
"""Baselines of packages that mebench knows of, and may not find installed."""


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
    from mebench.runner.contract import Baseline

    if name in baseline_names():
        found = load_plugin(GROUP, name, Baseline)  # type: ignore[type-abstract]
        wrong = _class_error(found, name)
        if wrong:
            raise UsageError.of("plugin-broken", *wrong)
        return found
    if name in KNOWN_PACKAGES:
        raise UsageError.of(
            "baseline-not-installed",
            f"The baseline {name!r} is in a package of its own, which is not installed.",
            f"Install it: python -m pip install {KNOWN_PACKAGES[name]}",
        )
    known = [*baseline_names(), *KNOWN_PACKAGES]
    raise UsageError.of(
        "unknown-baseline",
        f"There is no baseline {name[:80]!r}.{did_you_mean(name, known)}",
        "`mebench run-baseline --list` lists them; the documentation tells how to write one.",
    )


def _class_error(found: type[Baseline], name: str) -> tuple[str, str] | None:
    from mebench.runner.contract import BaselineOptions

    called = getattr(found, "name", None)
    if called != name:
        return (
            f"The entry point {name!r} leads to a baseline that calls itself {called!r}.",
            "Give both the same name.",
        )
    if isabstract(found):
        return f"The baseline {name!r} has no method predict().", "Write it."
    for name_of_text in ("version", "title"):
        text = getattr(found, name_of_text)
        if not isinstance(text, str):
            return (
                f"The {name_of_text} of the baseline {name!r} is {text!r:.80}.",
                "Make it a text.",
            )
    if not (
        isinstance(found.options_type, type) and issubclass(found.options_type, BaselineOptions)
    ):
        return (
            f"The options_type of the baseline {name!r} is no subclass of BaselineOptions.",
            "Derive it from mebench.runner.BaselineOptions.",
        )
    return None


def package_of(name: str) -> tuple[str, str]:
    """Return the package that a baseline comes from, and its version."""
    for point in entry_points(group=GROUP, name=name):
        if point.dist is not None:
            return point.dist.name, point.dist.version
    return "?", "?"


Value = TypeVar("Value")


def deviations(kind: type[Baseline], options: BaselineOptions) -> list[str]:
    """Return where it leaves its paper.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or what the baseline says of its options; so do the others here.
    """
    return _call_baseline(kind, options, "deviations", lambda said: [str(one) for one in said])


def dependencies(kind: type[Baseline], options: BaselineOptions) -> dict[str, str]:
    """Return what its answers depend on beside its options."""
    return _call_baseline(
        kind, options, "dependencies", lambda said: {str(name): str(said[name]) for name in said}
    )


def variant_name(kind: type[Baseline], options: BaselineOptions) -> str:
    """Return a few words that tell its settings apart."""
    return _call_baseline(kind, options, "variant_name", str)


def _call_baseline(
    kind: type[Baseline], options: BaselineOptions, method: str, taken: Callable[[Any], Value]
) -> Value:
    try:
        return taken(getattr(kind(options), method)())
    except MebenchError:
        raise
    except Exception as error:
        raise MebenchError.of(
            "baseline-raised",
            f"{kind.name} cannot tell about itself: {type(error).__name__}: {error!s:.300}.",
            f"The baseline has to be corrected: its __init__() or its {method}().",
        ) from error


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


FOLD_STUDIES = {
    "learning": ("learning_curves", "Learning curves of the networks that name emotions"),
    "grad-cam": ("explain", "Where the networks looked, on the surest hit of each subject"),
    "cost": ("cost", "Parameters, operations and time"),
}
"""Studies that ask a baseline for more than answers: the method it needs, and the title."""

GENERAL_STUDIES = {
    "seeds": "The same settings with three seeds",
    "confusion": "Confusion matrices",
}
"""Studies of any baseline."""


def studies_of(baseline: type[Baseline]) -> dict[str, str]:
    """Return the studies that a baseline offers, with their titles."""
    own = {name: f"{one.title} [{one.source}]" for name, one in baseline.studies.items()}
    asked = {
        name: title for name, (method, title) in FOLD_STUDIES.items() if baseline.implements(method)
    }
    return own | asked | GENERAL_STUDIES


def system_metadata(baseline: type[Baseline], options: BaselineOptions) -> System:
    """Return what a baseline says of itself, its variety beside its version.

    Raises
    ------
    UsageError
        ``plugin-broken``.
    """
    kind = variant_name(baseline, options)
    stated = {
        "name": baseline.name,
        "version": f"{baseline.version} ({kind})" if kind else baseline.version,
        "authors": list(baseline.authors),
        "paper": baseline.paper,
        "url": baseline.url,
        "code": baseline.code,
        "model_selection": baseline.model_selection,
        "uses_truth": baseline.needs_truth,
    }
    said = {name: value for name, value in stated.items() if value not in (None, [], False)}
    try:
        return System.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError.of(
            "plugin-broken",
            f"The baseline {baseline.name!r} says of itself what cannot be written down: "
            f"`{first['loc'][0]}` is {first['input']!r:.80}: {first['msg']}.",
            "The baseline has to be corrected.",
        ) from None


def warm_up(baseline: type[Baseline], options: BaselineOptions) -> None:
    """Let a baseline warm up.

    Raises
    ------
    MebenchError
        ``baseline-raised``, or what the baseline says of data or options.
    """
    try:
        baseline(options).warm_up()
    except MebenchError:
        raise
    except Exception as error:  # a baseline is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"{baseline.name} cannot warm up: {type(error).__name__}: {error!s:.300}.",
            "The baseline has to be corrected: its __init__() or its warm_up().",
        ) from error
