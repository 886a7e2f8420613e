"""The data sets that can be opened, each with what is known about it without its files."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from mebench.datasets.contract import Adapter
from mebench.datasets.dataset_ids import missing_ids
from mebench.datasets.dataset_paths import configured_folder
from mebench.datasets.registry import adapter as load_adapter
from mebench.datasets.registry import known_ids
from mebench.diagnostics import MebenchError
from mebench.tables.listing import Listing
from mebench.util.extras import DATASET_INSTALL_LINE, DATASET_PACKAGES


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What is known about a data set without opening it.

    Attributes
    ----------
    id : str
        The id in protocols and commands.
    title : str or None
        A title in one line; None if its package cannot be loaded.
    installed : bool
        Whether :func:`open_dataset` can open it without a folder: it is in its package, or its
        configured folder exists.
    where : str or None
        The configured folder, or where else it is; None if no folder is configured.
    subjects, videos, expressions : int or None
        The size of a complete copy.
    fps : float or None
        Frames per second.
    licence : str or None
        Terms of use.
    obtain : str
        How to get it; if its package cannot be loaded, the reason.
    """

    id: str
    title: str | None
    installed: bool
    where: str | None
    subjects: int | None
    videos: int | None
    expressions: int | None
    fps: float | None
    licence: str | None
    obtain: str


def available() -> Listing[DatasetInfo]:
    """Return all data sets that mebench can read, as ``mebench datasets`` lists them.

    Those of installed packages and of ``mebench.toml`` are included. No data set is opened.

    Returns
    -------
    list of DatasetInfo
        Notebooks show it as a table; its method ``to_frame()`` returns a DataFrame.

    Examples
    --------
    >>> [each.id for each in mebench.datasets.available() if each.installed]
    ['synthetic', 'synthetic-easy', 'synthetic-hard']
    """
    listed = Listing[DatasetInfo]()
    for identifier in known_ids():
        try:
            listed.append(_describe(load_adapter(identifier)))
        except MebenchError as error:
            listed.append(_unavailable(identifier, None, error.diagnostics[0].message))
    for identifier in missing_ids():
        listed.append(_unavailable(identifier, DATASET_PACKAGES[identifier], DATASET_INSTALL_LINE))
    return listed


def location_of(adapter: Adapter) -> str | None:
    """Return the configured folder of a data set, or where else it is."""
    if not adapter.needs_root:
        return "in its package"
    folder = configured_folder(adapter.id)
    return None if folder is None else str(folder)


def _describe(adapter: Adapter) -> DatasetInfo:
    folder = configured_folder(adapter.id) if adapter.needs_root else None
    is_installed = not adapter.needs_root or (folder is not None and folder.is_dir())
    return DatasetInfo(
        id=adapter.id,
        title=adapter.title,
        installed=is_installed,
        where=location_of(adapter),
        **asdict(adapter.extent),
        licence=adapter.licence,
        obtain=adapter.obtain,
    )


def _unavailable(identifier: str, where: str | None, why: str) -> DatasetInfo:
    return DatasetInfo(identifier, None, False, where, None, None, None, None, None, why)
