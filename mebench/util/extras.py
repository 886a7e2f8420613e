"""Optional packages: which extra brings each, and the diagnostic where one is missing.

Scoring needs none of them. Any OpenCV serves: two of its wheels in one environment overwrite each
other, so no distribution of mebench requires a particular one.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple

from mebench.diagnostics import UsageError


class OptionalPackage(NamedTuple):
    """A package that some commands need: its name in messages, its extra, what needs it."""

    title: str
    extra: str
    purpose: str


OPTIONAL = {
    "cv2": OptionalPackage("OpenCV", "opencv", "Reading and writing frames"),
    "python_calamine": OptionalPackage("python-calamine", "data", "Reading workbooks"),
    "matplotlib": OptionalPackage("matplotlib", "plots", "Drawing pictures"),
    "jinja2": OptionalPackage("Jinja2", "board", "Writing the page of the leaderboards"),
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
    if find_spec(module) is None:
        raise package_missing(module)


def package_missing(module: str) -> UsageError:
    """Return the error for an optional package that is not installed."""
    title, extra, purpose = OPTIONAL[module]
    remedy = f"In a checkout of mebench: python -m pip install '.[{extra}]'."
    if module == "cv2":
        remedy += " Any other OpenCV package serves too; install one only."
    return UsageError.of("package-missing", f"{purpose} needs {title}, not installed here.", remedy)
