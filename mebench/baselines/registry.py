"""Which baselines there are: those that come with mebench, and those other packages add."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from inspect import isabstract
from typing import TYPE_CHECKING

from mebench.diagnostics import UsageError
from mebench.plugins import load_plugin
from mebench.suggest import did_you_mean

if TYPE_CHECKING:
    from mebench.baselines.contract import Baseline

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
    from mebench.baselines.contract import Baseline

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
    from mebench.baselines.contract import BaselineOptions

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
            f"The options_type of the baseline {name!r} is no subclass of Options.",
            "Derive it from mebench.baselines.Options.",
        )
    return None


def package_of(name: str) -> tuple[str, str]:
    """Return the package that a baseline comes from, and its version."""
    for point in entry_points(group=GROUP, name=name):
        if point.dist is not None:
            return point.dist.name, point.dist.version
    return "?", "?"
