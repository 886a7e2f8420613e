"""Which data sets there are: those that come with mebench, and those other packages add."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.datasets.roots import root_of
from mebench.diagnostics import UsageError
from mebench.plugins import load_plugin
from mebench.suggest import did_you_mean

if TYPE_CHECKING:
    from mebench.datasets.contract import Adapter, Dataset

GROUP = "mebench.datasets"


@cache
def adapter_ids() -> tuple[str, ...]:
    """Return the ids of all data sets, in alphabetical order."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def adapter(identifier: str) -> Adapter:
    """Return the adapter of a data set.

    Raises
    ------
    UsageError
        ``unknown-dataset-id``, ``plugin-broken`` or ``plugin-collision``.
    """
    from mebench.datasets.contract import Adapter

    if identifier not in adapter_ids():
        raise UsageError.of(
            "unknown-dataset-id",
            f"There is no data set {identifier[:80]!r}.{did_you_mean(identifier, adapter_ids())}",
            "`mebench datasets` lists them; a folder of your own is read as `generic`.",
        )
    found: Adapter = load_plugin(GROUP, identifier, Adapter)()  # type: ignore[type-abstract]
    return found


def open_dataset(identifier: str, root: Path | None = None) -> Dataset:
    """Open a data set.

    Parameters
    ----------
    identifier : str
        Its id.
    root : Path, optional
        Its folder; left out, it is looked for as :func:`mebench.datasets.roots.root_of` says.

    Raises
    ------
    MebenchError
        If there is no such data set, or its copy is not where it should be or not sound.
    """
    one = adapter(identifier)
    return one.open(root_of(one.id, root) if one.needs_root else None)
