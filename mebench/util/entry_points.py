"""Load the classes that other packages register as entry points."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

from mebench.diagnostics import UsageError
from mebench.util.extras import OPTIONAL, package_missing

Plugin = TypeVar("Plugin")


def load_plugin(group: str, name: str, base: type[Plugin]) -> type[Plugin]:
    """Return the class that an entry point names, a subclass of ``base``.

    Raises
    ------
    UsageError
        ``plugin-collision`` if two packages use the name; ``package-missing`` if the class needs an
        optional package that is not installed; ``plugin-broken`` if it cannot be loaded for another
        reason or is not derived from ``base``.
    """
    points = list(entry_points(group=group, name=name))
    if len({point.value for point in points}) > 1:
        owners = sorted(f"{_package(point)} ({point.value})" for point in points)
        raise UsageError.of(
            "plugin-collision",
            f"Several packages define {name!r} in {group}: {', '.join(owners)}.",
            "Uninstall all but one of them.",
        )
    point = points[0]
    package = _package(point)
    try:
        plugin = point.load()
    except Exception as error:  # code of other packages can raise anything
        if isinstance(error, ModuleNotFoundError) and error.name in OPTIONAL:
            raise package_missing(error.name) from error
        # No command with the package's name: it may come from a folder, and be free in an index.
        raise UsageError.of(
            "plugin-broken",
            f"{name!r} of {package} cannot be loaded: {type(error).__name__}: {error}.",
            f"Reinstall {package} from the folder or index that you installed it from.",
        ) from error
    if not (isinstance(plugin, type) and issubclass(plugin, base)):
        raise UsageError.of(
            "plugin-broken",
            f"{point.value} of {package} is not a subclass of {base.__name__}.",
            f"Correct the entry point {name!r} in the group {group}.",
        )
    return plugin


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "an unknown package"
