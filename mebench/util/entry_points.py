"""Load classes that other packages add through entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from mebench.diagnostics import UsageError

Plugin = TypeVar("Plugin")


def load_plugin(group: str, name: str, base: type[Plugin]) -> type[Plugin]:
    """Load the class that an entry point names.

    Parameters
    ----------
    group, name : str
        The entry point.
    base : type
        What it must be a subclass of.

    Raises
    ------
    UsageError
        ``plugin-collision`` if two packages use the name; ``plugin-broken`` if the class cannot be
        loaded or is not what it should be.
    """
    points = list(entry_points(group=group, name=name))
    homes = {point.value for point in points}
    if len(homes) > 1:
        raise UsageError.of(
            "plugin-collision",
            f"Several packages define {name!r} in {group}: "
            f"{', '.join(sorted(f'{_package(one)} ({one.value})' for one in points))}.",
            "Uninstall all but one of them.",
        )
    point = points[0]
    try:
        found = point.load()
    except Exception as error:  # anything can go wrong in code that is not ours
        raise UsageError.of(
            "plugin-broken",
            f"{name!r} of {_package(point)} cannot be loaded: {type(error).__name__}: {error}.",
            f"Install it anew: python -m pip install --force-reinstall {_package(point)}",
        ) from error
    if not (isinstance(found, type) and issubclass(found, base)):
        raise UsageError.of(
            "plugin-broken",
            f"{point.value} of {_package(point)} is no subclass of {base.__name__}.",
            f"Correct the entry point {name!r} in the group {group}.",
        )
    return found


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "an unknown package"
