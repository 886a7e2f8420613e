"""Optional packages: the extra that brings each, the error where one is missing; plugins.

Scoring needs none of them. Any OpenCV serves: two of its wheels in one environment overwrite each
other, so no distribution of mebench requires a particular one.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mebench.diagnostics import Place, UsageError
from mebench.util.arguments import check_choice

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Plugin = TypeVar("Plugin")


class OptionalPackage(NamedTuple):
    """A package that some commands need: its name in messages, its extra, what needs it."""

    title: str
    extra: str
    purpose: str


OPTIONAL = {
    "cv2": OptionalPackage("OpenCV", "opencv", "Reading and writing frames"),
    "python_calamine": OptionalPackage("python-calamine", "data", "Reading workbooks"),
    "matplotlib": OptionalPackage("matplotlib", "plots", "Drawing pictures"),
    "jinja2": OptionalPackage("Jinja2", "board", "Writing HTML pages"),
    "distributed": OptionalPackage("Dask", "dask", "Running on a Dask cluster"),
}
"""Optional packages by the name of their module."""

DATASET_PACKAGES = dict.fromkeys(
    ("synthetic", "synthetic-easy", "synthetic-hard"), "mebench-synthetic"
)
"""Data sets of this project that are in packages of their own, and may not be installed."""

# Not by name from an index: nobody has registered this name there, so anybody could.
DATASET_INSTALL_LINE = "In a checkout of mebench: python -m pip install ./datasets/synthetic"


def require_package(module: str) -> None:
    """Make sure that an optional package is installed, before work begins that needs it.

    Parameters
    ----------
    module : str
        Its module: a key of :data:`OPTIONAL`.

    Raises
    ------
    UsageError
        ``package-missing``.
    """
    check_choice("module", module, tuple(OPTIONAL))
    if find_spec(module) is None:
        raise package_missing(module)


def package_missing(module: str) -> UsageError:
    """Return the error for an optional package that is not installed."""
    title, extra, purpose = OPTIONAL[module]
    remedy = f"In a checkout of mebench: python -m pip install '.[{extra}]'."
    if module == "cv2":
        remedy += " Any other OpenCV package serves too; install one only."
    return UsageError.of("package-missing", f"{purpose} needs {title}, not installed here.", remedy)


def load_plugin(group: str, name: str, base: type[Plugin]) -> type[Plugin]:
    """Return the class of an entry point, or raise an error if it is no subclass of ``base``."""
    point, plugin = load_entry_point(group, name)
    if not (isinstance(plugin, type) and issubclass(plugin, base)):
        raise UsageError.of(
            "plugin-broken",
            f"{point.value} of {package_name(point)} is not a subclass of {base.__name__}.",
            f"Correct the entry point {name!r} in the group {group}.",
        )
    return plugin


def load_entry_point(group: str, name: str) -> tuple[EntryPoint, object]:
    """Return an installed entry point, and what it names.

    Raises
    ------
    UsageError
        ``plugin-collision``, ``plugin-broken`` or ``package-missing``.
    """
    from mebench.util.entry_points import find_entry_points

    points = find_entry_points(group, name)
    if len({point.value for point in points}) > 1:
        owners = sorted(f"{package_name(point)} ({point.value})" for point in points)
        raise UsageError.of(
            "plugin-collision",
            f"Several packages define {name!r} in {group}: {', '.join(owners)}.",
            "Uninstall all but one of them.",
        )
    point = points[0]
    try:
        return point, point.load()
    except (Exception, SystemExit) as error:  # code of other packages can raise anything
        if isinstance(error, ModuleNotFoundError) and error.name in OPTIONAL:
            raise package_missing(error.name) from error
        package = package_name(point)
        # No command with the package's name: it may come from a folder, and be free in an index.
        raise UsageError.of(
            "plugin-broken",
            f"{name!r} of {package} cannot be loaded: {type(error).__name__}: {error}.",
            f"Correct its code or its entry point {point.value!r}, or reinstall it.",
            _place_of_import(error),
        ) from error


def _place_of_import(error: BaseException) -> Place:
    """Return the innermost line of other packages at which their import failed."""
    import traceback

    if isinstance(error, SyntaxError) and error.filename is not None:
        return Place(file=error.filename, line=error.lineno)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames[1:] if "importlib" not in frame.filename]
    return Place(file=theirs[-1].filename, line=theirs[-1].lineno) if theirs else Place()


def place_in_plugin(error: BaseException, *plugins: type) -> Place:
    """Return the innermost line of the plugins' own packages at which an exception passed.

    Where there is none, return the line that raised it.
    """
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if any(_is_own(frame.filename, one) for one in plugins)]
    frame = (own or frames)[-1]
    return Place(file=frame.filename, line=frame.lineno)


def _is_own(file: str, plugin: type) -> bool:
    """Return whether a file is the module of a plugin, or is in the same package."""
    module = plugin.__module__
    own = Path(getattr(sys.modules.get(module), "__file__", None) or "?")  # none in notebooks
    return Path(file) == own or ("." in module and Path(file).is_relative_to(own.parent))


def package_name(point: EntryPoint) -> str:
    """Return the name of the package that has an entry point."""
    return point.dist.name if point.dist is not None else "an unknown package"
